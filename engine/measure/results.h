// What can be asked of the measuring rooms, and what they answer: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/measure/statistics.h"
#include "engine/runtime/kv_precision.h"

namespace engine::measure {

struct ModelBenchRequest {
    int64_t prompt_tokens = 512;                           // 0: prompts are not measured
    int64_t generate_tokens = 128;                         // 0: nor is generation
    int64_t depth = 0;                                     // tokens in the cache before generation begins
    int64_t sequences = 1;                                 // that generate at once
    std::optional<runtime::KvPrecision> kv_precision = {}; // unset: as a session would take
    int repetitions = 5;
    uint64_t seed = 1;           // of the token ids
    int64_t bandwidth_bytes = 0; // of the buffer whose reading is timed; 0: more than the caches hold
};

struct ModelBenchReport {
    Spread prompt_tokens_per_s;
    Spread generate_tokens_per_s;   // of all sequences together
    Spread read_bandwidth_gb_per_s; // measured between the repetitions
    double generate_gb_per_s = 0;   // weights (every expert that a step touches once) and keys, median
    double share_of_bandwidth = 0;  // of that
    double prompt_tflops = 0;       // 2 x parameters of the layers that a token uses, median
    double distinct_experts = 0;    // per step and layer, mean; 0: dense
    int64_t active_parameters = 0;  // per token, all of the model's matrices
    int64_t peak_rss_bytes = 0;     // of loading and running, before the bandwidth's own buffer came
    uint64_t logits_hash = 0;       // of the prompt's last logits (without a prompt: of the first step's)
};

enum class LayerKind { moe, dense };

struct LayerBenchRequest {
    LayerKind kind = LayerKind::moe;
    int64_t hidden = 0, width = 0; // moe: of the experts; dense: one matrix {width, hidden}
    int64_t experts = 0, used = 0; // moe only
    std::string type;              // "Q4_K": of all matrices
    std::vector<int64_t> tokens = {1};
    int repetitions = 5;
    uint64_t seed = 1;
    int64_t weight_bytes = 0;    // of all copies, rounded up; 0: more than the caches hold
    int64_t bandwidth_bytes = 0; // as above
};

struct LayerTiming {
    int64_t tokens = 0;
    double distinct_experts = 0; // mean
    Spread microseconds;
    double gb_per_s = 0; // of the distinct experts' weights, at the median time
    double gflop_per_s = 0;
    double share_of_bandwidth = 0;
};

struct LayerBenchReport {
    int64_t copies = 0;      // that take turns, so that no cache helps
    int64_t layer_bytes = 0; // of one copy
    Spread read_bandwidth_gb_per_s;
    std::vector<LayerTiming> timings; // as asked for
};

} // namespace engine::measure
