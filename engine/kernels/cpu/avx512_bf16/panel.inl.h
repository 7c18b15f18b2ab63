// Pairs of BF16: tokens in the lanes of a register, a row's pairs broadcast.
#pragma once

// VDPBF16PS does two multiplications where F32 does one, at the same pace.
constexpr int64_t kColumns = 256;
constexpr int64_t kMostTokens = 32;
constexpr int64_t kRowBytes = 2 * kColumns + 64; // rows begin in other sets of the first cache

void round_rows(const void* rows, int64_t row_stride, int64_t count, int64_t n, void* panel,
                const void* /*ahead*/) {
    for (int64_t r = 0; r < count; ++r) {
        const auto* const from =
            reinterpret_cast<const float*>(static_cast<const uint8_t*>(rows) + r * row_stride);
        uint8_t* const to = static_cast<uint8_t*>(panel) + r * kRowBytes;
        for (int64_t i = 0; i < n; i += 32)
            _mm512_storeu_si512(to + 2 * i, to_bf16_part(from + i, n - i));
    }
}

// For every two columns: [token][2].
void pack_pairs(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    float pairs[kMostTokens][kColumns / 2] = {};
    const float* rows[kMostTokens];
    for (int64_t t = 0; t < width; ++t) {
        rows[t] = pairs[t];
        if (t >= count) continue;
        for (int64_t i = 0; i < depth; i += 32)
            _mm512_storeu_si512(pairs[t] + i / 2, to_bf16_part(x[t] + i, depth - i));
    }
    transpose(rows, width, (depth + 1) / 2, static_cast<float*>(packed), width);
}

void pack_columns(const float* rows, int64_t depth, int64_t width, void* packed) {
    auto* to = static_cast<uint8_t*>(packed);
    for (int64_t i = 0; i < depth; i += 2) {
        for (int64_t t = 0; t < width; t += kLanes, to += 64) {
            const float* const from = rows + i * width + t;
            _mm512_storeu_si512(to, to_bf16_pairs(load(from), i + 1 < depth ? load(from + width) : zero()));
        }
    }
}

template <int kRows, int kVectors>
INLINE void multiply_pairs(const uint8_t* panel, const uint8_t* packed, int64_t pairs, float* c,
                           bool add_to) {
    constexpr int64_t kWidth = kVectors * kLanes;
    Vec acc[kRows][kVectors];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA { acc[r.value][v.value] = zero(); });
    });
    for (int64_t i = 0; i < pairs; ++i, packed += 4 * kWidth) {
        __m512i x[kVectors];
        repeat<kVectors>([&](auto v)
                             INLINE_LAMBDA { x[v.value] = _mm512_loadu_si512(packed + 64 * v.value); });
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            int32_t pair;
            __builtin_memcpy(&pair, panel + r.value * kRowBytes + 4 * i, 4);
            const __m512i w = _mm512_set1_epi32(pair);
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                Vec& sum = acc[r.value][v.value];
                sum = _mm512_dpbf16_ps(sum, (__m512bh)x[v.value], (__m512bh)w);
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
void multiply_rows_of_pairs(const uint8_t* panel, int64_t rows, const uint8_t* packed, int64_t pairs,
                            float* c, bool add_to) {
    constexpr int64_t kWidth = kVectors * kLanes;
    int64_t r = 0;
    for (; r + 12 <= rows; r += 12)
        multiply_pairs<12, kVectors>(panel + r * kRowBytes, packed, pairs, c + r * kWidth, add_to);
    for (; r + 4 <= rows; r += 4)
        multiply_pairs<4, kVectors>(panel + r * kRowBytes, packed, pairs, c + r * kWidth, add_to);
    for (; r < rows; ++r)
        multiply_pairs<1, kVectors>(panel + r * kRowBytes, packed, pairs, c + r * kWidth, add_to);
}

void multiply_rounded(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                      float* c, bool add_to) {
    const auto* const w = static_cast<const uint8_t*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    if (width == kMostTokens) {
        multiply_rows_of_pairs<2>(w, rows, x, (depth + 1) / 2, c, add_to);
    } else {
        multiply_rows_of_pairs<1>(w, rows, x, (depth + 1) / 2, c, add_to);
    }
}

constexpr PanelKernels make_panel() {
    PanelKernels kernels;
    kernels.tile = kMostTokens;
    kernels.lanes = kLanes;
    kernels.group = 12;
    kernels.depth = kColumns;
    kernels.packed_bytes = 2 * kQuantBlock;
    kernels.panel_bytes = kRowBytes;
    kernels.operands = PanelOperands::bf16;
    kernels.pack = pack_pairs;
    kernels.multiply = multiply_rounded;
    kernels.store = store_turned;
    return kernels;
}
constexpr PanelKernels kPanel = make_panel();
constexpr RoundedProducts kProducts = {&kPanel, round_rows, pack_columns};
