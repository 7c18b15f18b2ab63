// Estimate: what one way of placing a model takes of each device, and how long a token takes then. The one
// estimator behind every verdict.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/placement/footprint.h"
#include "engine/placement/heat.h"
#include "engine/placement/plan.h"
#include "engine/placement/rates.h"

namespace engine::placement {

// The routed experts of a layer, hottest first: so many on the layer's GPU, then in memory, then on disk.
struct ExpertSplit {
    int32_t gpu = 0, memory = 0, disk = 0;
};

inline constexpr int kProcessor = -1;

// The experts of each layer by falling heat; alike where none is known.
struct ExpertOrder {
    ExpertOrder(const Footprint& model, const Heat& heat);
    std::vector<std::vector<int32_t>> order;
    std::vector<std::vector<double>> sums; // share of calls of the n hottest, {experts + 1}
    bool known = false;
};

// A way of placing. `device`: kProcessor or a GPU's index.
struct Assignment {
    std::vector<int> layers; // device of each layer's dense part and KV
    int head = kProcessor;
    std::vector<ExpertSplit> experts; // per layer
    int64_t disk_weights = 0;         // bytes of other weights that memory cannot hold
};

// What stays the same for all ways of placing one model with one context on one machine.
class Estimator {
 public:
    Estimator(const Footprint& model, const platform::MachineProfile& machine, const Rates& rates,
              const PlanRequest& request, const ExpertOrder& experts, int64_t context, DType kv);

    const Footprint& model() const { return model_; }
    const Rates& rates() const { return rates_; }
    int64_t layer_kv(size_t layer) const { return layer_kv_[layer]; }
    int64_t gpu_compute() const { return gpu_compute_; } // of each GPU that has layers
    int64_t head_bytes() const { return head_bytes_; }   // on a GPU
    // Of calls of the layer's experts, those of the `count` hottest.
    double heat_of(size_t layer, int32_t count) const {
        return experts_.sums[layer][static_cast<size_t>(count)];
    }
    // Experts of the layer by falling heat.
    std::span<const int32_t> by_heat(size_t layer) const { return experts_.order[layer]; }
    double expert_seconds(size_t layer, int device) const; // of one call, while generating

    DeviceBytes bytes_of(const Assignment& a, int device) const; // free and other left 0
    double token_seconds(const Assignment& a) const;
    double prompt_seconds(const Assignment& a) const; // of request.prompt_tokens
    Limiting token_limit(const Assignment& a) const;  // what most of a token's time goes into

 private:
    struct Times {
        double memory = 0, compute = 0, gpu = 0, disk = 0, overhead = 0;
        double sum() const { return memory + compute + gpu + disk + overhead; }
    };
    // Of one token in one layer on the processor, while generating.
    struct LayerSeconds {
        double dense = 0, expert = 0, attention = 0; // expert: of one call
        bool dense_by_memory = true, expert_by_memory = true;
    };
    void time_layers();
    Times token_times(const Assignment& a) const;
    double attention_seconds(size_t layer, double positions) const;
    // `cached`: the share of the weights that the last cache still has.
    double layer_prompt_seconds(const Assignment& a, size_t layer, double tokens, double cached) const;
    double expert_prompt_seconds(const Assignment& a, size_t layer, double tokens, double cached) const;

    const Footprint& model_;
    const Rates& rates_;
    const PlanRequest& request_;
    const ExpertOrder& experts_;
    int64_t batch_ = 1;
    std::vector<int64_t> layer_kv_;
    int64_t processor_compute_ = 0, gpu_compute_ = 0, head_bytes_ = 0;
    double cached_ = 0;
    std::vector<LayerSeconds> seconds_;
    double head_seconds_ = 0; // on the processor, not corrected
};

} // namespace engine::placement
