// Rows of bytes and their scales, one block of memory for all.
#include "engine/ops/quantized.h"

#include "engine/base/check.h"
#include "engine/ops/split.h"

namespace engine::ops {

using kernels::kQuantBlock;

Result<QuantizedRow*> take_quantized(ExecContext& context, int64_t count, int64_t n) {
    ENGINE_CHECK(n % kQuantBlock == 0);
    const int64_t blocks = n / kQuantBlock;
    Scratch& scratch = context.scratch();
    ENGINE_ASSIGN(QuantizedRow* const rows, scratch.take<QuantizedRow>(count));
    // A cache line of distance keeps rows that different workers fill apart.
    const int64_t value_stride = round_up(n, 64), factor_stride = round_up(4 * blocks, 16);
    ENGINE_ASSIGN(int8_t* const values, scratch.take<int8_t>(count * value_stride));
    const int64_t turned_stride = round_up(n, kernels::kTurnedValues);
    const int64_t turned_factors = turned_stride / kernels::kTurnedValues * kernels::kTurnedScales;
    ENGINE_ASSIGN(int8_t* const turned, scratch.take<int8_t>(count * turned_stride));
    ENGINE_ASSIGN(float* const turned_scales, scratch.take<float>(count * turned_factors));
    ENGINE_ASSIGN(float* const factors, scratch.take<float>(count * factor_stride));
    for (int64_t t = 0; t < count; ++t) {
        float* const own = factors + t * factor_stride;
        rows[t] = {values + t * value_stride,
                   own,
                   own + blocks,
                   own + 2 * blocks,
                   turned + t * turned_stride,
                   turned_scales + t * turned_factors,
                   0};
    }
    return rows;
}

QuantizedRow part_of(const QuantizedRow& row, int64_t first) {
    const int64_t block = first / kQuantBlock;
    return {row.values + first, row.scales + block, row.sums + block, row.half_sums + 2 * block,
            row.turned,         row.turned_scales,  row.first + first};
}

void quantize(ExecContext& context, const float* const* x, int64_t count, int64_t n,
              const QuantizedRow* out) {
    context.pool().run(count, rows_per_range(n), [&](int64_t begin, int64_t end, int) {
        for (int64_t t = begin; t < end; ++t)
            context.kernels().quantize_row(x[t], n, out[t]);
    });
}

} // namespace engine::ops
