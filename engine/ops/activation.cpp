// Rows of gates shared among the workers.
#include "engine/ops/activation.h"

#include "engine/ops/split.h"

namespace engine::ops {

namespace {
using GateKernel = void (*)(const float* gate, const float* up, int64_t n, float* y);

void gated(ExecContext& context, GateKernel kernel, ConstMatrix gate, ConstMatrix up, Matrix y) {
    ENGINE_CHECK(gate.rows == y.rows && gate.columns == y.columns);
    ENGINE_CHECK(up.rows == y.rows && up.columns == y.columns);
    // One row of a single token is worth splitting, too: its exponentials cost more than a hand-over.
    const int64_t pieces = y.rows > 0 && y.rows < context.pool().size() ? (y.columns + 4095) / 4096 : 1;
    const int64_t piece =
        pieces > 0 ? round_up((y.columns + pieces - 1) / std::max<int64_t>(pieces, 1), 16) : 0;
    context.pool().run(y.rows * pieces, rows_per_range(piece), [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t r = i / pieces;
            const int64_t first = i % pieces * piece;
            const int64_t n = std::min(piece, y.columns - first);
            if (n > 0) kernel(gate.row(r) + first, up.row(r) + first, n, y.row(r) + first);
        }
    });
}
} // namespace

void silu_mul(ExecContext& context, ConstMatrix gate, ConstMatrix up, Matrix y) {
    gated(context, context.kernels().silu_mul, gate, up, y);
}

void gelu_tanh_mul(ExecContext& context, ConstMatrix gate, ConstMatrix up, Matrix y) {
    gated(context, context.kernels().gelu_tanh_mul, gate, up, y);
}

} // namespace engine::ops
