// activation: the gates of feed-forward networks.
#pragma once

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

// y = silu(gate) * up, elementwise; y may be gate or up.
void silu_mul(ExecContext& context, ConstMatrix gate, ConstMatrix up, Matrix y);
// y = gelu(gate) * up with gelu in its tanh form.
void gelu_tanh_mul(ExecContext& context, ConstMatrix gate, ConstMatrix up, Matrix y);

} // namespace engine::ops
