// Reading with 16-byte loads: two in a cycle are far more than any memory gives.
#include "engine/measure/read_bandwidth.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/measure/statistics.h"
#include "engine/platform/machine.h"

namespace engine::measure {

namespace {

constexpr int64_t kStreams = 4;
constexpr int64_t kChunk = int64_t{8} << 20; // four streams of a huge page
constexpr int64_t kStream = kChunk / kStreams;
constexpr int64_t kAlignment = platform::HostBuffer::kAlignment;

using Vector = uint64_t __attribute__((vector_size(16)));
constexpr int64_t kVectorsOfLine = 4;

// The sum of everything, so that no read can be left out.
uint64_t read_chunk(const std::byte* chunk) {
    const auto* at = reinterpret_cast<const Vector*>(chunk);
    constexpr int64_t kStep = kStream / static_cast<int64_t>(sizeof(Vector));
    Vector sums[kStreams] = {};
    for (int64_t i = 0; i < kStep; i += kVectorsOfLine) {
        for (int64_t s = 0; s < kStreams; ++s) {
            const Vector* const line = at + s * kStep + i;
            sums[s] += (line[0] + line[1]) + (line[2] + line[3]);
        }
    }
    const Vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return sum[0] + sum[1];
}

// Bytes from 0x28 to 0x37: whichever of them a format takes for a scale or the upper half of a number, that
// is neither zero nor so small that products lose their leading bit, which some processors are slow with.
std::vector<std::byte> harmless_bytes() {
    std::vector<std::byte> bytes(size_t{64} << 10);
    Random random(1, 5);
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(0x28 + random.next_u32() % 16);
    return bytes;
}

std::vector<int64_t> workers_by_node(const platform::ThreadPool& pool) {
    std::vector<int64_t> workers(static_cast<size_t>(pool.nodes()));
    for (int w = 0; w < pool.size(); ++w)
        ++workers[static_cast<size_t>(pool.node_of(w))];
    return workers;
}

} // namespace

int64_t bytes_beyond_caches(int64_t at_least) {
    const platform::Machine machine = platform::detect_machine();
    int64_t last_cache = 0;
    for (const platform::Core& core : machine.topology.cores)
        last_cache = std::max({last_cache, core.l2.bytes, core.l3.bytes});
    const int64_t wanted = std::max(8 * last_cache, at_least);
    return std::max(std::min({wanted, machine.available_bytes / 4, int64_t{4} << 30}), kChunk);
}

void read_once(platform::ThreadPool& pool, std::span<const std::byte> bytes) {
    std::atomic<uint64_t> total{0};
    pool.run(static_cast<int64_t>(bytes.size()) / kChunk, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i)
            total.fetch_add(read_chunk(bytes.data() + i * kChunk), std::memory_order_relaxed);
    });
}

Result<ReadBandwidth> ReadBandwidth::create(platform::ThreadPool& pool, int64_t bytes) {
    if (bytes == 0) bytes = bytes_beyond_caches();
    ReadBandwidth probe(pool);
    probe.chunks_ = std::max<int64_t>(bytes / kChunk, 1);
    ENGINE_ASSIGN(probe.buffer_, platform::HostBuffer::allocate(probe.chunks_ * kChunk));
    probe.divide();
    std::byte* const data = probe.buffer_.data();
    std::vector<int64_t> counts;
    for (const Part& part : probe.parts_)
        counts.push_back(part.count);
    const std::vector<std::byte> pattern = harmless_bytes();
    const auto length = static_cast<int64_t>(pattern.size());
    pool.run_on_nodes(counts, 1, [&](int node, int64_t begin, int64_t end, int) {
        const int64_t first = probe.parts_[static_cast<size_t>(node)].first;
        for (int64_t at = (first + begin) * kChunk; at < (first + end) * kChunk; at += length)
            std::memcpy(data + at, pattern.data(), pattern.size());
    });
    return probe;
}

// In proportion to the nodes' workers.
void ReadBandwidth::divide() {
    const std::vector<int64_t> workers = workers_by_node(*pool_);
    int64_t first = 0, so_far = 0;
    for (const int64_t count : workers) {
        so_far += count;
        const int64_t end = chunks_ * so_far / pool_->size();
        parts_.push_back({first, end - first});
        first = end;
    }
}

std::span<const std::byte> ReadBandwidth::part_of(int worker) const {
    const int node = pool_->node_of(worker);
    Part part = parts_[static_cast<size_t>(node)];
    if (part.count == 0) part = {0, chunks_};
    int64_t before = 0;
    for (int w = 0; w < worker; ++w)
        before += pool_->node_of(w) == node ? 1 : 0;
    const int64_t workers = workers_by_node(*pool_)[static_cast<size_t>(node)];
    const int64_t each = part.count * kChunk / workers / kAlignment * kAlignment;
    return {buffer_.data() + part.first * kChunk + before * each, static_cast<size_t>(each)};
}

double ReadBandwidth::measure(platform::ThreadPool& pool, int passes) {
    ENGINE_CHECK(static_cast<size_t>(pool.nodes()) == parts_.size());
    std::atomic<uint64_t> total{0};
    const std::byte* const data = buffer_.data();
    std::vector<int64_t> counts = workers_by_node(pool);
    int64_t read = 0;
    for (int64_t& count : counts) {
        count = std::max<int64_t>(passes * chunks_ * count / pool.size(), count > 0 ? 1 : 0);
        read += count;
    }
    const double begun = seconds_now();
    pool.run_on_nodes(counts, 1, [&](int node, int64_t begin, int64_t end, int) {
        Part part = parts_[static_cast<size_t>(node)];
        if (part.count == 0) part = {0, chunks_}; // a node that had no worker in the first pool
        for (int64_t i = begin; i < end; ++i)
            total.fetch_add(read_chunk(data + (part.first + i % part.count) * kChunk),
                            std::memory_order_relaxed);
    });
    const double seconds = seconds_now() - begun;
    // A sum that is wrong would be a bug in the measurement; that it is looked at keeps the reads.
    if (total.load() == 0) return 0;
    return static_cast<double>(read * kChunk) / seconds / 1e9;
}

} // namespace engine::measure
