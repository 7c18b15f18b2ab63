// WeightMatrix: a weight matrix {out, in}, whole or cut between rows into one part per memory node.
#pragma once

#include <span>

#include "engine/base/tensor_view.h"

namespace engine::base {

// Rows [first_row, first_row + rows.shape.rows()) of a matrix; may be empty.
struct WeightPart {
    TensorView rows;
    int64_t first_row = 0;
};

// Owns nothing.
struct WeightMatrix {
    DType dtype = DType::F32;
    Shape shape;                       // of the whole
    const std::byte* data = nullptr;   // of the whole; null where it is cut
    std::span<const WeightPart> parts; // empty where it is whole

    WeightMatrix() = default;
    WeightMatrix(const TensorView& whole) : dtype(whole.dtype), shape(whole.shape), data(whole.data) {}
    // Parts of one matrix in rising order; `all` outlives this.
    WeightMatrix(const Shape& whole, std::span<const WeightPart> all)
        : dtype(all.front().rows.dtype), shape(whole), parts(all) {}

    explicit operator bool() const { return data != nullptr || !parts.empty(); }
    int part_count() const { return parts.empty() ? 1 : static_cast<int>(parts.size()); }
    WeightPart part(int node) const {
        return parts.empty() ? WeightPart{{data, dtype, shape}, 0} : parts[static_cast<size_t>(node)];
    }
    const std::byte* row(int64_t r) const {
        int node = 0;
        while (node + 1 < part_count() && parts[static_cast<size_t>(node) + 1].first_row <= r)
            ++node;
        const WeightPart from = part(node);
        return from.rows.row(r - from.first_row);
    }
};

} // namespace engine::base

namespace engine {
using namespace base;
}
