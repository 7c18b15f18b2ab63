// Spreads workers over nodes; a seat is a set of processors, the performance cores or the node, not one core.
#include "engine/platform/seats.h"

#include <algorithm>

namespace engine::platform {

// Pinning was measured and dropped. 100 loops of 64 x 2 us by 2 workers on 2 processors (6.6 ms at best),
// medians of several runs in turn: quiet, 6.8 to 7.7 ms free and 7.0 pinned, the caller too (pinning the
// pool's thread alone changed nothing); beside one busy process of the same priority 14.2 to 14.6 and 13.8
// to 14.6; beside two 15.0 to 16.7 and 15.2 to 15.7. The neighbour's half comes from waiting for a worker
// that it displaced with a range in hand, which pinning does not mend, nor do time slices of 0.1 ms. What
// pinning costs needs no clock: a second program that pins in the same order (another Tandem) lands on the
// same cores and both run at half speed while other cores idle, and a worker whose core a neighbour took
// cannot move to a free one. A node is different: its memory does not move along, so a worker never leaves
// it.

namespace {
struct Bench { // the seats of one node
    std::vector<int> performance, all;
    int64_t cores = 0, performance_cores = 0;
    int64_t taken = 0;
};

std::vector<Bench> benches(const Topology& topology) {
    std::vector<Bench> found(topology.nodes.size());
    for (const Core& core : topology.cores) {
        Bench& bench = found[static_cast<size_t>(core.node)];
        ++bench.cores;
        bench.all.insert(bench.all.end(), core.processors.begin(), core.processors.end());
        if (core.kind != CoreKind::performance) continue;
        ++bench.performance_cores;
        bench.performance.insert(bench.performance.end(), core.processors.begin(), core.processors.end());
    }
    for (Bench& bench : found) {
        std::sort(bench.performance.begin(), bench.performance.end());
        std::sort(bench.all.begin(), bench.all.end());
    }
    return found;
}

std::vector<int> processors_for_next(const Bench& bench) {
    if (bench.taken < bench.performance_cores) return bench.performance;
    if (bench.taken < static_cast<int64_t>(bench.all.size())) return bench.all;
    return {};
}
} // namespace

std::vector<Seat> seats(const Topology& topology, int workers) {
    std::vector<Bench> from = benches(topology);
    const auto everything = static_cast<size_t>(topology.processors());
    // A make-believe node may have no core at all; it is served like the others.
    if (topology.emulated) {
        for (Bench& bench : from)
            bench.cores = 1;
    }
    std::vector<Seat> result;
    for (int w = 0; w < workers; ++w) {
        const auto fuller = [](const Bench& a, const Bench& b) {
            return (a.taken + 1) * b.cores < (b.taken + 1) * a.cores;
        };
        const auto bench = std::min_element(from.begin(), from.end(), fuller);
        Seat seat{static_cast<int>(bench - from.begin()), processors_for_next(*bench)};
        if (topology.emulated || seat.processors.size() == everything) seat.processors.clear();
        ++bench->taken;
        result.push_back(std::move(seat));
    }
    return result;
}

} // namespace engine::platform
