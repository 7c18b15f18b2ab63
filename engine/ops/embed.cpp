// Gathering and decoding rows.
#include "engine/ops/embed.h"

#include "engine/ops/split.h"

namespace engine::ops {

void embed(ExecContext& context, const WeightMatrix& table, std::span<const int32_t> ids, Matrix y) {
    ENGINE_CHECK(context.supports(table.dtype));
    ENGINE_CHECK(y.rows == static_cast<int64_t>(ids.size()) && y.columns == table.shape.inner());
    const auto decode = context.format(table.dtype).decode;
    context.pool().run(y.rows, rows_per_range(y.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t t = begin; t < end; ++t) {
            const int64_t id = ids[static_cast<size_t>(t)];
            ENGINE_CHECK(id >= 0 && id < table.shape.rows());
            decode(table.row(id), y.row(t), y.columns);
        }
    });
}

} // namespace engine::ops
