// softmax and the routers of mixtures of experts.
#pragma once

#include <cstdint>

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

// Each row of x becomes its softmax.
void softmax(ExecContext& context, Matrix x);

struct RouterRule {
    int64_t used = 0; // experts per token
    // true: weights are the chosen entries of a softmax over all experts; false: a softmax over the chosen
    // ones.
    bool softmax_first = true;
    bool renormalize = false; // the chosen weights are divided by their sum
    float scale = 1;          // and multiplied by this
};

// logits is {tokens, experts}. experts and weights are {tokens, used}: the greatest logits first; of equal
// ones the lowest index first. A NaN counts as the smallest.
void route(ExecContext& context, ConstMatrix logits, const RouterRule& rule, int32_t* experts,
           float* weights);

} // namespace engine::ops
