// Activations as bytes for the vector path: room in scratch memory, and filling it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/result.h"
#include "engine/ops/exec_context.h"

namespace engine::ops {

using kernels::QuantizedRow;

// Room for `count` rows of n values, n a multiple of kQuantBlock. Errors: out_of_memory.
Result<QuantizedRow*> take_quantized(ExecContext& context, int64_t count, int64_t n);

// The part of a row from value `first` on, a multiple of kQuantBlock.
QuantizedRow part_of(const QuantizedRow& row, int64_t first);

// out[t] = x[t] for t < count, shared among the workers where there are many.
void quantize(ExecContext& context, const float* const* x, int64_t count, int64_t n, const QuantizedRow* out);

} // namespace engine::ops
