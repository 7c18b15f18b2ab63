// Linear: one placed weight and its bias. (Adapters will hang here as side branches.)
#pragma once

#include <cstdint>

#include "engine/base/result.h"
#include "engine/base/tensor_view.h"
#include "engine/model/inventory.h"
#include "engine/ops/matmul.h"
#include "engine/placement/weights.h"

namespace engine::runtime {

// From where blocks take their weights, and what they will be computed with.
struct Binding {
    const placement::Weights& weights;
    const ops::ExecContext& context;
};

struct Linear {
    WeightMatrix weight;         // {out, in}
    const float* bias = nullptr; // {out} or null

    // Errors: not_found (weight, or one of another shape), unsupported (number format).
    static Result<Linear> bind(const Binding& from, model::WeightId id, int64_t out, int64_t in, bool bias);

    ops::Product into(ops::Matrix y) const { return {weight, bias, y}; }
};

// A norm's weight: {n} F32.
Result<const float*> bind_vector(const Binding& from, const model::WeightId& id, int64_t n);

} // namespace engine::runtime
