// Matrix and ConstMatrix: F32 activations that somebody else owns.
#pragma once

#include <cstdint>

#include "engine/base/check.h"

namespace engine::ops {

struct ConstMatrix {
    const float* data = nullptr;
    int64_t rows = 0, columns = 0;
    int64_t stride = 0; // elements from one row to the next, at least `columns`

    const float* row(int64_t r) const { return data + r * stride; }
};

struct Matrix {
    float* data = nullptr;
    int64_t rows = 0, columns = 0;
    int64_t stride = 0;

    float* row(int64_t r) const { return data + r * stride; }
    operator ConstMatrix() const { return {data, rows, columns, stride}; }
};

inline Matrix matrix(float* data, int64_t rows, int64_t columns) { // rows without gaps
    return {data, rows, columns, columns};
}
inline ConstMatrix matrix(const float* data, int64_t rows, int64_t columns) {
    return {data, rows, columns, columns};
}

inline Matrix rows_of(Matrix m, int64_t first, int64_t count) {
    return {m.row(first), count, m.columns, m.stride};
}
inline ConstMatrix rows_of(ConstMatrix m, int64_t first, int64_t count) {
    return {m.row(first), count, m.columns, m.stride};
}

// {tokens, heads * width} without gaps, seen as {tokens * heads, width}: for norms and ropes of single heads.
inline Matrix split_heads(Matrix m, int64_t heads) {
    ENGINE_CHECK(m.stride == m.columns && heads > 0 && m.columns % heads == 0);
    return matrix(m.data, m.rows * heads, m.columns / heads);
}

} // namespace engine::ops
