// The layouts of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX as documented. Without <windows.h>: tests on any
// system describe machines of all kinds, and MinGW's structures lack fields.
#include "engine/platform/windows/processor_records.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <set>

namespace engine::platform {

namespace {
enum class Relation : uint32_t { core = 0, node = 1, cache = 2, package = 3, node_of_groups = 6 };

struct Record {
    Relation relation;
    std::span<const std::byte> bytes; // from its first on

    template <typename Number>
    Number at(size_t offset) const { // 0 beyond its end
        Number value = 0;
        if (offset + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof value);
        return value;
    }
    // Offsets of the count of masks and of the first mask. Systems before Windows 11 leave the count of nodes
    // and caches, which have one mask there, at 0.
    std::vector<int> processors(size_t count_at, size_t masks_at) const {
        constexpr size_t kMask = 16; // 8 bytes of bits, 2 of the group's number, 6 unused
        std::vector<int> found;
        for (size_t i = 0; i < std::max<size_t>(at<uint16_t>(count_at), 1); ++i) {
            const auto bits = at<uint64_t>(masks_at + i * kMask);
            const int group = at<uint16_t>(masks_at + i * kMask + 8);
            for (int b = 0; b < 64; ++b) {
                if ((bits >> b) & 1u) found.push_back(group * 64 + b);
            }
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    std::vector<int> processors() const { return processors(30, 32); } // of a core, a package, a node
};

std::vector<Record> split(std::span<const std::byte> bytes) {
    constexpr size_t kHead = 8;
    std::vector<Record> records;
    while (bytes.size() >= kHead) {
        uint32_t head[2] = {};
        std::memcpy(head, bytes.data(), kHead);
        if (head[1] < kHead || head[1] > bytes.size()) break;
        records.push_back({static_cast<Relation>(head[0]), bytes.first(head[1])});
        bytes = bytes.subspan(head[1]);
    }
    return records;
}

std::vector<int> common(const std::vector<int>& rising, const std::vector<int>& other) {
    std::vector<int> both;
    std::set_intersection(rising.begin(), rising.end(), other.begin(), other.end(), std::back_inserter(both));
    return both;
}

bool contains(const std::vector<int>& rising, int value) {
    return std::binary_search(rising.begin(), rising.end(), value);
}

// A higher class is a faster kind of core; where all are of one class there is one kind.
std::vector<Core> cores_of(const std::vector<Record>& records, const std::vector<int>& processors) {
    std::vector<Core> cores;
    std::vector<int> classes;
    std::set<int> seen;
    for (const Record& record : records) {
        if (record.relation != Relation::core) continue;
        Core core;
        core.processors = common(record.processors(), processors);
        if (core.processors.empty() || !seen.insert(core.processors[0]).second) continue;
        classes.push_back(record.at<uint8_t>(9));
        cores.push_back(std::move(core));
    }
    const int best = classes.empty() ? 0 : *std::max_element(classes.begin(), classes.end());
    for (size_t i = 0; i < cores.size(); ++i)
        cores[i].kind = classes[i] < best ? CoreKind::efficiency : CoreKind::performance;
    if (cores.empty()) { // nothing told: every processor is a core
        for (const int p : processors)
            cores.emplace_back().processors = {p};
    }
    std::sort(cores.begin(), cores.end(),
              [](const Core& a, const Core& b) { return a.processors[0] < b.processors[0]; });
    return cores;
}

void add_cache(const Record& record, std::vector<Core>& cores) {
    constexpr uint32_t kInstructions = 1;
    const int level = record.at<uint8_t>(8);
    if (record.at<uint32_t>(16) == kInstructions || level < 1 || level > 3) return;
    const std::vector<int> sharers = record.processors(38, 40);
    for (Core& core : cores) {
        if (!contains(sharers, core.processors[0])) continue;
        (level == 1   ? core.l1d
         : level == 2 ? core.l2
                      : core.l3) = {record.at<uint32_t>(12), static_cast<int>(sharers.size())};
    }
}

// Nodes with memory, with every processor in one of them.
std::vector<Node> nodes_of(const std::vector<Record>& records, const std::vector<int>& processors,
                           const std::function<bool(int)>& has_memory) {
    std::map<int, std::set<int>> told; // a node is told twice where it spans groups
    for (const Record& record : records) {
        if (record.relation != Relation::node && record.relation != Relation::node_of_groups) continue;
        const auto mine = common(record.processors(), processors);
        told[static_cast<int>(record.at<uint32_t>(8))].insert(mine.begin(), mine.end());
    }
    std::vector<Node> nodes;
    std::vector<int> placed;
    for (const auto& [id, mine] : told) {
        if (mine.empty() || !has_memory(id)) continue;
        nodes.push_back({id, {mine.begin(), mine.end()}});
        placed.insert(placed.end(), mine.begin(), mine.end());
    }
    if (nodes.empty()) nodes.push_back({});
    std::sort(placed.begin(), placed.end());
    std::vector<int>& first = nodes[0].processors;
    std::set_difference(processors.begin(), processors.end(), placed.begin(), placed.end(),
                        std::back_inserter(first));
    std::sort(first.begin(), first.end());
    return nodes;
}
} // namespace

Topology topology_of_records(std::span<const std::byte> records, const std::vector<int>& processors,
                             const std::function<bool(int node)>& has_memory) {
    const std::set<int> sorted(processors.begin(), processors.end());
    std::vector<int> rising(sorted.begin(), sorted.end());
    if (rising.empty()) rising = {0};
    const std::vector<Record> all = split(records);
    Topology topology;
    topology.cores = cores_of(all, rising);
    topology.nodes = nodes_of(all, rising, has_memory);
    int socket = 0;
    for (const Record& record : all) {
        if (record.relation == Relation::cache) add_cache(record, topology.cores);
        if (record.relation != Relation::package) continue;
        const auto mine = record.processors();
        for (Core& core : topology.cores) {
            if (contains(mine, core.processors[0])) core.socket = socket;
        }
        ++socket;
    }
    for (Core& core : topology.cores) {
        for (size_t n = 0; n < topology.nodes.size(); ++n) {
            if (contains(topology.nodes[n].processors, core.processors[0])) core.node = static_cast<int>(n);
        }
    }
    return topology;
}

} // namespace engine::platform
