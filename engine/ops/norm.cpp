// Rows shared among the workers.
#include "engine/ops/norm.h"

#include "engine/ops/split.h"

namespace engine::ops {

void rms_norm(ExecContext& context, ConstMatrix x, const float* weight, float epsilon, Matrix y) {
    ENGINE_CHECK(x.rows == y.rows && x.columns == y.columns && x.columns > 0);
    const auto kernel = context.kernels().rms_norm;
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r)
            kernel(x.row(r), weight, epsilon, x.columns, y.row(r));
    });
}

} // namespace engine::ops
