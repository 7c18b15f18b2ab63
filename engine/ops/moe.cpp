// Grouping tokens by expert, then gate + up + SwiGLU, down, and the weighted sum, each one loop over all
// experts.
#include "engine/ops/moe.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/ops/matmul.h"
#include "engine/ops/panel_product.h"
#include "engine/ops/quantized.h"
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
    int64_t vector_pairs = 0;  // pairs on the vector path

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
        if (on_matrix_path(pairs.of(e))) {
            pairs.largest_group = std::max(pairs.largest_group, pairs.of(e));
        } else {
            pairs.vector_pairs += pairs.of(e);
        }
    }
    return pairs;
}

// Some rows of one expert that lie on one memory node.
struct Task {
    int32_t expert = 0;
    int32_t group = -1; // index of its RowGroup, -1 on the vector path
    int node = 0;
    int64_t first = 0, rows = 0; // from the first row of the node's part on
};

// One matrix of every expert that has pairs, or two with the same activations.
struct Stage {
    const PanelKernels* kernels = nullptr;
    const float* const* x = nullptr;     // {pairs}, or null where no expert wants floats
    const QuantizedRow* bytes = nullptr; // {pairs}, or null where no expert on the vector path wants them
    std::span<RowGroup> groups;
    std::span<Task> tasks;         // node after node
    std::span<int64_t> node_tasks; // how many each node has
};

using ExpertMatrix = WeightMatrix ExpertWeights::*;

// The panel kernels of all experts' formats, or where they differ those that serve every format.
template <typename Formats>
const PanelKernels* common_panel(const ExecContext& context, std::span<const ExpertWeights> experts,
                                 const Formats& formats) {
    const PanelKernels* common = nullptr;
    for (const auto& expert : experts) {
        for (const DType dtype : formats(expert)) {
            const PanelKernels* const own = context.format(dtype).panel;
            if (common != nullptr && own != common) return context.format(DType::F32).panel;
            common = own;
        }
    }
    return common;
}

// Rows of a task on the matrix path, at most.
int64_t most_rows(int64_t block) {
    return std::max(kPanelRows / block * block, block);
}

// Rows of a task on the vector path, whole blocks of the activations that the next stage makes of them. Eight
// tasks per worker even out; more rows give longer streams through memory, which start slowly: with two
// workers 256 rows of 1 KiB were a quarter faster than 64, and 512 a twentieth faster than 256.
int64_t vector_rows(ExecContext& context, const Pairs& pairs, size_t experts, int64_t rows) {
    int64_t busy = 0;
    for (size_t e = 0; e < experts; ++e)
        busy += pairs.of(e) > 0 && !on_matrix_path(pairs.of(e)) ? 1 : 0;
    constexpr int64_t kLeast = 2 * kernels::kQuantBlock, kMost = 16 * kernels::kQuantBlock;
    const int64_t each = busy * rows / (8 * context.pool().size());
    return std::clamp(round_up(each, kLeast), kLeast, kMost);
}

// fn(expert) for those with pairs, the matrix path first, whose pieces are longer.
template <typename F>
void for_experts(const Pairs& pairs, size_t experts, F&& fn) {
    for (const bool matrix : {true, false}) {
        for (size_t e = 0; e < experts; ++e) {
            if (pairs.of(e) > 0 && on_matrix_path(pairs.of(e)) == matrix) fn(e);
        }
    }
}

// The groups of the matrix path, with room for their packed activations.
Result<void> make_groups(ExecContext& context, const Pairs& pairs, size_t experts, int64_t depth,
                         Stage& stage) {
    int64_t groups = 0, packed = 0;
    for (size_t e = 0; e < experts; ++e) {
        if (!on_matrix_path(pairs.of(e))) continue;
        ++groups;
        packed += packed_bytes(*stage.kernels, pairs.of(e), depth);
    }
    ENGINE_ASSIGN(RowGroup* const group, context.scratch().take<RowGroup>(groups));
    ENGINE_ASSIGN(std::byte * room, context.scratch().take<std::byte>(packed));
    int64_t g = 0;
    for (size_t e = 0; e < experts; ++e) {
        if (!on_matrix_path(pairs.of(e))) continue;
        group[g++] = {stage.x != nullptr ? stage.x + pairs.begin[e] : nullptr, pairs.of(e), room};
        room += packed_bytes(*stage.kernels, pairs.of(e), depth);
    }
    stage.groups = {group, static_cast<size_t>(groups)};
    return {};
}

// Splits one matrix of every expert that has pairs. `block`: what comes after takes so many rows at once.
Result<void> split_work(ExecContext& context, const Pairs& pairs, std::span<const ExpertWeights> experts,
                        ExpertMatrix matrix, int64_t block, Stage& stage) {
    const WeightMatrix& first = experts[0].*matrix;
    ENGINE_TRY(make_groups(context, pairs, experts.size(), first.shape.inner(), stage));
    const int64_t panel =
        std::min(round_up(panel_rows(*stage.kernels, context.pool().size(), first.shape.rows()), block),
                 most_rows(block));
    const int64_t vector = vector_rows(context, pairs, experts.size(), first.shape.rows());
    const auto piece = [&](size_t e) { return on_matrix_path(pairs.of(e)) ? panel : vector; };
    const auto rows_on = [&](int node) { return first.part(node).rows.shape.rows(); };
    const int nodes = first.part_count();
    int64_t tasks = 0;
    for (int node = 0; node < nodes; ++node)
        for_experts(pairs, experts.size(),
                    [&](size_t e) { tasks += (rows_on(node) + piece(e) - 1) / piece(e); });
    ENGINE_ASSIGN(Task* const task, context.scratch().take<Task>(tasks));
    ENGINE_ASSIGN(int64_t* const node_tasks, context.scratch().take<int64_t>(nodes));
    int64_t n = 0;
    for (int node = 0; node < nodes; ++node) {
        const int64_t before = n, rows = rows_on(node);
        int32_t groups = 0;
        for_experts(pairs, experts.size(), [&](size_t e) {
            const int32_t group = on_matrix_path(pairs.of(e)) ? groups++ : -1;
            for (int64_t row = 0; row < rows; row += piece(e))
                task[n++] = {static_cast<int32_t>(e), group, node, row, std::min(piece(e), rows - row)};
        });
        node_tasks[node] = n - before;
    }
    stage.tasks = {task, static_cast<size_t>(tasks)};
    stage.node_tasks = {node_tasks, static_cast<size_t>(nodes)};
    return {};
}

// The activations of every pair as bytes: tokens are quantised once, however many experts they go to.
Result<const QuantizedRow*> quantize_tokens(ExecContext& context, ConstMatrix x, const Routing& routing,
                                            const Pairs& pairs) {
    ENGINE_ASSIGN(QuantizedRow* const tokens, take_quantized(context, x.rows, x.columns));
    ENGINE_ASSIGN(QuantizedRow* const of_pair, context.scratch().take<QuantizedRow>(pairs.count));
    ENGINE_ASSIGN(const float** const each, context.scratch().take<const float*>(x.rows));
    for (int64_t t = 0; t < x.rows; ++t)
        each[t] = x.row(t);
    quantize(context, each, x.rows, x.columns, tokens);
    for (int64_t i = 0; i < pairs.count; ++i)
        of_pair[pairs.slot[i]] = tokens[i / routing.used];
    return of_pair;
}

// Rows of `width` floats.
Result<float**> take_rows(ExecContext& context, int64_t count, int64_t width) {
    ENGINE_ASSIGN(float** const rows, context.scratch().take<float*>(count));
    ENGINE_ASSIGN(float* const all, context.scratch().take<float>(count * width));
    for (int64_t i = 0; i < count; ++i)
        rows[i] = all + i * width;
    return rows;
}

// Whether any product on the vector path wants bytes, or floats.
template <typename Formats>
bool any_wants(bool bytes, const ExecContext& context, std::span<const ExpertWeights> experts,
               const Formats& formats) {
    return std::any_of(experts.begin(), experts.end(), [&](const ExpertWeights& expert) {
        const auto each = formats(expert);
        return std::any_of(each.begin(), each.end(),
                           [&](DType d) { return (context.format(d).dot_quantized != nullptr) == bytes; });
    });
}

// y[p * stride + r] = weight[row r of the task] * x[pair p of its expert]. `ahead`: what this worker reads
// next.
void multiply(const ExecContext& context, const WeightMatrix& weight, const Stage& stage, const Task& task,
              const Pairs& pairs, float* y, int64_t y_stride, const PanelScratch& scratch,
              std::span<const std::byte> ahead) {
    const auto expert = static_cast<size_t>(task.expert);
    const WeightPart part = weight.part(task.node);
    const int64_t depth = weight.shape.inner(), first = pairs.begin[expert];
    const auto& format = context.format(weight.dtype);
    const std::byte* const rows = part.rows.row(task.first);
    const int64_t stride = row_bytes(weight.dtype, depth);
    if (task.group >= 0) {
        multiply_panel(context, *stage.kernels,
                       {&part.rows, task.first, task.rows, nullptr, y, y_stride, ahead},
                       stage.groups[static_cast<size_t>(task.group)], scratch);
    } else if (format.dot_quantized != nullptr) {
        format.dot_quantized(rows, stride, task.rows, stage.bytes + first, pairs.of(expert), depth, y,
                             y_stride);
    } else {
        format.dot_rows(rows, stride, task.rows, stage.x + first, pairs.of(expert), depth, y, y_stride);
    }
}

// fn(task, next task of this worker or null, worker) for every task, shared among the workers of its node. A
// worker takes some tasks in a row where there are many, so that it knows what to fetch from memory next.
template <typename F>
void run_tasks(ExecContext& context, const Stage& stage, F&& fn) {
    const auto count = static_cast<int64_t>(stage.tasks.size());
    const int64_t grain = std::clamp<int64_t>(count / (16 * context.pool().size()), 1, 8);
    context.pool().run_on_nodes(
        stage.node_tasks, grain, [&](int node, int64_t begin, int64_t end, int worker) {
            const Task* task = stage.tasks.data();
            for (int before = 0; before < node; ++before)
                task += stage.node_tasks[static_cast<size_t>(before)];
            for (int64_t i = begin; i < end && !context.stopped(); ++i)
                fn(task[i], i + 1 < end ? task + i + 1 : nullptr, static_cast<size_t>(worker));
        });
}

// The rows of `matrix` that a task of the matrix path will read.
std::span<const std::byte> weights_of(std::span<const ExpertWeights> experts, ExpertMatrix matrix,
                                      const Task* task) {
    if (task == nullptr || task->group < 0) return {};
    const WeightMatrix& weight = experts[static_cast<size_t>(task->expert)].*matrix;
    return bytes_of(weight.part(task->node).rows, task->first, task->rows);
}

// A worker's room for gate and up of one task.
struct InnerScratch {
    float *gate = nullptr, *up = nullptr; // {pairs of the task's expert, rows of the task}
};

Result<std::span<InnerScratch>> take_inner_scratch(ExecContext& context, const Pairs& pairs,
                                                   const Stage& stage) {
    int64_t most = 0;
    for (const Task& task : stage.tasks)
        most = std::max(most, pairs.of(static_cast<size_t>(task.expert)) * task.rows);
    const int workers = context.pool().size();
    ENGINE_ASSIGN(auto* const each, context.scratch().take<InnerScratch>(workers));
    for (int i = 0; i < workers; ++i) {
        ENGINE_ASSIGN(each[i].gate, context.scratch().take<float>(most));
        ENGINE_ASSIGN(each[i].up, context.scratch().take<float>(most));
    }
    return std::span<InnerScratch>(each, static_cast<size_t>(workers));
}

// Whether every memory node's rows are whole blocks.
bool parts_are_whole(const WeightMatrix& matrix, int64_t block) {
    for (int node = 1; node < matrix.part_count(); ++node) {
        if (matrix.part(node).first_row % block != 0) return false;
    }
    return true;
}

// silu(gate x) * (up x), in the form in which `down` takes it: what a worker has just computed is still in
// its cache.
struct Inner {
    Stage* down = nullptr;
    bool packs = true;                   // whether what a task has are whole blocks for `down`; else rows
    float* const* rows = nullptr;        // {pairs} of `width`, or null where no expert wants floats
    const QuantizedRow* bytes = nullptr; // {pairs}, or null

    void take(const ExecContext& context, const Task& task, DType dtype, const Pairs& pairs, int64_t first,
              const float* x, int64_t width) const {
        const int64_t begin = pairs.begin[task.expert], count = pairs.of(static_cast<size_t>(task.expert));
        if (task.group >= 0 && packs) {
            pack_columns(*down->kernels, down->groups[static_cast<size_t>(task.group)], width, first,
                         task.rows, x, task.rows);
        } else if (task.group < 0 && context.format(dtype).dot_quantized != nullptr) {
            for (int64_t p = 0; p < count; ++p)
                context.kernels().quantize_row(x + p * task.rows, task.rows,
                                               part_of(bytes[begin + p], first));
        } else {
            for (int64_t p = 0; p < count; ++p)
                std::copy_n(x + p * task.rows, task.rows, rows[begin + p] + first);
        }
    }
};

void gate_and_up(ExecContext& context, std::span<const ExpertWeights> experts, const Pairs& pairs,
                 const Stage& stage, std::span<const PanelScratch> scratch,
                 std::span<const InnerScratch> inner_scratch, const Inner& inner) {
    run_tasks(context, stage, [&](const Task& task, const Task* next, size_t worker) {
        const ExpertWeights& expert = experts[static_cast<size_t>(task.expert)];
        const InnerScratch& room = inner_scratch[worker];
        multiply(context, expert.gate, stage, task, pairs, room.gate, task.rows, scratch[worker],
                 weights_of(experts, &ExpertWeights::up, &task));
        multiply(context, expert.up, stage, task, pairs, room.up, task.rows, scratch[worker],
                 weights_of(experts, &ExpertWeights::gate, next));
        context.kernels().silu_mul(room.gate, room.up, pairs.of(static_cast<size_t>(task.expert)) * task.rows,
                                   room.gate);
        inner.take(context, task, expert.down.dtype, pairs,
                   expert.gate.part(task.node).first_row + task.first, room.gate, expert.gate.shape.rows());
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
    ENGINE_ASSIGN(float* const outputs, scratch.take<float>(pairs.count * hidden));
    const auto in = [](const ExpertWeights& e) { return std::array{e.gate.dtype, e.up.dtype}; };
    const auto out = [](const ExpertWeights& e) { return std::array{e.down.dtype}; };
    Stage first{common_panel(context, experts, in), pairs.x, nullptr, {}, {}, {}};
    Stage second{common_panel(context, experts, out), nullptr, nullptr, {}, {}, {}};
    const int64_t block = second.kernels->block;
    ENGINE_ASSIGN(const auto rooms, take_panel_scratch(context, pairs.largest_group, most_rows(block)));
    Inner inner{&second, parts_are_whole(experts[0].gate, block)};
    if (pairs.vector_pairs > 0) {
        if (any_wants(true, context, experts, in)) {
            ENGINE_ASSIGN(first.bytes, quantize_tokens(context, x, routing, pairs));
        }
        if (any_wants(true, context, experts, out)) {
            ENGINE_ASSIGN(inner.bytes, take_quantized(context, pairs.count, width));
        }
    }
    if (!inner.packs || (pairs.vector_pairs > 0 && any_wants(false, context, experts, out))) {
        ENGINE_ASSIGN(inner.rows, take_rows(context, pairs.count, width));
    }
    second.bytes = inner.bytes;
    second.x = inner.rows;
    ENGINE_TRY(split_work(context, pairs, experts, &ExpertWeights::gate, block, first));
    pack_groups(context, *first.kernels, first.groups, hidden);
    ENGINE_TRY(split_work(context, pairs, experts, &ExpertWeights::down, kernels::kQuantBlock, second));
    ENGINE_ASSIGN(const auto inner_rooms, take_inner_scratch(context, pairs, first));
    gate_and_up(context, experts, pairs, first, rooms, inner_rooms, inner);
    if (!inner.packs) pack_groups(context, *second.kernels, second.groups, width);

    run_tasks(context, second, [&](const Task& task, const Task* next, size_t worker) {
        const auto e = static_cast<size_t>(task.expert);
        float* const to =
            outputs + pairs.begin[e] * hidden + experts[e].down.part(task.node).first_row + task.first;
        multiply(context, experts[e].down, second, task, pairs, to, hidden, rooms[worker],
                 weights_of(experts, &ExpertWeights::down, next));
    });
    ENGINE_TRY(context.unless_stopped());
    combine(context, routing, pairs, outputs, y);
    return {};
}

} // namespace engine::ops
