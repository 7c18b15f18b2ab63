// Reading machine files.
#include "engine/formats/machine_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/formats/json_fields.h"
#include "engine/formats/machine_words.h"
#include "engine/formats/printable.h"
#include "engine/platform/system_files.h"

namespace engine::formats {

namespace {

using Json = nlohmann::json;
using platform::MachineProfile;
using platform::Topology;

constexpr size_t kLargestFile = 4 << 20;
constexpr int64_t kMostBytes = int64_t{1} << 56;
constexpr int64_t kMostProcessors = 1 << 16; // as number_list()
constexpr size_t kMostNodes = 1024, kMostGpus = 64, kMostDisks = 256, kMostThreadsOfCore = 8;
constexpr size_t kLongestText = 1024, kLongestPath = 4096, kLongestList = 1 << 16;
constexpr double kMostSpeed = 1e6; // GB/s, GFLOP/s, TFLOP/s

template <size_t n>
std::optional<size_t> find_word(const std::array<const char*, n>& words, const std::string& word) {
    const auto at = std::find(words.begin(), words.end(), word);
    if (at == words.end()) return std::nullopt;
    return static_cast<size_t>(at - words.begin());
}

// "0-3,8": every piece a number or a range that rises. number_list() passes over what is none, as is right
// for a system's files; in a person's file it would lose cores without a word.
bool is_number_list(std::string_view text) {
    const auto whole = [](std::string_view digits) {
        const bool plain = !digits.empty() && digits.size() <= 9 &&
                           digits.find_first_not_of("0123456789") == std::string_view::npos;
        return plain ? platform::number(digits).value_or(-1) : -1;
    };
    for (bool more = true; more;) {
        const size_t comma = text.find(',');
        const std::string_view piece = text.substr(0, comma);
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : text.size());
        const size_t dash = piece.find('-');
        const int64_t first = whole(piece.substr(0, dash));
        const int64_t last = dash == std::string_view::npos ? first : whole(piece.substr(dash + 1));
        if (first < 0 || last < first || last >= kMostProcessors) return false;
    }
    return true;
}

class MachineReader {
 public:
    Result<MachineProfile> read(const Json& json) {
        JsonFields file(json, "", error_);
        profile_.name = file.text("name", kLongestText);
        read_memory(file);
        read_nodes(file);
        read_cores(file);
        read_cpu(file);
        each(file, "gpus", kMostGpus, [&](JsonFields& gpu) { read_gpu(gpu); });
        profile_.gpu_note = file.text("gpu_note", kLongestText);
        each(file, "disks", kMostDisks, [&](JsonFields& disk) { read_disk(disk); });
        if (auto calibration = file.object("calibration")) read_calibration(*calibration);
        file.finish();
        if (error_) return *std::move(error_);
        return std::move(profile_);
    }

 private:
    template <typename F>
    void each(JsonFields& in, const char* key, size_t most, F&& read) {
        const Json* const list = in.array(key, most);
        if (list == nullptr) return;
        for (size_t i = 0; i < list->size() && !error_; ++i) {
            JsonFields entry((*list)[i], in.place_of(key) + "[" + std::to_string(i) + "]", error_);
            read(entry);
            entry.finish();
        }
    }

    void read_memory(JsonFields& file) {
        platform::Machine& machine = profile_.machine;
        auto memory = file.object("memory");
        if (!memory) return file.fail("memory", "is missing");
        machine.memory_bytes = memory->integer("bytes", 1, kMostBytes);
        if (!memory->has("bytes")) memory->fail("bytes", "is missing");
        machine.available_bytes = memory->has("available_bytes")
                                      ? memory->integer("available_bytes", 0, machine.memory_bytes)
                                      : machine.memory_bytes;
        profile_.huge_page_bytes = memory->integer("huge_page_bytes", 0, int64_t{1} << 40);
        profile_.transparent_huge_pages = memory->flag("transparent_huge_pages");
        profile_.program_bytes = memory->integer("program_bytes", 0, kMostBytes);
        memory->finish();
    }

    void read_nodes(JsonFields& file) {
        Topology& topology = profile_.machine.topology;
        each(file, "nodes", kMostNodes, [&](JsonFields& fields) {
            platform::Node node;
            node.id = static_cast<int>(fields.integer("id", 0, kMostProcessors));
            node.memory_bytes = fields.integer("memory_bytes", 0, kMostBytes);
            if (index_of_node(node.id) >= 0) fields.fail("id", "is that of another node");
            topology.nodes.push_back(std::move(node));
        });
        if (topology.nodes.empty()) topology.nodes.push_back({0, {}, profile_.machine.memory_bytes});
    }

    int index_of_node(int64_t id) const {
        const auto& nodes = profile_.machine.topology.nodes;
        for (size_t n = 0; n < nodes.size(); ++n) {
            if (nodes[n].id == id) return static_cast<int>(n);
        }
        return -1;
    }

    void read_cores(JsonFields& file) {
        Topology& topology = profile_.machine.topology;
        each(file, "cores", kMostProcessors, [&](JsonFields& row) { read_row_of_cores(row); });
        if (topology.cores.empty()) return file.fail("cores", "is missing or empty");
        const auto by_first = [](const platform::Core& a, const platform::Core& b) {
            return a.processors[0] < b.processors[0];
        };
        if (!error_) std::sort(topology.cores.begin(), topology.cores.end(), by_first);
        for (platform::Node& node : topology.nodes) {
            std::sort(node.processors.begin(), node.processors.end());
            if (node.processors.empty())
                file.fail("nodes", "has number " + std::to_string(node.id) + ", where no core is");
        }
    }

    void read_row_of_cores(JsonFields& row) {
        platform::Core core;
        if (row.has("kind")) {
            const auto kind = find_word(kCoreKinds, row.text("kind", kLongestText));
            if (!kind) row.fail("kind", "is neither \"performance\" nor \"efficiency\"");
            core.kind = static_cast<platform::CoreKind>(kind.value_or(0));
        }
        core.socket = static_cast<int>(row.integer("socket", 0, kMostProcessors));
        core.node = row.has("node") ? index_of_node(row.integer("node", 0, kMostProcessors)) : 0;
        if (core.node < 0) return row.fail("node", "is a number that no entry of nodes has");
        core.l1d = read_cache(row, "l1d");
        core.l2 = read_cache(row, "l2");
        core.l3 = read_cache(row, "l3");
        add_cores(row, core);
    }

    platform::Cache read_cache(JsonFields& row, const char* key) {
        auto fields = row.object(key);
        if (!fields) return {};
        platform::Cache cache;
        cache.bytes = fields->integer("bytes", 0, int64_t{1} << 40);
        cache.processors = static_cast<int>(fields->integer("processors", 0, kMostProcessors));
        fields->finish();
        return cache;
    }

    void add_cores(JsonFields& row, const platform::Core& like) {
        const Json* const lists = row.array("processors", kMostThreadsOfCore);
        if (lists == nullptr || lists->empty())
            return row.fail("processors", "is missing: lists like [\"0-7\", \"8-15\"]");
        std::vector<std::vector<int>> threads;
        for (const Json& list : *lists) {
            const bool is_list = list.is_string() &&
                                 list.get_ref<const std::string&>().size() <= kLongestList &&
                                 is_number_list(list.get_ref<const std::string&>());
            threads.push_back(is_list ? platform::number_list(list.get<std::string>()) : std::vector<int>());
            if (threads.back().empty())
                return row.fail("processors", "has an entry that is no list like \"0-7\"");
            if (threads.back().size() != threads.front().size())
                return row.fail("processors", "has lists of different lengths");
        }
        Topology& topology = profile_.machine.topology;
        for (size_t c = 0; c < threads.front().size(); ++c) {
            platform::Core core = like;
            for (const auto& thread : threads) {
                if (!take_processor(thread[c]))
                    return row.fail("processors",
                                    "has number " + std::to_string(thread[c]) + ", which another core has");
                core.processors.push_back(thread[c]);
                topology.nodes[static_cast<size_t>(core.node)].processors.push_back(thread[c]);
            }
            topology.cores.push_back(std::move(core));
        }
    }

    bool take_processor(int processor) {
        const auto at = static_cast<size_t>(processor);
        if (taken_.size() <= at) taken_.resize(at + 1);
        const bool is_free = !taken_[at];
        taken_[at] = true;
        return is_free;
    }

    void read_cpu(JsonFields& file) {
        platform::Machine& machine = profile_.machine;
        machine.usable_cores = usable_cores(machine.topology);
        auto cpu = file.object("cpu");
        if (!cpu) return;
        machine.cpu_name = cpu->text("name", kLongestText);
        read_features(*cpu);
        machine.topology.processor_limit = cpu->real("processor_limit", kMostProcessors);
        machine.topology.emulated = cpu->flag("emulated_nodes");
        const auto cores = static_cast<int64_t>(machine.topology.cores.size());
        machine.usable_cores =
            cpu->has("usable_cores")
                ? static_cast<int>(cpu->integer("usable_cores", 1, std::max<int64_t>(cores, 1)))
                : usable_cores(machine.topology);
        cpu->finish();
    }

    void read_features(JsonFields& cpu) {
        const Json* const list = cpu.array("features", kFeatures.size());
        if (list == nullptr) return;
        for (const Json& name : *list) {
            const std::string word = name.is_string() ? name.get<std::string>() : "";
            const auto at = std::find_if(kFeatures.begin(), kFeatures.end(),
                                         [&](const Feature& feature) { return word == feature.name; });
            if (at == kFeatures.end())
                return cpu.fail("features", "has the entry " + printable(word) + ", which is not known here");
            profile_.machine.features.*(at->member) = true;
        }
    }

    void read_gpu(JsonFields& fields) {
        platform::Gpu gpu;
        gpu.name = fields.text("name", kLongestText);
        read_capability(fields, gpu);
        gpu.memory_bytes = fields.integer("memory_bytes", 1, kMostBytes);
        if (!fields.has("memory_bytes")) fields.fail("memory_bytes", "is missing");
        gpu.available_bytes = fields.has("available_bytes")
                                  ? fields.integer("available_bytes", 0, gpu.memory_bytes)
                                  : gpu.memory_bytes;
        gpu.pcie_generation = static_cast<int>(fields.integer("pcie_generation", 0, 16));
        gpu.pcie_lanes = static_cast<int>(fields.integer("pcie_lanes", 0, 64));
        gpu.driver = fields.text("driver", kLongestText);
        gpu.memory_gb_per_s = fields.real("memory_gb_per_s", kMostSpeed);
        gpu.to_device_gb_per_s = fields.real("to_device_gb_per_s", kMostSpeed);
        gpu.from_device_gb_per_s = fields.real("from_device_gb_per_s", kMostSpeed);
        gpu.matrix_tflop_per_s = fields.real("matrix_tflop_per_s", kMostSpeed);
        profile_.gpus.push_back(std::move(gpu));
    }

    void read_capability(JsonFields& fields, platform::Gpu& gpu) {
        const std::string text = fields.text("compute_capability", kLongestText);
        if (text.empty()) return;
        const size_t dot = text.find('.');
        const auto major = platform::number(text);
        const auto minor = dot == std::string::npos ? std::nullopt : platform::number(text.substr(dot + 1));
        if (!major || !minor || *major < 0 || *minor < 0 || *major > 99 || *minor > 99 ||
            text != std::to_string(*major) + "." + std::to_string(*minor))
            return fields.fail("compute_capability", "is not of the form \"8.9\"");
        gpu.compute_major = static_cast<int>(*major);
        gpu.compute_minor = static_cast<int>(*minor);
    }

    void read_disk(JsonFields& fields) {
        platform::Disk disk;
        disk.mount = fields.text("mount", kLongestPath);
        disk.file_system = fields.text("file_system", kLongestText);
        disk.bytes = fields.integer("bytes", 0, int64_t{1} << 60);
        disk.free_bytes = fields.integer("free_bytes", 0, disk.bytes);
        disk.rotational = fields.flag("rotational");
        disk.remote = fields.flag("remote");
        disk.read_gb_per_s = fields.real("read_gb_per_s", kMostSpeed);
        profile_.disks.push_back(std::move(disk));
    }

    void read_calibration(JsonFields& fields) {
        platform::Calibration calibration;
        calibration.unix_seconds = fields.integer("unix_seconds", 0, int64_t{1} << 40);
        calibration.isa = fields.text("isa", kLongestText);
        const Json* const speeds = fields.array("read_gb_per_s", kMostProcessors);
        if (speeds == nullptr || speeds->empty())
            return fields.fail("read_gb_per_s", "is missing: GB/s with 1 thread, with 2, ...");
        for (const Json& speed : *speeds) {
            const double value = speed.is_number() ? speed.get<double>() : -1;
            if (!(value > 0 && value <= kMostSpeed))
                return fields.fail("read_gb_per_s", "has an entry that is no speed in GB/s");
            calibration.read_gb_per_s.push_back(value);
        }
        each(fields, "rates", kFamilies.size(), [&](JsonFields& rates) {
            const auto family = find_word(kFamilies, rates.text("family", kLongestText));
            if (!family) rates.fail("family", "is no family of formats known here");
            calibration.rates.push_back(
                {static_cast<platform::FormatFamily>(family.value_or(0)),
                 rates.real("vector_gb_per_s", kMostSpeed), rates.real("matrix_gflop_per_s", kMostSpeed),
                 rates.real("few_gflop_per_s", kMostSpeed), rates.real("vector_memory_gb_per_s", kMostSpeed),
                 rates.real("few_memory_gflop_per_s", kMostSpeed)});
        });
        if (auto between = fields.object("between")) {
            calibration.between = {between->real("elementwise_gb_per_s", kMostSpeed),
                                   between->real("prompt_attention_gflop_per_s", kMostSpeed),
                                   between->real("token_attention_gb_per_s", kMostSpeed),
                                   between->real("loop_us", 1e6)};
            between->finish();
        }
        if (auto corrected_by = fields.object("corrected_by")) {
            calibration.corrected_by = {corrected_by->real("prompt", kMostSpeed),
                                        corrected_by->real("generate", kMostSpeed)};
            corrected_by->finish();
        }
        fields.finish();
        profile_.calibration = std::move(calibration);
    }

    MachineProfile profile_;
    std::optional<Error> error_;
    std::vector<bool> taken_; // processors that have their core
};

} // namespace

Result<MachineProfile> read_machine(std::string_view json) {
    if (json.size() > kLargestFile)
        return Error{ErrorCode::bad_file, "a machine file has no more than 4 MB", ""};
    const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
    if (parsed.is_discarded())
        return Error{ErrorCode::bad_file, "it is not valid JSON",
                     "tandem-cli machine --json writes files of the right form."};
    return MachineReader().read(parsed);
}

Result<MachineProfile> read_machine_file(const std::string& path) {
    std::ifstream file(std::filesystem::path(path), std::ios::binary); // takes text for UTF-8 on Windows, too
    if (!file) return Error{ErrorCode::not_found, "cannot open " + path, "Check the path."};
    std::string text(kLargestFile + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return Error{ErrorCode::io, "cannot read " + path, ""};
    text.resize(static_cast<size_t>(file.gcount()));
    auto profile = read_machine(text);
    if (profile.ok()) return profile;
    Error error = std::move(profile).error();
    error.message = path + ": " + error.message;
    return error;
}

} // namespace engine::formats
