// The matrix path that matmul and moe share: pack activations once, decode panels of weight rows, multiply.
#pragma once

#include <cstddef>
#include <span>

#include "engine/base/result.h"
#include "engine/base/tensor_view.h"
#include "engine/ops/exec_context.h"

namespace engine::ops {

using kernels::kPanelRows;
using kernels::PanelKernels;

// Activation rows that meet the same weights.
struct RowGroup {
    const float* const* x = nullptr; // `count` rows; null where pack_columns() packs
    int64_t count = 0;
    std::byte* packed = nullptr; // packed_bytes() of room
};

int64_t packed_bytes(const PanelKernels& kernels, int64_t count, int64_t depth);

// Packs all groups, shared among the workers.
void pack_groups(ExecContext& context, const PanelKernels& kernels, std::span<const RowGroup> groups,
                 int64_t depth);

// Packs columns [first, first + columns) of a group whose rows have `depth`: row t has them at x + t *
// stride. `first` is a multiple of the kernels' block, and `columns` too unless they are the last.
void pack_columns(const PanelKernels& kernels, const RowGroup& group, int64_t depth, int64_t first,
                  int64_t columns, const float* x, int64_t stride);

// The thread's state in which `kernels` multiply.
struct Entered {
    explicit Entered(const PanelKernels& k) : kernels(k) {
        if (kernels.enter != nullptr) kernels.enter();
    }
    ~Entered() {
        if (kernels.leave != nullptr) kernels.leave();
    }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    const PanelKernels& kernels;
};

// Room of one worker.
struct PanelScratch {
    std::byte* panel = nullptr; // decoded weights
    float* products = nullptr;  // {panel rows, count}
};
// One PanelScratch per worker for groups of up to `count` rows, tasks of up to `rows` rows and any of the
// context's panel kernels.
Result<std::span<PanelScratch>> take_panel_scratch(ExecContext& context, int64_t count, int64_t rows);

// Rows of a task, so that a weight of `rows` rows keeps every worker busy, at most kPanelRows. Results do not
// depend on it.
int64_t panel_rows(const PanelKernels& kernels, int workers, int64_t rows);
// The same for `count` activation rows that leave the second cache: more rows, where panels are small, meet
// them before they are read again, as long as their products stay there.
int64_t tall_panel_rows(const PanelKernels& kernels, int workers, int64_t rows, int64_t count);

// Rows [first, first + rows) as PanelTask::ahead.
inline std::span<const std::byte> bytes_of(const TensorView& weight, int64_t first, int64_t rows) {
    return {weight.row(first), static_cast<size_t>(rows * row_bytes(weight.dtype, weight.shape.inner()))};
}

// y[t * y_stride + r] = sum over depth for rows [first, first + rows) of `weight`; y points at row `first`.
// Each sum runs over the columns of a panel, rising in each, and then over the panels.
struct PanelTask {
    const TensorView* weight = nullptr;
    int64_t first = 0, rows = 0;
    const float* bias = nullptr; // of row `first`, or null
    float* y = nullptr;
    int64_t y_stride = 0;
    // Weights that this worker will want next: they are fetched from memory while it multiplies.
    std::span<const std::byte> ahead;
};
// `kernels`: the weight's own, or those of F32, which serve every format.
void multiply_panel(const ExecContext& context, const PanelKernels& kernels, const PanelTask& task,
                    const RowGroup& group, const PanelScratch& scratch);

} // namespace engine::ops
