// copy, add, clamp: the small verbs between the large ones.
#pragma once

#include <cstddef>

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

void copy(ExecContext& context, ConstMatrix x, Matrix y);                 // y = x
void add(ExecContext& context, ConstMatrix x, Matrix y);                  // y += x
void clamp(ExecContext& context, Matrix x, float lowest, float greatest); // NaN stays NaN

// Row r of x goes to `to` + r * stride bytes in a format that can be encoded: how keys and values enter a
// cache.
void store_rows(ExecContext& context, ConstMatrix x, DType dtype, std::byte* to, int64_t stride);

} // namespace engine::ops
