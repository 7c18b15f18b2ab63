// Writing machine files.
#include <nlohmann/json.hpp>

#include "engine/formats/machine_file.h"
#include "engine/formats/machine_words.h"

namespace engine::formats {

namespace {

using Json = nlohmann::ordered_json;
using platform::Cache;
using platform::Core;

// What is empty, 0 or false is left out.
template <typename T>
void put(Json& object, const char* key, const T& value) {
    if (value != T{}) object[key] = value;
}

Json json_of(const Cache& cache) {
    Json json;
    put(json, "bytes", cache.bytes);
    put(json, "processors", cache.processors);
    return json;
}

bool is_same(const Cache& a, const Cache& b) {
    return a.bytes == b.bytes && a.processors == b.processors;
}

// Whether `next` can follow `last` in one row of equal cores.
bool continues(const Core& last, const Core& next) {
    if (last.kind != next.kind || last.socket != next.socket || last.node != next.node ||
        last.processors.size() != next.processors.size() || !is_same(last.l1d, next.l1d) ||
        !is_same(last.l2, next.l2) || !is_same(last.l3, next.l3))
        return false;
    for (size_t t = 0; t < last.processors.size(); ++t) {
        if (next.processors[t] <= last.processors[t]) return false; // lists are rising
    }
    return true;
}

// "0-3,8" of the numbers that the cores' threads number `thread` have.
std::string list_of(std::span<const Core> cores, size_t thread) {
    std::string list;
    for (size_t i = 0; i < cores.size(); ++i) {
        const int first = cores[i].processors[thread];
        size_t last = i;
        while (last + 1 < cores.size() &&
               cores[last + 1].processors[thread] == cores[last].processors[thread] + 1)
            ++last;
        list += (list.empty() ? "" : ",") + std::to_string(first);
        if (last > i) list += "-" + std::to_string(cores[last].processors[thread]);
        i = last;
    }
    return list;
}

Json row_of_cores(const platform::Topology& topology, std::span<const Core> cores) {
    const Core& first = cores.front();
    Json json{{"kind", name_of(first.kind)},
              {"socket", first.socket},
              {"node", topology.nodes[static_cast<size_t>(first.node)].id}};
    for (size_t t = 0; t < first.processors.size(); ++t)
        json["processors"].push_back(list_of(cores, t));
    put(json, "l1d", json_of(first.l1d));
    put(json, "l2", json_of(first.l2));
    put(json, "l3", json_of(first.l3));
    return json;
}

Json json_of_cores(const platform::Topology& topology) {
    Json rows = Json::array();
    const std::span<const Core> cores = topology.cores;
    for (size_t i = 0; i < cores.size();) {
        size_t end = i + 1;
        while (end < cores.size() && continues(cores[end - 1], cores[end]))
            ++end;
        rows.push_back(row_of_cores(topology, cores.subspan(i, end - i)));
        i = end;
    }
    return rows;
}

Json json_of_cpu(const platform::Machine& machine) {
    Json json;
    put(json, "name", machine.cpu_name);
    for (const Feature& feature : kFeatures) {
        if (machine.features.*feature.member) json["features"].push_back(feature.name);
    }
    put(json, "usable_cores", machine.usable_cores);
    put(json, "processor_limit", machine.topology.processor_limit);
    put(json, "emulated_nodes", machine.topology.emulated);
    return json;
}

Json json_of_memory(const platform::MachineProfile& profile) {
    Json json;
    json["bytes"] = profile.machine.memory_bytes;
    json["available_bytes"] = profile.machine.available_bytes;
    put(json, "huge_page_bytes", profile.huge_page_bytes);
    put(json, "transparent_huge_pages", profile.transparent_huge_pages);
    put(json, "program_bytes", profile.program_bytes);
    return json;
}

Json json_of(const platform::Gpu& gpu) {
    Json json;
    put(json, "name", gpu.name);
    json["compute_capability"] = std::to_string(gpu.compute_major) + "." + std::to_string(gpu.compute_minor);
    json["memory_bytes"] = gpu.memory_bytes;
    json["available_bytes"] = gpu.available_bytes;
    put(json, "pcie_generation", gpu.pcie_generation);
    put(json, "pcie_lanes", gpu.pcie_lanes);
    put(json, "driver", gpu.driver);
    put(json, "memory_gb_per_s", gpu.memory_gb_per_s);
    put(json, "to_device_gb_per_s", gpu.to_device_gb_per_s);
    put(json, "from_device_gb_per_s", gpu.from_device_gb_per_s);
    put(json, "matrix_tflop_per_s", gpu.matrix_tflop_per_s);
    return json;
}

Json json_of(const platform::Disk& disk) {
    Json json;
    put(json, "mount", disk.mount);
    put(json, "file_system", disk.file_system);
    json["bytes"] = disk.bytes;
    json["free_bytes"] = disk.free_bytes;
    put(json, "rotational", disk.rotational);
    put(json, "remote", disk.remote);
    put(json, "read_gb_per_s", disk.read_gb_per_s);
    return json;
}

Json json_of(const platform::FormatRates& rates) {
    Json json{{"family", name_of(rates.family)},
              {"vector_gb_per_s", rates.vector_gb_per_s},
              {"matrix_gflop_per_s", rates.matrix_gflop_per_s}};
    put(json, "few_gflop_per_s", rates.few_gflop_per_s);
    put(json, "vector_memory_gb_per_s", rates.vector_memory_gb_per_s);
    put(json, "few_memory_gflop_per_s", rates.few_memory_gflop_per_s);
    return json;
}

Json json_of(const platform::Calibration& calibration) {
    Json json{{"unix_seconds", calibration.unix_seconds},
              {"isa", calibration.isa},
              {"read_gb_per_s", calibration.read_gb_per_s},
              {"rates", Json::array()}};
    for (const platform::FormatRates& rates : calibration.rates)
        json["rates"].push_back(json_of(rates));
    if (const platform::BetweenRates& between = calibration.between; between != platform::BetweenRates())
        json["between"] = {{"elementwise_gb_per_s", between.elementwise_gb_per_s},
                           {"prompt_attention_gflop_per_s", between.prompt_attention_gflop_per_s},
                           {"token_attention_gb_per_s", between.token_attention_gb_per_s},
                           {"loop_us", between.loop_us}};
    if (const platform::Correction& by = calibration.corrected_by; by != platform::Correction())
        json["corrected_by"] = {{"prompt", by.prompt}, {"generate", by.generate}};
    return json;
}

} // namespace

std::string write_machine(const platform::MachineProfile& profile) {
    const platform::Topology& topology = profile.machine.topology;
    Json json{
        {"name", profile.name},   {"cpu", json_of_cpu(profile.machine)}, {"memory", json_of_memory(profile)},
        {"nodes", Json::array()}, {"cores", json_of_cores(topology)},    {"gpus", Json::array()}};
    for (const platform::Node& node : topology.nodes)
        json["nodes"].push_back({{"id", node.id}, {"memory_bytes", node.memory_bytes}});
    for (const platform::Gpu& gpu : profile.gpus)
        json["gpus"].push_back(json_of(gpu));
    put(json, "gpu_note", profile.gpu_note);
    json["disks"] = Json::array();
    for (const platform::Disk& disk : profile.disks)
        json["disks"].push_back(json_of(disk));
    if (profile.calibration) json["calibration"] = json_of(*profile.calibration);
    // Names come from drivers and file systems: what is no UTF-8 is replaced, not thrown.
    return json.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

} // namespace engine::formats
