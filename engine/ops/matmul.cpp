// The vector path for few tokens, the matrix path for many.
#include "engine/ops/matmul.h"

#include <algorithm>

#include "engine/ops/panel_product.h"
#include "engine/ops/quantized.h"
#include "engine/ops/split.h"

namespace engine::ops {

namespace {
// Consecutive rows of all products on one memory node, numbered through. Calls fn(product, its part, first
// row, last row) for [begin, end), rows counted from the part's first.
template <typename F>
void for_products(std::span<const Product> products, int node, int64_t begin, int64_t end, F&& fn) {
    int64_t before = 0;
    for (const auto& product : products) {
        const WeightPart part = product.weight.part(node);
        const int64_t rows = part.rows.shape.rows();
        const int64_t first = std::max(begin - before, int64_t{0});
        const int64_t last = std::min(end - before, rows);
        if (first < last) fn(product, part, first, last);
        before += rows;
    }
}

// How many rows all products have on each node.
Result<std::span<const int64_t>> rows_by_node(ExecContext& context, std::span<const Product> products) {
    const int nodes = products[0].weight.part_count();
    ENGINE_CHECK(nodes == 1 || nodes == context.pool().nodes());
    ENGINE_ASSIGN(int64_t* const rows, context.scratch().take<int64_t>(nodes));
    for (int n = 0; n < nodes; ++n) {
        rows[n] = 0;
        for (const auto& product : products) {
            ENGINE_CHECK(product.weight.part_count() == nodes);
            rows[n] += product.weight.part(n).rows.shape.rows();
        }
    }
    return std::span<const int64_t>(rows, static_cast<size_t>(nodes));
}

// Some ten ranges per worker even out their speeds, but a range should stream a while: 128 KiB take a worker
// 8 us.
int64_t vector_rows_per_range(int workers, int64_t rows, int64_t bytes_per_row) {
    constexpr int64_t kBytes = 128 << 10;
    constexpr int64_t kLeastBytes = 16 << 10;
    const int64_t most = std::max<int64_t>(kBytes / bytes_per_row, 1);
    const int64_t least = std::max<int64_t>(kLeastBytes / bytes_per_row, 1);
    return round_up(std::clamp(rows / (8 * workers), std::min(least, most), most), 4);
}

// The rows of x as bytes, null where no product wants them.
Result<const QuantizedRow*> quantized_rows(ExecContext& context, ConstMatrix x, const float* const* each,
                                           std::span<const Product> products) {
    const bool wanted = std::any_of(products.begin(), products.end(), [&](const Product& p) {
        return context.format(p.weight.dtype).dot_quantized != nullptr;
    });
    if (!wanted) return nullptr;
    ENGINE_ASSIGN(QuantizedRow* const rows, take_quantized(context, x.rows, x.columns));
    quantize(context, each, x.rows, x.columns, rows);
    return rows;
}

Result<void> multiply_few(ExecContext& context, ConstMatrix x, std::span<const Product> products,
                          int64_t rows) {
    const float* each[kVectorTokens];
    for (int64_t t = 0; t < x.rows; ++t)
        each[t] = x.row(t);
    const Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const QuantizedRow* const bytes, quantized_rows(context, x, each, products));
    const int64_t each_row = row_bytes(products[0].weight.dtype, x.columns);
    const int64_t grain = vector_rows_per_range(context.pool().size(), rows, std::max<int64_t>(each_row, 1));
    ENGINE_ASSIGN(const auto counts, rows_by_node(context, products));
    context.pool().run_on_nodes(counts, grain, [&](int node, int64_t begin, int64_t end, int) {
        if (context.stopped()) return;
        for_products(products, node, begin, end,
                     [&](const Product& p, const WeightPart& part, int64_t first, int64_t last) {
                         const auto& format = context.format(p.weight.dtype);
                         const std::byte* const weights = part.rows.row(first);
                         const int64_t stride = row_bytes(p.weight.dtype, x.columns);
                         const int64_t row = part.first_row + first;
                         float* const y = p.y.data + row;
                         if (format.dot_quantized != nullptr) {
                             format.dot_quantized(weights, stride, last - first, bytes, x.rows, x.columns, y,
                                                  p.y.stride);
                         } else {
                             format.dot_rows(weights, stride, last - first, each, x.rows, x.columns, y,
                                             p.y.stride);
                         }
                         if (p.bias == nullptr) return;
                         for (int64_t t = 0; t < x.rows; ++t)
                             context.kernels().add(p.y.row(t) + row, p.bias + row, last - first);
                     });
    });
    return {};
}

// Products of the same panel kernels.
Result<void> multiply_many(ExecContext& context, const PanelKernels& kernels, ConstMatrix x,
                           std::span<const Product> products) {
    const Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const float** const each, context.scratch().take<const float*>(x.rows));
    for (int64_t t = 0; t < x.rows; ++t)
        each[t] = x.row(t);
    ENGINE_ASSIGN(std::byte* const packed,
                  context.scratch().take<std::byte>(packed_bytes(kernels, x.rows, x.columns)));
    const RowGroup group{each, x.rows, packed};
    pack_groups(context, kernels, {&group, 1}, x.columns);
    int64_t rows = 0;
    for (const auto& p : products)
        rows += p.y.columns;
    // Some panels in a row where there are many, so that a worker knows what to fetch from memory next.
    const int64_t panel = tall_panel_rows(kernels, context.pool().size(), rows, x.rows);
    ENGINE_ASSIGN(const auto scratch, take_panel_scratch(context, x.rows, std::max(panel, kPanelRows)));
    const int64_t grain = panel * std::clamp<int64_t>(rows / panel / (16 * context.pool().size()), 1, 8);
    ENGINE_ASSIGN(const auto counts, rows_by_node(context, products));
    context.pool().run_on_nodes(counts, grain, [&](int node, int64_t begin, int64_t end, int worker) {
        for_products(
            products, node, begin, end,
            [&](const Product& p, const WeightPart& part, int64_t first, int64_t last) {
                for (int64_t r = first; r < last && !context.stopped(); r += panel) {
                    const int64_t count = std::min(panel, last - r), row = part.first_row + r;
                    const PanelTask task{&part.rows,
                                         r,
                                         count,
                                         p.bias != nullptr ? p.bias + row : nullptr,
                                         p.y.data + row,
                                         p.y.stride,
                                         bytes_of(part.rows, r + count, std::min(panel, last - r - count))};
                    multiply_panel(context, kernels, task, group, scratch[static_cast<size_t>(worker)]);
                }
            });
    });
    return {};
}

// Neighbours of one kind share their packed activations.
Result<void> multiply_many(ExecContext& context, ConstMatrix x, std::span<const Product> products) {
    while (!products.empty()) {
        const PanelKernels* const kind = context.format(products[0].weight.dtype).panel;
        size_t same = 1;
        while (same < products.size() && context.format(products[same].weight.dtype).panel == kind)
            ++same;
        ENGINE_TRY(multiply_many(context, *kind, x, products.first(same)));
        products = products.subspan(same);
    }
    return {};
}
} // namespace

Result<void> matmul(ExecContext& context, ConstMatrix x, std::span<const Product> products) {
    int64_t rows = 0;
    for (const auto& p : products) {
        ENGINE_CHECK(context.supports(p.weight.dtype));
        ENGINE_CHECK(p.weight.shape.inner() == x.columns && p.weight.shape.rows() == p.y.columns);
        ENGINE_CHECK(p.y.rows == x.rows);
        rows += p.y.columns;
    }
    if (rows == 0 || x.rows == 0) return {};
    if (x.rows > kVectorTokens) {
        ENGINE_TRY(multiply_many(context, x, products));
    } else {
        ENGINE_TRY(multiply_few(context, x, products, rows));
    }
    return context.unless_stopped();
}

Result<void> matmul(ExecContext& context, ConstMatrix x, const WeightMatrix& weight, const float* bias,
                    Matrix y) {
    const Product product{weight, bias, y};
    return matmul(context, x, {&product, 1});
}

} // namespace engine::ops
