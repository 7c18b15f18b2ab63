// What every system's topology can be asked and made to pretend.
#include "engine/platform/topology.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "engine/platform/system_files.h"

namespace engine::platform {

int Topology::processors() const {
    size_t sum = 0;
    for (const Core& core : cores)
        sum += core.processors.size();
    return static_cast<int>(sum);
}

int Topology::count(CoreKind kind) const {
    return static_cast<int>(
        std::count_if(cores.begin(), cores.end(), [kind](const Core& c) { return c.kind == kind; }));
}

int Topology::sockets() const {
    std::set<int> sockets;
    for (const Core& core : cores)
        sockets.insert(core.socket);
    return static_cast<int>(sockets.size());
}

Topology emulate_nodes(const Topology& topology, int nodes) {
    Topology result = topology;
    result.emulated = true;
    result.nodes.assign(static_cast<size_t>(std::max(nodes, 1)), {});
    int64_t memory = 0;
    for (const Node& node : topology.nodes)
        memory += node.memory_bytes;
    for (size_t n = 0; n < result.nodes.size(); ++n) {
        result.nodes[n].id = static_cast<int>(n);
        result.nodes[n].memory_bytes = memory / static_cast<int64_t>(result.nodes.size());
    }
    for (size_t c = 0; c < result.cores.size(); ++c) {
        Core& core = result.cores[c];
        core.node = static_cast<int>(c * result.nodes.size() / result.cores.size());
        std::vector<int>& into = result.nodes[static_cast<size_t>(core.node)].processors;
        into.insert(into.end(), core.processors.begin(), core.processors.end());
        std::sort(into.begin(), into.end());
    }
    return result;
}

int usable_cores(const Topology& topology) {
    int count = static_cast<int>(topology.cores.size());
    // Half a processor's worth still needs a thread; 2.5 feed two without throttling.
    if (topology.processor_limit > 0)
        count = static_cast<int>(std::min<double>(count, topology.processor_limit));
    return std::max(count, 1);
}

Result<int> nodes_forced_by_environment() {
    const char* value = std::getenv("TANDEM_NUMA");
    if (value == nullptr || *value == '\0') return 0;
    const std::string text = value;
    const auto nodes = number(text);
    if (!nodes || std::to_string(*nodes) != text || *nodes < 1 || *nodes > kMostEmulatedNodes)
        return Error{ErrorCode::invalid_argument,
                     "TANDEM_NUMA is \"" + text + "\", which is no number of memory nodes",
                     "Set it to a number from 1 to " + std::to_string(kMostEmulatedNodes) +
                         ", or unset it to use the nodes that the machine has."};
    return static_cast<int>(*nodes);
}

} // namespace engine::platform
