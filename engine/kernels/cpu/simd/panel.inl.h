// Many activations: packing, the register tile, storing. Inline, because byte kernels use a part of them
// only.
#pragma once

// Four rows of four floats, turned.
INLINE void transpose_store(__m128 a, __m128 b, __m128 c, __m128 d, float* out, int64_t stride) {
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps(out, a);
    _mm_storeu_ps(out + stride, b);
    _mm_storeu_ps(out + 2 * stride, c);
    _mm_storeu_ps(out + 3 * stride, d);
}

inline void transpose(const float* const* x, int64_t rows, int64_t n, float* out, int64_t stride) {
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        int64_t i = 0;
        for (; i + 4 <= n; i += 4)
            transpose_store(_mm_loadu_ps(x[r] + i), _mm_loadu_ps(x[r + 1] + i), _mm_loadu_ps(x[r + 2] + i),
                            _mm_loadu_ps(x[r + 3] + i), out + i * stride + r, stride);
        for (; i < n; ++i) {
            for (int64_t k = 0; k < 4; ++k)
                out[i * stride + r + k] = x[r + k][i];
        }
    }
    for (; r < rows; ++r) {
        for (int64_t i = 0; i < n; ++i)
            out[i * stride + r] = x[r][i];
    }
}

inline void pack(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    auto* const out = static_cast<float*>(packed);
    transpose(x, count, depth, out, width);
    for (int64_t t = count; t < width; ++t) {
        for (int64_t i = 0; i < depth; ++i)
            out[i * width + t] = 0.0f;
    }
}

// kRows x (kVectors * kLanes) sums in registers. Weights are broadcast by their loads, at fixed distances
// from one pointer; activations are loaded once per kRows rows.
template <int kRows, int kVectors>
INLINE void multiply_tile(const float* panel, const float* packed, int64_t depth, float* c, bool add_to) {
    constexpr int64_t kWidth = kVectors * kLanes;
    Vec acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = zero(); });
    });
    for (int64_t i = 0; i < depth; ++i, packed += kWidth) {
        Vec x[kVectors];
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { x[v.value] = load(packed + v.value * kLanes); });
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            const Vec w = broadcast(panel[r.value * kPanelDepth + i]);
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                acc[r.value][v.value] = fma(w, x[v.value], acc[r.value][v.value]);
            });
        });
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            float* const to = c + r.value * kWidth + v.value * kLanes;
            store(to, add_to ? add(load(to), acc[r.value][v.value]) : acc[r.value][v.value]);
        });
    });
}

template <int kVectors>
void multiply_rows(const float* panel, int64_t rows, const float* packed, int64_t depth, float* c,
                   bool add_to) {
    constexpr int64_t kWidth = kVectors * kLanes;
    constexpr int kRows = kVectors == kTileVectors ? kTileRows : 12;
    int64_t r = 0;
    for (; r + kRows <= rows; r += kRows)
        multiply_tile<kRows, kVectors>(panel + r * kPanelDepth, packed, depth, c + r * kWidth, add_to);
    for (; r + 4 <= rows; r += 4)
        multiply_tile<4, kVectors>(panel + r * kPanelDepth, packed, depth, c + r * kWidth, add_to);
    for (; r < rows; ++r)
        multiply_tile<1, kVectors>(panel + r * kPanelDepth, packed, depth, c + r * kWidth, add_to);
}

inline void multiply(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                     float* c, bool add_to) {
    const auto* const w = static_cast<const float*>(panel);
    const auto* const x = static_cast<const float*>(packed);
    if (width == kTileVectors * kLanes) {
        multiply_rows<kTileVectors>(w, rows, x, depth, c, add_to);
    } else {
        multiply_rows<1>(w, rows, x, depth, c, add_to); // kTileVectors is 2
    }
}

inline void store_tile(const float* c, int64_t rows, int64_t width, int64_t count, const float* bias,
                       float* y, int64_t y_stride) {
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const __m128 b[4] = {_mm_set1_ps(bias ? bias[r] : 0.0f), _mm_set1_ps(bias ? bias[r + 1] : 0.0f),
                             _mm_set1_ps(bias ? bias[r + 2] : 0.0f), _mm_set1_ps(bias ? bias[r + 3] : 0.0f)};
        const float* const from = c + r * width;
        int64_t t = 0;
        for (; t + 4 <= count; t += 4)
            transpose_store(
                _mm_add_ps(_mm_loadu_ps(from + t), b[0]), _mm_add_ps(_mm_loadu_ps(from + width + t), b[1]),
                _mm_add_ps(_mm_loadu_ps(from + 2 * width + t), b[2]),
                _mm_add_ps(_mm_loadu_ps(from + 3 * width + t), b[3]), y + t * y_stride + r, y_stride);
        for (; t < count; ++t) {
            for (int64_t k = 0; k < 4; ++k)
                y[t * y_stride + r + k] = from[k * width + t] + (bias ? bias[r + k] : 0.0f);
        }
    }
    for (; r < rows; ++r) {
        for (int64_t t = 0; t < count; ++t)
            y[t * y_stride + r] = c[r * width + t] + (bias ? bias[r] : 0.0f);
    }
}
