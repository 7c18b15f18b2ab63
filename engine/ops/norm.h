// norm: root-mean-square norm of rows.
#pragma once

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

// y[r] = x[r] / sqrt(mean(x[r]^2) + epsilon) * weight; weight is {columns}, or null for ones. y may be x.
// Norms of single heads: see split_heads().
void rms_norm(ExecContext& context, ConstMatrix x, const float* weight, float epsilon, Matrix y);

} // namespace engine::ops
