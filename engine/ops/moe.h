// moe: a mixture of expert feed-forward networks for tokens that were routed already.
#pragma once

#include <span>

#include "engine/base/result.h"
#include "engine/base/weight_matrix.h"
#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

struct ExpertWeights {
    WeightMatrix gate, up; // {width, hidden}
    WeightMatrix down;     // {hidden, width}
};

// Token t goes to experts[t * used + k] with weights[t * used + k], k < used; an expert at most once per
// token.
struct Routing {
    int64_t used = 0;
    const int32_t* experts = nullptr;
    const float* weights = nullptr;
};

// y[t] = sum_k weights[t][k] * down_e(silu(gate_e x[t]) * up_e x[t]), e = experts[t][k], k rising.
// Tokens are grouped by expert, and each expert chooses its own way by its own number of tokens, so an
// expert's part depends on how many tokens of this call it got, but never on the number of workers. All
// experts have the same width, and all weights are whole or all cut for the nodes of the context's pool. y
// must not overlap x. Errors: out_of_memory (scratch), cancelled.
Result<void> moe(ExecContext& context, ConstMatrix x, const Routing& routing,
                 std::span<const ExpertWeights> experts, Matrix y);

} // namespace engine::ops
