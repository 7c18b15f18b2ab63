// Plan: where each part of a model would live, what that takes of each device, and how fast it would be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/platform/machine_profile.h"

namespace engine::placement {

// How much memory is left alone, so that other programs and the system can breathe.
enum class Guardrail { off, relaxed, balanced, strict };

enum class DeviceKind { processor, gpu, disk };

// What a person may fix; everything else is chosen.
struct PlanRequest {
    int64_t context = 0;                 // tokens; 0: chosen
    std::optional<DType> kv;             // F32, F16, Q8_0, Q4_0; none: chosen
    std::vector<DType> kv_offered;       // that may be chosen when F16 does not fit, best first
    std::optional<std::string> quantize; // of several variants: that one, "" as the file is; none: chosen
    int gpu_layers = -1;                 // 0 .. layers + 1 (the head); -1: chosen
    int cpu_expert_layers = -1;          // layers whose experts stay on the processor; -1: chosen
    std::vector<int> gpus;               // indices that may be used; empty: all
    int threads = 0;                     // 0: chosen
    Guardrail guardrail = Guardrail::balanced;
    int64_t adapter_bytes = 0; // of a LoRA adapter, held in memory
    int64_t held_bytes = 0;    // of this program's, that will be given back before the load
    bool gpus_work = false;    // the engine can compute on them; else they are left empty
    // For which the speed is predicted: so many tokens after `depth` others that are in the cache already.
    int64_t prompt_tokens = 512, prompt_depth = 0;
    int64_t generate_tokens = 128, generate_depth = 0;
};

// Bytes of one device by class; they add up to its total.
struct DeviceBytes {
    int64_t weights = 0, experts = 0, kv = 0, compute = 0, adapter = 0, other = 0;
    int64_t free = 0; // negative: so much too little

    int64_t model() const { return weights + experts + kv + compute + adapter; }
    int64_t all() const { return model() + other + free; }
};

struct PlanDevice {
    DeviceKind kind = DeviceKind::processor;
    int gpu = -1; // index into MachineProfile::gpus
    std::string name;
    int64_t total = 0;
    int64_t limit = 0; // that a model may take under the guardrail
    DeviceBytes bytes;
};

// Which device holds what of a layer: indices into Plan::devices.
struct LayerPlace {
    int dense = 0;                // attention, router, norms, shared experts, KV cache
    std::vector<uint8_t> experts; // one device for each routed expert
};

enum class Verdict {
    unknown,     // the sentence says why
    fits_gpu,    // all of it
    fits_partly, // some on GPUs, some in memory
    fits_memory,
    from_disk, // runs, but weights are read from disk again and again
    tight,     // would fit if other programs were closed
    does_not_fit,
};
const char* to_string(Verdict verdict);

enum class Limiting { memory, gpu_memory, memory_bandwidth, gpu_bandwidth, compute, disk, nothing };
const char* to_string(Limiting limiting);
const char* to_string(Guardrail level); // "relaxed"

struct Prediction {
    double prompt_tokens_per_s = 0, generate_tokens_per_s = 0; // 0: cannot be said
    double band = 0;                                           // 0.15: give or take 15 %
    bool measured = false;             // from a calibration of that machine; else from its kind
    platform::Correction corrected_by; // factors that are in these speeds
};

struct Plan {
    Verdict verdict = Verdict::unknown;
    Limiting limiting = Limiting::nothing;
    std::string sentence;   // for people
    std::string suggestion; // what would help most; may be empty
    int64_t missing_bytes = 0;
    int64_t context = 0;         // tokens
    int64_t largest_context = 0; // tokens that would still fit; 0: none
    // Where it does not fit as things are: the next smaller format of keys and values with which it would,
    // and the strictest guardrail under which it would.
    std::optional<DType> fitting_kv;
    std::optional<Guardrail> fitting_guardrail;
    DType kv = DType::F16;
    std::string quantize;        // made while loading; "": as the file is
    std::string quantize_reason; // of that choice: "as they are, 3.2 GB more would be needed"; may be empty
    bool quantizable = false;    // there was a choice
    int threads = 0;
    int nodes = 1; // of memory, over which rows are split
    int gpu_layers = 0, expert_layers = 0, cpu_expert_layers = 0;
    int64_t resident_bytes = 0;      // by which this process would grow, after the context was full once
    std::vector<PlanDevice> devices; // GPUs, the processor's memory, and the disk where it is needed
    std::vector<LayerPlace> layers;
    int head = 0; // device of the head
    Prediction predicted;

    bool fits() const {
        return verdict == Verdict::fits_gpu || verdict == Verdict::fits_partly ||
               verdict == Verdict::fits_memory;
    }
};

} // namespace engine::placement
