// Elementwise loops shared among the workers.
#include "engine/ops/copy.h"

#include <cstring>

#include "engine/kernels/quant/quant.h"
#include "engine/ops/split.h"

namespace engine::ops {

void copy(ExecContext& context, ConstMatrix x, Matrix y) {
    ENGINE_CHECK(x.rows == y.rows && x.columns == y.columns);
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r)
            std::memcpy(y.row(r), x.row(r), static_cast<size_t>(x.columns) * sizeof(float));
    });
}

void add(ExecContext& context, ConstMatrix x, Matrix y) {
    ENGINE_CHECK(x.rows == y.rows && x.columns == y.columns);
    const auto kernel = context.kernels().add;
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r)
            kernel(y.row(r), x.row(r), x.columns);
    });
}

void clamp(ExecContext& context, Matrix x, float lowest, float greatest) {
    ENGINE_CHECK(lowest <= greatest);
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r) {
            float* const row = x.row(r);
            for (int64_t i = 0; i < x.columns; ++i) // both comparisons are false for NaN
                row[i] = row[i] < lowest ? lowest : row[i] > greatest ? greatest : row[i];
        }
    });
}

void store_rows(ExecContext& context, ConstMatrix x, DType dtype, std::byte* to, int64_t stride) {
    ENGINE_CHECK(x.rows <= 1 || stride >= row_bytes(dtype, x.columns));
    const auto encode = dtype == DType::F16 ? context.kernels().encode_f16 : kernels::encode_row(dtype);
    ENGINE_CHECK(encode != nullptr);
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r)
            encode(x.row(r), to + r * stride, x.columns);
    });
}

} // namespace engine::ops
