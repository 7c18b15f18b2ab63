// TokenTraffic: how many bytes of weights and keys one step has to read, and how much it multiplies.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/inventory.h"
#include "engine/model/model_spec.h"
#include "engine/runtime/kv_cache.h"

namespace engine::measure {

struct TokenTraffic {
    // Read once per step, however many sequences share it: all matrices and norms but experts and the table
    // of embeddings (one row of it is nothing).
    int64_t shared_bytes = 0;
    std::vector<int64_t> expert_bytes; // per layer: of one expert, 0 in dense layers

    // That each token of a prompt is multiplied with: the layers. The head is not: a prompt needs it once.
    int64_t prompt_parameters = 0;
};

TokenTraffic traffic_of(const model::ModelSpec& spec, const model::Inventory& inventory);

// Bytes of keys and values that a token at position length - 1 looks at.
int64_t kv_bytes_read(const model::ModelSpec& spec, const runtime::KvCache& cache, int64_t length);

} // namespace engine::measure
