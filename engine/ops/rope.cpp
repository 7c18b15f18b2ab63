// The table of angles, and turning heads by it.
#include "engine/ops/rope.h"

#include <cmath>

#include "engine/ops/split.h"

namespace engine::ops {

void rope_table(ExecContext& context, std::span<const float> frequencies, int64_t first_position,
                float factor, Matrix cosine, Matrix sine) {
    const auto half = static_cast<int64_t>(frequencies.size());
    ENGINE_CHECK(cosine.columns == half && sine.columns == half && cosine.rows == sine.rows);
    context.pool().run(cosine.rows, 8, [&](int64_t begin, int64_t end, int) {
        for (int64_t t = begin; t < end; ++t) {
            const auto position = static_cast<float>(first_position + t);
            for (int64_t i = 0; i < half; ++i) {
                const auto angle = static_cast<double>(position * frequencies[static_cast<size_t>(i)]);
                cosine.row(t)[i] = static_cast<float>(std::cos(angle)) * factor;
                sine.row(t)[i] = static_cast<float>(std::sin(angle)) * factor;
            }
        }
    });
}

void rope(ExecContext& context, RopePairs pairs, ConstMatrix cosine, ConstMatrix sine, Matrix x,
          int64_t heads) {
    const int64_t half = cosine.columns;
    ENGINE_CHECK(heads > 0 && x.columns % heads == 0 && 2 * half <= x.columns / heads);
    ENGINE_CHECK(cosine.rows == x.rows && sine.rows == x.rows && sine.columns == half);
    const int64_t width = x.columns / heads;
    const auto& kernels = context.kernels();
    const auto kernel = pairs == RopePairs::halves ? kernels.rope_halves : kernels.rope_interleaved;
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t t = begin; t < end; ++t) {
            for (int64_t h = 0; h < heads; ++h)
                kernel(x.row(t) + h * width, cosine.row(t), sine.row(t), half);
        }
    });
}

} // namespace engine::ops
