// Blocking for the caches.
#include "engine/ops/panel_product.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/ops/split.h"

namespace engine::ops {

using kernels::kPanelDepth;
using kernels::kQuantBlock;

namespace {
constexpr int64_t kMaxTile = 64;

int64_t tile_width(const PanelKernels& kernels, int64_t left) {
    return left >= kernels.tile ? kernels.tile : round_up(left, kernels.lanes);
}

// The tile of rows from `first` on holds its blocks of kPanelDepth columns one after the other.
int64_t tile_offset(const PanelKernels& kernels, int64_t depth, int64_t first, int64_t column,
                    int64_t width) {
    const int64_t blocks = (depth + kQuantBlock - 1) / kQuantBlock;
    return (first * blocks + column / kQuantBlock * width) * kernels.packed_bytes;
}

// Rows of a task that fit one panel.
struct Rows {
    int64_t first, count;
};

// Which of a task's panels come one after the other.
enum class Order { rows_outside, columns_outside };

// What is fetched while a panel is decoded: as many bytes as it has, in the order of their addresses.
const std::byte* slice_ahead(const PanelTask& task, Order order, Rows rows, int64_t column, int64_t length) {
    const DType dtype = task.weight->dtype;
    const int64_t begin = order == Order::columns_outside
                              ? task.rows * row_bytes(dtype, column) + rows.first * row_bytes(dtype, length)
                              : rows.first * row_bytes(dtype, task.weight->shape.inner()) +
                                    rows.count * row_bytes(dtype, column);
    const int64_t end = begin + rows.count * row_bytes(dtype, length);
    return end <= static_cast<int64_t>(task.ahead.size()) ? task.ahead.data() + begin : nullptr;
}

// `rows` of the task, columns [column, column + length).
void decode_panel(const ExecContext& context, const PanelKernels& kernels, const PanelTask& task, Order order,
                  Rows rows, int64_t column, int64_t length, std::byte* panel) {
    const TensorView& weight = *task.weight;
    const auto& format = context.format(weight.dtype);
    const std::byte* const from = weight.row(task.first + rows.first) + row_bytes(weight.dtype, column);
    const int64_t stride = row_bytes(weight.dtype, weight.shape.inner());
    if (format.panel == &kernels) {
        const std::byte* const ahead =
            kernels.fetches ? slice_ahead(task, order, rows, column, length) : nullptr;
        return format.decode_panel(from, stride, rows.count, length, panel, ahead);
    }
    for (int64_t r = 0; r < rows.count; ++r)
        format.decode(from + r * stride, reinterpret_cast<float*>(panel) + r * kPanelDepth, length);
}

int64_t bytes_of_panel(const PanelKernels& kernels) {
    return kPanelRows * kernels.panel_bytes;
}

// Fetches memory into the second cache a little at a time, between pieces of other work: a processor has room
// for some tens of lines on their way, and waits when more are asked for.
class Prefetch {
 public:
    Prefetch(std::span<const std::byte> bytes, int64_t steps)
        : next_(bytes.data()), end_(next_ + std::min(static_cast<int64_t>(bytes.size()), kMost)) {
        per_step_ = ((end_ - next_) / kLine + steps - 1) / std::max<int64_t>(steps, 1);
    }
    void step() {
        for (int64_t i = 0; i < per_step_ && next_ < end_; ++i, next_ += kLine)
            __builtin_prefetch(next_, 0, 2);
    }

 private:
    static constexpr int64_t kLine = 64;
    static constexpr int64_t kMost = 256 << 10; // a quarter to an eighth of a second cache
    const std::byte *next_, *end_;
    int64_t per_step_;
};

// Neighbouring panels of `rows` from `column` on, up to column `end`.
void decode_neighbours(const ExecContext& context, const PanelKernels& kernels, const PanelTask& task,
                       Order order, Rows rows, int64_t column, int64_t end, std::byte* panels) {
    constexpr int64_t kStreams = 4;
    const int64_t together = kernels.neighbours > 1 ? kStreams : rows.count;
    for (int64_t r = 0; r < rows.count; r += together) {
        std::byte* panel = panels + r * kernels.panel_bytes;
        for (int64_t at = column; at < end; at += kernels.depth, panel += bytes_of_panel(kernels))
            decode_panel(context, kernels, task, order, {rows.first + r, std::min(together, rows.count - r)},
                         at, std::min(kernels.depth, end - at), panel);
    }
}
} // namespace

int64_t packed_bytes(const PanelKernels& kernels, int64_t count, int64_t depth) {
    return tile_offset(kernels, depth, round_up(count, kernels.lanes), 0, 0);
}

void pack_groups(ExecContext& context, const PanelKernels& kernels, std::span<const RowGroup> groups,
                 int64_t depth) {
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
                         group.packed + tile_offset(kernels, depth, first, column, width), width);
        }
    });
}

void pack_columns(const PanelKernels& kernels, const RowGroup& group, int64_t depth, int64_t first,
                  int64_t columns, const float* x, int64_t stride) {
    ENGINE_CHECK(first % kernels.block == 0 && columns <= kPanelDepth);
    for (int64_t from = 0; from < group.count; from += kernels.tile) {
        const int64_t width = tile_width(kernels, group.count - from);
        const int64_t count = std::min(width, group.count - from);
        const float* rows[kMaxTile];
        for (int64_t t = 0; t < count; ++t)
            rows[t] = x + (from + t) * stride;
        kernels.pack(rows, count, columns, group.packed + tile_offset(kernels, depth, from, first, width),
                     width);
    }
}

Result<std::span<PanelScratch>> take_panel_scratch(ExecContext& context, int64_t count, int64_t rows) {
    int64_t panel = 0, lanes = 1;
    for (const auto& format : context.kernels().formats) {
        if (format.panel == nullptr) continue;
        panel = std::max(panel, format.panel->neighbours * bytes_of_panel(*format.panel));
        lanes = std::max(lanes, format.panel->lanes);
    }
    const int workers = context.pool().size();
    ENGINE_ASSIGN(auto* const each, context.scratch().take<PanelScratch>(workers));
    for (int i = 0; i < workers; ++i) {
        ENGINE_ASSIGN(each[i].panel, context.scratch().take<std::byte>(panel));
        ENGINE_ASSIGN(each[i].products, context.scratch().take<float>(rows * round_up(count, lanes)));
    }
    return std::span<PanelScratch>(each, static_cast<size_t>(workers));
}

namespace {
int64_t rows_of_task(const PanelKernels& kernels, int workers, int64_t rows, int64_t most) {
    const int64_t each = (rows + 4 * workers - 1) / (4 * workers);
    return std::clamp(round_up(each, kernels.group), kernels.group, most / kernels.group * kernels.group);
}
} // namespace

int64_t panel_rows(const PanelKernels& kernels, int workers, int64_t rows) {
    return rows_of_task(kernels, workers, rows, kPanelRows);
}

int64_t tall_panel_rows(const PanelKernels& kernels, int workers, int64_t rows, int64_t count) {
    constexpr int64_t kProducts = 1 << 18, kMostRows = 256; // 1 MiB; 512 rows were slower again
    const int64_t most = kernels.rows < kPanelRows ? std::min(kMostRows, kProducts / count) : 0;
    return rows_of_task(kernels, workers, rows, std::max(most, kPanelRows));
}

namespace {
// Rows that are multiplied between two looks ahead.
constexpr int64_t kSliceRows = 12;

int64_t steps_of(const PanelKernels& kernels, int64_t rows, int64_t depth, int64_t count, int64_t slice) {
    const auto pieces = [](int64_t n, int64_t each) { return (n + each - 1) / each; };
    return pieces(depth, kernels.depth) * (1 + pieces(count, kernels.tile) * pieces(rows, slice));
}

// Columns [column, column + length) of `rows`, whose panel is decoded. Products stand tile after tile, {rows,
// width}.
void multiply_columns(const PanelKernels& kernels, int64_t depth, Rows rows, const RowGroup& group,
                      int64_t column, int64_t length, const std::byte* panel, float* products,
                      Prefetch& ahead) {
    const int64_t slice = round_up(kSliceRows, kernels.group);
    for (int64_t first = 0; first < group.count; first += kernels.tile) {
        const int64_t width = tile_width(kernels, group.count - first);
        const std::byte* const packed = group.packed + tile_offset(kernels, depth, first, column, width);
        for (int64_t r = 0; r < rows.count; r += slice) {
            ahead.step();
            kernels.multiply(panel + r * kernels.panel_bytes, std::min(slice, rows.count - r), packed, width,
                             length, products + r * width, column > 0);
        }
        products += width * rows.count;
    }
}

// Tokens outside: what a token gets from all panels is one piece of memory, written while the cache has it.
void store(const PanelKernels& kernels, const PanelTask& task, const RowGroup& group, const float* products) {
    const int64_t all = round_up(group.count, kernels.lanes);
    for (int64_t first = 0; first < group.count; first += kernels.tile) {
        const int64_t width = tile_width(kernels, group.count - first);
        for (int64_t r = 0; r < task.rows; r += kernels.rows) {
            const int64_t rows = std::min(kernels.rows, task.rows - r);
            kernels.store(products + r * all + first * rows, rows, width,
                          std::min(width, group.count - first),
                          task.bias != nullptr ? task.bias + r : nullptr, task.y + r + first * task.y_stride,
                          task.y_stride);
        }
    }
}
} // namespace

// Where the packed activations stay in the second cache, the panels of the same rows come one after the
// other, so that their products stay in the first. Where they do not, as the whole depth of 512 tokens, all
// rows of a task meet a block of their columns while the second cache has that.
void multiply_panel(const ExecContext& context, const PanelKernels& kernels, const PanelTask& task,
                    const RowGroup& group, const PanelScratch& scratch) {
    ENGINE_CHECK(kernels.neighbours == 1 || task.rows <= kernels.rows);
    constexpr int64_t kStays = 512 << 10;
    const Entered entered(kernels);
    const int64_t depth = task.weight->shape.inner();
    const int64_t decoded = kernels.depth * kernels.neighbours;
    const int64_t width = round_up(group.count, kernels.lanes);
    const Order order =
        packed_bytes(kernels, group.count, depth) <= kStays ? Order::rows_outside : Order::columns_outside;
    Prefetch ahead(kernels.fetches ? std::span<const std::byte>() : task.ahead,
                   steps_of(kernels, task.rows, depth, group.count, round_up(kSliceRows, kernels.group)));
    const auto one = [&](int64_t first, int64_t column) {
        const Rows rows{first, std::min(kernels.rows, task.rows - first)};
        if (column % decoded == 0)
            decode_neighbours(context, kernels, task, order, rows, column, std::min(column + decoded, depth),
                              scratch.panel);
        ahead.step();
        multiply_columns(kernels, depth, rows, group, column, std::min(kernels.depth, depth - column),
                         scratch.panel + column % decoded / kernels.depth * bytes_of_panel(kernels),
                         scratch.products + first * width, ahead);
    };
    if (order == Order::rows_outside) {
        for (int64_t first = 0; first < task.rows && !context.stopped(); first += kernels.rows) {
            for (int64_t column = 0; column < depth; column += kernels.depth)
                one(first, column);
        }
    } else {
        for (int64_t column = 0; column < depth && !context.stopped(); column += kernels.depth) {
            for (int64_t first = 0; first < task.rows; first += kernels.rows)
                one(first, column);
        }
    }
    store(kernels, task, group, scratch.products);
}

} // namespace engine::ops
