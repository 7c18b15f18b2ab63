// LayerWeights: copies of one layer with random weights, more than any cache holds.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/measure/results.h"
#include "engine/ops/moe.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/thread_pool.h"

namespace engine::measure {

struct LayerWeights {
    int64_t bytes = 0;                                   // of one copy
    int64_t expert_bytes = 0;                            // of one expert, or of the dense matrix
    std::vector<std::vector<ops::ExpertWeights>> copies; // a dense layer is one expert with a gate only
    platform::HostBuffer memory;

    std::span<const std::byte> all() const { return {memory.data(), static_cast<size_t>(memory.size())}; }
};

// Errors: see bench_layer().
Result<LayerWeights> make_layer(platform::ThreadPool& pool, const LayerBenchRequest& request);

} // namespace engine::measure
