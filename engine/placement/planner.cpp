// From request to plan: which context and precision, which way, which verdict.
#include "engine/placement/planner.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/placement/plan_text.h"
#include "engine/placement/ways.h"

namespace engine::placement {

using platform::MachineProfile;

const char* to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::unknown:
            return "unknown";
        case Verdict::fits_gpu:
            return "fits_gpu";
        case Verdict::fits_partly:
            return "fits_partly";
        case Verdict::fits_memory:
            return "fits_memory";
        case Verdict::from_disk:
            return "from_disk";
        case Verdict::tight:
            return "tight";
        case Verdict::does_not_fit:
            return "does_not_fit";
    }
    return "";
}

const char* to_string(Limiting limiting) {
    switch (limiting) {
        case Limiting::memory:
            return "memory";
        case Limiting::gpu_memory:
            return "gpu_memory";
        case Limiting::memory_bandwidth:
            return "memory_bandwidth";
        case Limiting::gpu_bandwidth:
            return "gpu_bandwidth";
        case Limiting::compute:
            return "compute";
        case Limiting::disk:
            return "disk";
        case Limiting::nothing:
            return "nothing";
    }
    return "";
}

const char* to_string(Guardrail level) {
    switch (level) {
        case Guardrail::off:
            return "off";
        case Guardrail::relaxed:
            return "relaxed";
        case Guardrail::balanced:
            return "balanced";
        case Guardrail::strict:
            return "strict";
    }
    return "";
}

int64_t reserve_bytes(Guardrail level, DeviceKind kind, int64_t total) {
    struct Rule {
        double share;
        int64_t least;
    };
    constexpr int64_t kMega = int64_t{1} << 20;
    constexpr Rule kMemory[] = {{0, 0}, {0.02, 256 * kMega}, {0.05, 512 * kMega}, {0.10, 1024 * kMega}};
    constexpr Rule kGpu[] = {{0, 0}, {0.01, 128 * kMega}, {0.03, 256 * kMega}, {0.06, 512 * kMega}};
    if (kind == DeviceKind::disk || total <= 0) return 0;
    const Rule& rule = (kind == DeviceKind::gpu ? kGpu : kMemory)[static_cast<size_t>(level)];
    const auto wanted = static_cast<int64_t>(rule.share * static_cast<double>(total));
    return std::min(std::max(wanted, rule.least), total / 2);
}

namespace {

constexpr int64_t kUsualContext = 8192, kLeastContext = 512;
constexpr int64_t kMostContext = std::numeric_limits<int32_t>::max();
// Of a device: a thousand times what any has, and sums of many still fit into 64 bits.
constexpr int64_t kMostBytes = int64_t{1} << 50;

struct Room {
    Limits now;     // under the guardrail, as things are
    Limits emptied; // if other programs were closed
};

class Planning {
 public:
    Planning(const Footprint& model, const MachineProfile& machine, const PlanRequest& request,
             const Heat& heat)
        : model_(model),
          machine_(sane(machine)),
          request_(cleaned(request)),
          experts_(model, heat),
          rates_(rates_of(machine_, request_.threads)) {
        room_ = room_under(request_.guardrail);
        for (int g = 0; g < static_cast<int>(machine_.gpus.size()); ++g) {
            const auto& wanted = request_.gpus;
            const bool chosen = wanted.empty() || std::find(wanted.begin(), wanted.end(), g) != wanted.end();
            if (request_.gpus_work && chosen) gpus_.push_back(g);
        }
        // The fastest first: what one card can hold should be on that one.
        std::stable_sort(gpus_.begin(), gpus_.end(), [&](int a, int b) {
            return rates_.gpus[static_cast<size_t>(a)].memory > rates_.gpus[static_cast<size_t>(b)].memory;
        });
    }

    Plan run() {
        plan_.threads = rates_.threads;
        plan_.nodes = static_cast<int>(std::max<size_t>(machine_.machine.topology.nodes.size(), 1));
        if (model_.layers.empty()) return unknown();
        const std::vector<Choice> choices = this->choices();
        for (const Choice& choice : choices) {
            if (attempt(choice, room_.now, false)) return finish(choice);
        }
        for (const Choice& choice : choices) {
            if (!attempt(choice, room_.emptied, false)) continue;
            plan_.verdict = Verdict::tight;
            return finish(choice);
        }
        if (!model_.encoded && attempt(choices.front(), room_.now, true)) {
            plan_.verdict = Verdict::from_disk;
            return finish(choices.front());
        }
        const Estimator estimator = this->estimator(choices.back());
        assignment_ = ways(estimator).as_asked();
        plan_.verdict = Verdict::does_not_fit;
        return finish(choices.back());
    }

 private:
    struct Choice {
        int64_t context = 0;
        DType kv = DType::F16;
    };

    static MachineProfile sane(MachineProfile machine) {
        const auto limit = [](int64_t& total, int64_t& available) {
            total = std::clamp<int64_t>(total, 0, kMostBytes);
            available = std::clamp<int64_t>(available, 0, total);
        };
        limit(machine.machine.memory_bytes, machine.machine.available_bytes);
        for (platform::Gpu& gpu : machine.gpus)
            limit(gpu.memory_bytes, gpu.available_bytes);
        return machine;
    }

    static PlanRequest cleaned(PlanRequest r) {
        r.context = std::clamp<int64_t>(r.context, 0, kMostContext);
        r.threads = std::clamp(r.threads, 0, 1024);
        r.adapter_bytes = std::clamp<int64_t>(r.adapter_bytes, 0, kMostBytes);
        r.held_bytes = std::clamp<int64_t>(r.held_bytes, 0, kMostBytes);
        r.prompt_tokens = std::clamp<int64_t>(r.prompt_tokens, 1, kMostContext);
        r.generate_tokens = std::clamp<int64_t>(r.generate_tokens, 1, kMostContext);
        r.prompt_depth = std::clamp<int64_t>(r.prompt_depth, 0, kMostContext);
        r.generate_depth = std::clamp<int64_t>(r.generate_depth, 0, kMostContext);
        return r;
    }

    Plan unknown() {
        plan_.verdict = Verdict::unknown;
        plan_.sentence = "Cannot be estimated: the file holds no layers.";
        return std::move(plan_);
    }

    Room room_under(Guardrail level) const {
        const auto limit = [&](DeviceKind kind, int64_t bytes, int64_t total) {
            return std::max<int64_t>(bytes - reserve_bytes(level, kind, total), 0);
        };
        const platform::Machine& m = machine_.machine;
        Room room;
        room.now.memory = limit(DeviceKind::processor, free_memory(), m.memory_bytes);
        room.emptied.memory =
            std::max(room.now.memory, limit(DeviceKind::processor, m.memory_bytes, m.memory_bytes));
        for (const platform::Gpu& gpu : machine_.gpus) {
            room.now.gpus.push_back(limit(DeviceKind::gpu, gpu.available_bytes, gpu.memory_bytes));
            room.emptied.gpus.push_back(limit(DeviceKind::gpu, gpu.memory_bytes, gpu.memory_bytes));
        }
        return room;
    }
    int64_t free_memory() const {
        const platform::Machine& m = machine_.machine;
        return std::min(m.available_bytes + request_.held_bytes, m.memory_bytes);
    }

    // What is tried, best first: the wanted context at the usual precision, then more bits saved, then less
    // context.
    std::vector<Choice> choices() const {
        std::vector<DType> kinds;
        if (request_.kv) {
            kinds = {*request_.kv};
        } else {
            kinds = {model_.main_dtype == DType::F32 ? DType::F32 : DType::F16};
            std::copy_if(request_.kv_offered.begin(), request_.kv_offered.end(), std::back_inserter(kinds),
                         [&](DType kind) { return holds_heads(kind); });
        }
        std::vector<int64_t> contexts{request_.context};
        if (request_.context == 0) {
            contexts = {usual_context(model_)};
            while (contexts.back() / 2 >= kLeastContext)
                contexts.push_back(contexts.back() / 2);
        }
        std::vector<Choice> all;
        for (const int64_t context : contexts)
            for (const DType kv : kinds)
                all.push_back({context, kv});
        return all;
    }

    // Caches store heads one by one, in whole blocks.
    bool holds_heads(DType kind) const {
        const int64_t block = traits(kind).block_size;
        return std::all_of(model_.layers.begin(), model_.layers.end(), [&](const LayerFootprint& layer) {
            return layer.kv.key_dim % block == 0 && layer.kv.value_dim % block == 0;
        });
    }

    Estimator estimator(const Choice& choice) const {
        return Estimator(model_, machine_, rates_, request_, experts_, choice.context, choice.kv);
    }
    Ways ways(const Estimator& estimator) const { return Ways(estimator, request_, gpus_, experts_.known); }

    bool attempt(const Choice& choice, const Limits& limits, bool disk) {
        const Estimator estimator = this->estimator(choice);
        const Ways ways = this->ways(estimator);
        const auto best = disk ? ways.fastest_from_disk(limits) : ways.fastest(limits);
        if (best) assignment_ = *best;
        return best.has_value();
    }

    Plan finish(const Choice& choice) {
        const Estimator estimator = this->estimator(choice);
        plan_.context = choice.context;
        plan_.kv = choice.kv;
        add_devices(estimator);
        add_layers(estimator);
        add_missing();
        if (plan_.verdict == Verdict::unknown) plan_.verdict = verdict_of_fit();
        predict(choice);
        plan_.largest_context = largest_context(choice);
        if (!plan_.fits()) find_changes(choice);
        explain(model_, machine_, request_, plan_);
        return std::move(plan_);
    }

    Verdict verdict_of_fit() const {
        if (plan_.gpu_layers == 0) return Verdict::fits_memory;
        const bool all =
            plan_.gpu_layers > static_cast<int>(model_.layers.size()) && plan_.cpu_expert_layers == 0;
        return all ? Verdict::fits_gpu : Verdict::fits_partly;
    }

    void add_devices(const Estimator& estimator) {
        const auto add = [&](PlanDevice device, int64_t free) {
            device.bytes.other = device.total - free;
            device.bytes.free = device.total - device.bytes.other - device.bytes.model();
            plan_.devices.push_back(std::move(device));
        };
        for (size_t g = 0; g < machine_.gpus.size(); ++g) {
            const platform::Gpu& gpu = machine_.gpus[g];
            add({DeviceKind::gpu, static_cast<int>(g), gpu.name, gpu.memory_bytes, room_.now.gpus[g],
                 estimator.bytes_of(assignment_, static_cast<int>(g))},
                gpu.available_bytes);
        }
        const DeviceBytes memory = estimator.bytes_of(assignment_, kProcessor);
        plan_.resident_bytes = memory.model();
        add({DeviceKind::processor, -1, "Memory", machine_.machine.memory_bytes, room_.now.memory, memory},
            free_memory());
        add_disk();
    }

    void add_disk() {
        PlanDevice disk{DeviceKind::disk, -1, "Disk", 0, 0, {}};
        disk.bytes.weights = assignment_.disk_weights;
        for (size_t l = 0; l < model_.layers.size(); ++l)
            disk.bytes.experts += assignment_.experts[l].disk * model_.layers[l].expert_bytes;
        disk.total = disk.limit = disk.bytes.model();
        if (disk.total > 0) plan_.devices.push_back(std::move(disk));
    }

    void add_layers(const Estimator& estimator) {
        const auto memory = static_cast<uint8_t>(machine_.gpus.size());
        const auto place = [&](int device) {
            return device == kProcessor ? memory : static_cast<uint8_t>(device);
        };
        plan_.head = place(assignment_.head);
        plan_.gpu_layers = Ways::gpu_layers(assignment_);
        for (size_t l = 0; l < model_.layers.size(); ++l) {
            const ExpertSplit& split = assignment_.experts[l];
            const auto order = estimator.by_heat(l);
            LayerPlace layer{place(assignment_.layers[l]), std::vector<uint8_t>(order.size())};
            for (size_t i = 0; i < order.size(); ++i) {
                const auto n = static_cast<int32_t>(i);
                layer.experts[static_cast<size_t>(order[i])] = n < split.gpu ? place(assignment_.layers[l])
                                                               : n < split.gpu + split.memory
                                                                   ? memory
                                                                   : static_cast<uint8_t>(memory + 1);
            }
            if (!order.empty()) ++plan_.expert_layers;
            if (split.memory + split.disk > 0) ++plan_.cpu_expert_layers;
            plan_.layers.push_back(std::move(layer));
        }
    }

    void add_missing() {
        for (const PlanDevice& device : plan_.devices)
            plan_.missing_bytes += std::max<int64_t>(device.bytes.model() - device.limit, 0);
    }

    void predict(const Choice& choice) {
        const Estimator estimator = this->estimator(choice);
        Assignment now = assignment_;
        plan_.predicted.measured = rates_.measured;
        plan_.predicted.band = rates_.measured && gpus_.empty() ? 0.15 : 0.5;
        plan_.limiting = estimator.token_limit(assignment_);
        if (plan_.verdict == Verdict::does_not_fit || plan_.verdict == Verdict::tight)
            plan_.limiting = Limiting::memory;
        if (plan_.verdict == Verdict::does_not_fit) return;
        if (plan_.verdict == Verdict::tight) { // as things are, the disk would have to serve
            if (model_.encoded) return;
            const auto disk = ways(estimator).fastest_from_disk(room_.now);
            if (!disk) return;
            now = *disk;
        }
        const double token = estimator.token_seconds(now), prompt = estimator.prompt_seconds(now);
        const auto rate = [](double n, double seconds) {
            return std::isfinite(seconds) && seconds > 0 ? n / seconds : 0;
        };
        plan_.predicted.generate_tokens_per_s = rate(1, token);
        plan_.predicted.prompt_tokens_per_s = rate(static_cast<double>(request_.prompt_tokens), prompt);
        if (rates_.correction == platform::Correction()) return;
        Rates uncorrected = rates_;
        uncorrected.correction = {};
        const Estimator plain(model_, machine_, uncorrected, request_, experts_, choice.context, choice.kv);
        plan_.predicted.corrected_by = {plain.prompt_seconds(now) / prompt, plain.token_seconds(now) / token};
    }

    // Which experts are hot is no matter of room.
    bool has_room(const Choice& choice, const Limits& limits) const {
        const Estimator estimator = this->estimator(choice);
        return Ways(estimator, request_, gpus_, false).any(limits);
    }

    // Small changes that would make it fit.
    void find_changes(const Choice& choice) {
        for (const DType kind : {DType::Q4_0, DType::Q8_0}) {
            const bool smaller = row_bytes(kind, 256) < row_bytes(choice.kv, 256);
            if (smaller && holds_heads(kind) && has_room({choice.context, kind}, room_.now))
                plan_.fitting_kv = kind;
        }
        for (const Guardrail level : {Guardrail::off, Guardrail::relaxed, Guardrail::balanced}) {
            if (level < request_.guardrail && has_room(choice, room_under(level).now))
                plan_.fitting_guardrail = level;
        }
    }

    // In steps of the cache; by halving, since more context never needs less.
    int64_t largest_context(const Choice& choice) const {
        constexpr int64_t kStep = 256;
        const int64_t most = (model_.trained_context > 0 ? model_.trained_context : int64_t{1} << 20);
        const auto fits = [&](int64_t context) { return has_room({context, choice.kv}, room_.now); };
        if (fits(most)) return most;
        int64_t good = 0, bad = (most + kStep - 1) / kStep;
        while (bad - good > 1) {
            const int64_t middle = good + (bad - good) / 2;
            (fits(middle * kStep) ? good : bad) = middle;
        }
        return good * kStep;
    }

    const Footprint& model_;
    const MachineProfile machine_;
    const PlanRequest request_;
    const ExpertOrder experts_;
    const Rates rates_;
    std::vector<int> gpus_;
    Room room_;
    Assignment assignment_;
    Plan plan_;
};

} // namespace

int64_t usual_context(const Footprint& model) {
    return model.trained_context > 0 ? std::min(model.trained_context, kUsualContext) : kUsualContext;
}

Plan plan(const Footprint& model, const MachineProfile& machine, const PlanRequest& request,
          const Heat& heat) {
    return Planning(model, machine, request, heat).run();
}

Plan plan(const model::ModelSpec& spec, const model::Inventory& inventory, const MachineProfile& machine,
          const PlanRequest& request, const Heat& heat) {
    return plan(footprint_of(spec, inventory), machine, request, heat);
}

} // namespace engine::placement
