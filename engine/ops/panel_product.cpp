// Blocking for the caches.
#include "engine/ops/panel_product.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/ops/split.h"

namespace engine::ops {

using kernels::kPanelDepth;

namespace {
constexpr int64_t kMaxTile = 64;

int64_t tile_width(const kernels::PanelKernels& kernels, int64_t left) {
    return left >= kernels.tile ? kernels.tile : round_up(left, kernels.lanes);
}
} // namespace

int64_t packed_elements(const kernels::PanelKernels& kernels, int64_t count, int64_t depth) {
    return round_up(count, kernels.lanes) * depth;
}

void pack_groups(ExecContext& context, std::span<const RowGroup> groups, int64_t depth) {
    const auto& kernels = context.kernels().panel;
    ENGINE_CHECK(kernels.tile <= kMaxTile);
    const int64_t blocks = (depth + kPanelDepth - 1) / kPanelDepth;
    int64_t tiles = 0;
    for (const auto& group : groups)
        tiles += (group.count + kernels.tile - 1) / kernels.tile;
    context.pool().run(tiles * blocks, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) {
            int64_t tile = i / blocks;
            size_t g = 0;
            for (; tile * kernels.tile >= groups[g].count; ++g)
                tile -= (groups[g].count + kernels.tile - 1) / kernels.tile;
            const RowGroup& group = groups[g];
            const int64_t first = tile * kernels.tile;
            const int64_t column = i % blocks * kPanelDepth;
            const int64_t width = tile_width(kernels, group.count - first);
            const int64_t count = std::min(width, group.count - first);
            const float* rows[kMaxTile];
            for (int64_t t = 0; t < count; ++t)
                rows[t] = group.x[first + t] + column;
            kernels.pack(rows, count, std::min(kPanelDepth, depth - column),
                         group.packed + first * depth + column * width, width);
        }
    });
}

Result<std::span<PanelScratch>> take_panel_scratch(ExecContext& context, int64_t count) {
    const int workers = context.pool().size();
    const int64_t products = kPanelRows * round_up(count, context.kernels().panel.lanes);
    ENGINE_ASSIGN(auto* const each, context.scratch().take<PanelScratch>(workers));
    for (int i = 0; i < workers; ++i) {
        ENGINE_ASSIGN(each[i].panel, context.scratch().take<float>(kPanelRows * kPanelDepth));
        ENGINE_ASSIGN(each[i].products, context.scratch().take<float>(products));
    }
    return std::span<PanelScratch>(each, static_cast<size_t>(workers));
}

int64_t panel_rows(const ExecContext& context, int workers, int64_t rows) {
    const int64_t each = (rows + 4 * workers - 1) / (4 * workers);
    return std::clamp(round_up(each, context.kernels().panel.group), context.kernels().panel.group,
                      kPanelRows);
}

void multiply_panel(const ExecContext& context, const PanelTask& task, const RowGroup& group,
                    const PanelScratch& scratch) {
    const auto& kernels = context.kernels().panel;
    const TensorView& weight = *task.weight;
    const auto decode = context.format(weight.dtype).decode;
    const int64_t depth = weight.shape.inner();
    ENGINE_CHECK(task.rows <= kPanelRows);
    for (int64_t column = 0; column < depth && !context.stopped(); column += kPanelDepth) {
        const int64_t length = std::min(kPanelDepth, depth - column);
        for (int64_t r = 0; r < task.rows; ++r)
            decode(weight.row(task.first + r) + row_bytes(weight.dtype, column),
                   scratch.panel + r * kPanelDepth, length);
        for (int64_t first = 0; first < group.count; first += kernels.tile) {
            const int64_t width = tile_width(kernels, group.count - first);
            kernels.multiply(scratch.panel, task.rows, group.packed + first * depth + column * width, width,
                             length, scratch.products + first * task.rows, column > 0);
        }
    }
    for (int64_t first = 0; first < group.count; first += kernels.tile) {
        const int64_t width = tile_width(kernels, group.count - first);
        kernels.store(scratch.products + first * task.rows, task.rows, width,
                      std::min(width, group.count - first), task.bias, task.y + first * task.y_stride,
                      task.y_stride);
    }
}

} // namespace engine::ops
