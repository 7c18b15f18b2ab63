// Grouping tokens by expert, then gate + up + SwiGLU, down, and the weighted sum, each one loop over all
// experts.
#include "engine/ops/moe.h"

#include <algorithm>
#include <utility>

#include "engine/ops/matmul.h"
#include "engine/ops/panel_product.h"
#include "engine/ops/split.h"

namespace engine::ops {

namespace {
// A pair is one token at one expert; pairs stand sorted by expert, then token.
struct Pairs {
    int64_t count = 0;
    int64_t* begin = nullptr;  // {experts + 1} first pair of each expert
    int32_t* slot = nullptr;   // {tokens * used} where the pair (token, k) stands
    const float** x = nullptr; // {count} the token's activations
    int64_t largest_group = 0; // most pairs of any expert on the matrix path
    int64_t packed_pairs = 0;  // pairs on the matrix path, each group rounded up to lanes

    int64_t of(size_t expert) const { return begin[expert + 1] - begin[expert]; }
};

bool on_matrix_path(int64_t pairs) {
    return pairs > kVectorTokens;
}

Result<Pairs> sort_pairs(ExecContext& context, ConstMatrix x, const Routing& routing, size_t experts) {
    Pairs pairs;
    pairs.count = x.rows * routing.used;
    ENGINE_ASSIGN(pairs.begin, context.scratch().take<int64_t>(static_cast<int64_t>(experts) + 1));
    ENGINE_ASSIGN(pairs.slot, context.scratch().take<int32_t>(pairs.count));
    ENGINE_ASSIGN(pairs.x, context.scratch().take<const float*>(pairs.count));
    std::fill_n(pairs.begin, experts + 1, 0);
    for (int64_t i = 0; i < pairs.count; ++i) {
        ENGINE_CHECK(routing.experts[i] >= 0 && static_cast<size_t>(routing.experts[i]) < experts);
        ++pairs.begin[routing.experts[i]];
    }
    int64_t before = 0;
    for (size_t e = 0; e <= experts; ++e)
        before += std::exchange(pairs.begin[e], before);
    for (int64_t i = 0; i < pairs.count; ++i) { // leaves begin[e] at the next expert's first pair
        const int64_t slot = pairs.begin[routing.experts[i]]++;
        pairs.slot[i] = static_cast<int32_t>(slot);
        pairs.x[slot] = x.row(i / routing.used);
    }
    for (size_t e = experts; e > 0; --e)
        pairs.begin[e] = pairs.begin[e - 1];
    pairs.begin[0] = 0;
    for (size_t e = 0; e < experts; ++e) {
        if (!on_matrix_path(pairs.of(e))) continue;
        pairs.largest_group = std::max(pairs.largest_group, pairs.of(e));
        pairs.packed_pairs += round_up(pairs.of(e), context.kernels().panel.lanes);
    }
    return pairs;
}

// Some rows of one expert.
struct Task {
    int32_t expert = 0;
    int32_t group = -1; // index of its RowGroup, -1 on the vector path
    int64_t first = 0, rows = 0;
};

struct Work {
    std::span<RowGroup> groups;
    std::span<Task> tasks;
};

// Splits `rows` rows of every expert that has pairs; the matrix path first, whose pieces are longer.
Result<Work> split_work(ExecContext& context, const Pairs& pairs, size_t experts, int64_t rows,
                        const float* const* x, float* packed, int64_t depth) {
    const int64_t panel = panel_rows(context, context.pool().size(), rows);
    constexpr int64_t kVectorRows = 64;
    int64_t tasks = 0, groups = 0;
    for (size_t e = 0; e < experts; ++e) {
        if (pairs.of(e) == 0) continue;
        const int64_t piece = on_matrix_path(pairs.of(e)) ? panel : kVectorRows;
        tasks += (rows + piece - 1) / piece;
        groups += on_matrix_path(pairs.of(e)) ? 1 : 0;
    }
    ENGINE_ASSIGN(RowGroup* const group, context.scratch().take<RowGroup>(groups));
    ENGINE_ASSIGN(Task* const task, context.scratch().take<Task>(tasks));
    int64_t g = 0, n = 0;
    for (const bool matrix : {true, false}) {
        for (size_t e = 0; e < experts; ++e) {
            if (pairs.of(e) == 0 || on_matrix_path(pairs.of(e)) != matrix) continue;
            if (matrix) {
                group[g] = {x + pairs.begin[e], pairs.of(e), packed};
                packed += packed_elements(context.kernels().panel, pairs.of(e), depth);
            }
            const int64_t piece = matrix ? panel : kVectorRows;
            for (int64_t first = 0; first < rows; first += piece)
                task[n++] = {static_cast<int32_t>(e), matrix ? static_cast<int32_t>(g) : -1, first,
                             std::min(piece, rows - first)};
            g += matrix ? 1 : 0;
        }
    }
    return Work{{group, static_cast<size_t>(groups)}, {task, static_cast<size_t>(tasks)}};
}

// y[pair][row] = weight[row] * x[pair] for the rows and pairs of one task; y is {pairs, weight rows}.
void multiply(const ExecContext& context, const TensorView& weight, const Work& work, const Task& task,
              const Pairs& pairs, const float* const* x, float* y, const PanelScratch* scratch) {
    const auto expert = static_cast<size_t>(task.expert);
    const int64_t width = weight.shape.rows();
    float* const to = y + pairs.begin[expert] * width + task.first;
    if (task.group >= 0) {
        multiply_panel(context, {&weight, task.first, task.rows, nullptr, to, width},
                       work.groups[static_cast<size_t>(task.group)], *scratch);
    } else {
        context.format(weight.dtype)
            .dot_rows(weight.row(task.first), row_bytes(weight.dtype, weight.shape.inner()), task.rows,
                      x + pairs.begin[expert], pairs.of(expert), weight.shape.inner(), to, width);
    }
}

void gate_and_up(ExecContext& context, std::span<const ExpertWeights> experts, const Pairs& pairs,
                 const Work& work, std::span<PanelScratch> scratch, float* gate, float* up) {
    context.pool().run(static_cast<int64_t>(work.tasks.size()), 1,
                       [&](int64_t begin, int64_t end, int worker) {
                           for (int64_t i = begin; i < end && !context.stopped(); ++i) {
                               const Task& task = work.tasks[static_cast<size_t>(i)];
                               const auto e = static_cast<size_t>(task.expert);
                               const PanelScratch* const room = &scratch[static_cast<size_t>(worker)];
                               multiply(context, experts[e].gate, work, task, pairs, pairs.x, gate, room);
                               multiply(context, experts[e].up, work, task, pairs, pairs.x, up, room);
                               const int64_t width = experts[e].gate.shape.rows();
                               for (int64_t p = pairs.begin[e]; p < pairs.begin[e + 1]; ++p) {
                                   float* const g = gate + p * width + task.first;
                                   context.kernels().silu_mul(g, up + p * width + task.first, task.rows, g);
                               }
                           }
                       });
}

void combine(ExecContext& context, const Routing& routing, const Pairs& pairs, const float* outputs,
             Matrix y) {
    context.pool().run(
        y.rows, rows_per_range(y.columns * routing.used), [&](int64_t begin, int64_t end, int) {
            for (int64_t t = begin; t < end; ++t) {
                std::fill_n(y.row(t), y.columns, 0.0f);
                for (int64_t k = 0; k < routing.used; ++k) {
                    const int64_t pair = t * routing.used + k;
                    context.kernels().add_scaled(y.row(t), outputs + pairs.slot[pair] * y.columns, y.columns,
                                                 routing.weights[pair]);
                }
            }
        });
}

[[maybe_unused]] bool shapes_match(const ExecContext& context, int64_t hidden, const ExpertWeights& e,
                                   int64_t width) {
    return e.gate.shape.rows() == width && e.up.shape.rows() == width && e.down.shape.rows() == hidden &&
           e.gate.shape.inner() == hidden && e.up.shape.inner() == hidden && e.down.shape.inner() == width &&
           context.supports(e.gate.dtype) && context.supports(e.up.dtype) && context.supports(e.down.dtype);
}
} // namespace

Result<void> moe(ExecContext& context, ConstMatrix x, const Routing& routing,
                 std::span<const ExpertWeights> experts, Matrix y) {
    ENGINE_CHECK(std::all_of(experts.begin(), experts.end(), [&](const ExpertWeights& e) {
        return shapes_match(context, x.columns, e, experts[0].gate.shape.rows());
    }));
    ENGINE_CHECK(y.rows == x.rows && y.columns == x.columns);
    if (x.rows == 0) return {};
    const int64_t hidden = x.columns;
    const int64_t width = experts[0].gate.shape.rows();
    Scratch& scratch = context.scratch();
    const Scratch::Frame frame(scratch);
    ENGINE_ASSIGN(const Pairs pairs, sort_pairs(context, x, routing, experts.size()));
    ENGINE_ASSIGN(float* const gate, scratch.take<float>(pairs.count * width));
    ENGINE_ASSIGN(float* const up, scratch.take<float>(pairs.count * width));
    ENGINE_ASSIGN(const float** const inner, scratch.take<const float*>(pairs.count));
    for (int64_t p = 0; p < pairs.count; ++p)
        inner[p] = gate + p * width;
    ENGINE_ASSIGN(float* const outputs, scratch.take<float>(pairs.count * hidden));
    ENGINE_ASSIGN(float* const packed, scratch.take<float>(pairs.packed_pairs * std::max(hidden, width)));
    ENGINE_ASSIGN(const auto rooms, take_panel_scratch(context, pairs.largest_group));

    ENGINE_ASSIGN(const Work first,
                  split_work(context, pairs, experts.size(), width, pairs.x, packed, hidden));
    pack_groups(context, first.groups, hidden);
    gate_and_up(context, experts, pairs, first, rooms, gate, up);

    ENGINE_ASSIGN(const Work second,
                  split_work(context, pairs, experts.size(), hidden, inner, packed, width));
    pack_groups(context, second.groups, width);
    context.pool().run(static_cast<int64_t>(second.tasks.size()), 1,
                       [&](int64_t begin, int64_t end, int worker) {
                           for (int64_t i = begin; i < end && !context.stopped(); ++i) {
                               const Task& task = second.tasks[static_cast<size_t>(i)];
                               multiply(context, experts[static_cast<size_t>(task.expert)].down, second, task,
                                        pairs, inner, outputs, &rooms[static_cast<size_t>(worker)]);
                           }
                       });
    ENGINE_TRY(context.unless_stopped());
    combine(context, routing, pairs, outputs, y);
    return {};
}

} // namespace engine::ops
