// Reading /sys/devices/system/{cpu,node} and the lists of hybrid processors.
#include "engine/platform/topology.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "engine/platform/linux/control_group.h"
#include "engine/platform/system_files.h"

namespace engine::platform {

namespace {
std::string processor_folder(const std::string& root, int processor) {
    return root + "/sys/devices/system/cpu/cpu" + std::to_string(processor) + "/";
}

std::vector<int> list_in(const std::string& path) {
    return number_list(first_line(path).value_or(""));
}

bool contains(const std::vector<int>& rising, int value) {
    return std::binary_search(rising.begin(), rising.end(), value);
}

// Hardware threads of one core list the same siblings; without the file every processor is a core.
std::string core_key(const std::string& root, int processor) {
    const std::string folder = processor_folder(root, processor) + "topology/";
    if (auto list = first_line(folder + "core_cpus_list")) return *list; // since Linux 5.3
    if (auto list = first_line(folder + "thread_siblings_list")) return *list;
    return "cpu" + std::to_string(processor);
}

int64_t cache_bytes(const std::string& text) { // "48K", "2M", "32768K"
    const auto count = number(text);
    if (!count || *count <= 0 || *count > (int64_t{1} << 30)) return 0;
    const char unit = text.back();
    return *count << (unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0);
}

void read_caches(const std::string& root, Core& core) {
    for (int index = 0; index < 16; ++index) {
        const std::string folder =
            processor_folder(root, core.processors[0]) + "cache/index" + std::to_string(index) + "/";
        const auto level = number(first_line(folder + "level").value_or(""));
        if (!level) return;
        if (first_line(folder + "type") == "Instruction") continue;
        Cache* const cache = *level == 1   ? &core.l1d
                             : *level == 2 ? &core.l2
                             : *level == 3 ? &core.l3
                                           : nullptr;
        if (cache == nullptr) continue;
        cache->bytes = cache_bytes(first_line(folder + "size").value_or(""));
        cache->processors = std::max<int>(1, static_cast<int>(list_in(folder + "shared_cpu_list").size()));
    }
}

std::vector<Core> read_cores(const std::string& root, const std::vector<int>& processors) {
    std::map<std::string, size_t> index;
    std::vector<Core> cores;
    for (const int p : processors) {
        const auto [at, is_new] = index.try_emplace(core_key(root, p), cores.size());
        if (is_new) cores.emplace_back();
        cores[at->second].processors.push_back(p);
    }
    for (Core& core : cores) {
        const std::string file = processor_folder(root, core.processors[0]) + "topology/physical_package_id";
        core.socket =
            static_cast<int>(std::max<int64_t>(number(first_line(file).value_or("")).value_or(0), 0));
        read_caches(root, core);
    }
    return cores;
}

// Intel's hybrid processors name their efficiency cores; others tell them by capacity or by top speed, where
// a core below 4/5 of the best is one (measured ratios: 0.72 to 0.76 for Intel's, Zen's compact and ARM's
// small cores are lower still; favoured cores of one kind differ by less than 0.9).
void read_kinds(const std::string& root, std::vector<Core>& cores) {
    std::set<int> named;
    for (const char* device : {"cpu_atom", "cpu_lowpower"}) {
        for (const int p : list_in(root + "/sys/devices/" + device + "/cpus"))
            named.insert(p);
    }
    if (!named.empty()) {
        for (Core& core : cores) {
            if (named.contains(core.processors[0])) core.kind = CoreKind::efficiency;
        }
        return;
    }
    for (const char* file : {"cpu_capacity", "cpufreq/cpuinfo_max_freq"}) {
        std::vector<int64_t> value;
        for (const Core& core : cores)
            value.push_back(number(first_line(processor_folder(root, core.processors[0]) + file).value_or(""))
                                .value_or(0));
        const auto [least, most] = std::minmax_element(value.begin(), value.end());
        if (*least <= 0 || *least == *most) continue;
        for (size_t i = 0; i < cores.size(); ++i) {
            if (value[i] / 4 < *most / 5) cores[i].kind = CoreKind::efficiency;
        }
        return;
    }
}

bool has_memory(const std::string& root, const Node& node) {
    const std::string allowed = value_of(root + "/proc/self/status", "Mems_allowed_list");
    if (!allowed.empty() && !contains(number_list(allowed), node.id)) return false;
    return node.memory_bytes != 0;
}

// Only nodes with a processor of `processors`; memory -1: not known.
std::vector<Node> read_nodes(const std::string& root, const std::vector<int>& processors) {
    const std::string folder = root + "/sys/devices/system/node/";
    std::vector<Node> nodes;
    for (const int id : list_in(folder + "online")) {
        const std::string name = "node" + std::to_string(id);
        Node node{id, {}, kibibytes_of(folder + name + "/meminfo", "MemTotal").value_or(-1)};
        for (const int p : list_in(folder + name + "/cpulist")) {
            if (contains(processors, p)) node.processors.push_back(p);
        }
        if (!node.processors.empty()) nodes.push_back(std::move(node));
    }
    return nodes;
}

// Leaves the nodes that have memory, with every processor in one of them.
std::vector<Node> with_memory(const std::string& root, std::vector<Node> nodes,
                              const std::vector<int>& processors) {
    std::vector<int> placed;
    std::vector<Node> kept;
    for (Node& node : nodes) {
        if (!has_memory(root, node)) continue;
        placed.insert(placed.end(), node.processors.begin(), node.processors.end());
        node.memory_bytes = std::max<int64_t>(node.memory_bytes, 0);
        kept.push_back(std::move(node));
    }
    if (kept.empty()) kept.push_back({0, {}, kibibytes_of(root + "/proc/meminfo", "MemTotal").value_or(0)});
    std::sort(placed.begin(), placed.end());
    std::vector<int>& first = kept[0].processors;
    std::set_difference(processors.begin(), processors.end(), placed.begin(), placed.end(),
                        std::back_inserter(first));
    std::sort(first.begin(), first.end());
    return kept;
}

void put_cores_in_nodes(Topology& topology) {
    for (Core& core : topology.cores) {
        for (size_t n = 0; n < topology.nodes.size(); ++n) {
            if (contains(topology.nodes[n].processors, core.processors[0])) core.node = static_cast<int>(n);
        }
    }
}
} // namespace

Topology read_topology(const std::string& root, const std::vector<int>& processors) {
    const std::set<int> sorted(processors.begin(), processors.end());
    std::vector<int> rising(sorted.begin(), sorted.end());
    if (rising.empty()) rising = {0};
    Topology topology;
    topology.cores = read_cores(root, rising);
    read_kinds(root, topology.cores);
    topology.nodes = with_memory(root, read_nodes(root, rising), rising);
    put_cores_in_nodes(topology);
    topology.processor_limit = processor_time_limit(root).value_or(0);
    return topology;
}

} // namespace engine::platform
