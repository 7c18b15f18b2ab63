// Shape and TensorView: typed bytes that somebody else owns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/base/dtype.h"

namespace engine::base {

inline constexpr int kMaxDims = 6; // convolutions over video, inside multimodal checkpoints, have 5

// Row-major extents, outermost first, as in torch: a linear layer is {out, in}, stacked experts {expert, out,
// in}. GGUF files list the same extents innermost first; formats/gguf turns them round.
struct Shape {
    std::array<int64_t, kMaxDims> dims{};
    int rank = 0;

    int64_t operator[](int i) const { return dims[static_cast<size_t>(i)]; }
    int64_t elements() const {
        int64_t n = 1;
        for (int i = 0; i < rank; ++i)
            n *= dims[static_cast<size_t>(i)];
        return n;
    }
    int64_t inner() const { return rank == 0 ? 1 : dims[static_cast<size_t>(rank - 1)]; } // length of a row
    int64_t rows() const { return inner() == 0 ? 0 : elements() / inner(); }
    bool operator==(const Shape&) const = default;
};

// Owns nothing; rows are contiguous and lie row_bytes(dtype, shape.inner()) apart.
struct TensorView {
    const std::byte* data = nullptr;
    DType dtype = DType::F32;
    Shape shape;

    explicit operator bool() const { return data != nullptr; }
    const std::byte* row(int64_t r) const { return data + r * row_bytes(dtype, shape.inner()); }
    int64_t bytes() const { return shape.rows() * row_bytes(dtype, shape.inner()); }
};

} // namespace engine::base

namespace engine {
using namespace base;
}
