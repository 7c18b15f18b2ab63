// Few activations as bytes: rows in chunks of 256 values, for every vector width. add_chunk() is the
// instruction set's.
#pragma once

// What is left of a row after whole chunks, filled up with zeros.
template <class F>
struct LastBlocks {
    alignas(64) uint8_t bytes[kChunk / F::kBlock * F::kBytes];
    INLINE void read(const uint8_t* p, int64_t values) {
        const auto whole = static_cast<size_t>(values / F::kBlock * F::kBytes);
        __builtin_memset(bytes, 0, sizeof bytes);
        __builtin_memcpy(bytes, p, whole);
    }
};
struct LastActivations {
    alignas(64) int8_t values[kChunk];
    alignas(64) float scales[8], sums[8], half_sums[16];
    INLINE QuantizedRow read(const QuantizedRow& x, int64_t from, int64_t count) {
        const auto blocks = static_cast<size_t>(count / kQuantBlock);
        __builtin_memset(this, 0, sizeof *this);
        __builtin_memcpy(values, x.values + from, static_cast<size_t>(count));
        __builtin_memcpy(scales, x.scales + from / 32, 4 * blocks);
        __builtin_memcpy(sums, x.sums + from / 32, 4 * blocks);
        __builtin_memcpy(half_sums, x.half_sums + from / 16, 8 * blocks);
        return {values, scales, sums, half_sums};
    }
};

// Asks for what a row's stream wants 2 KiB later. While chunks are multiplied the hardware does not run ahead
// far enough: 25 GB/s without, 30 with (Q4_K, two threads of a Xeon whose memory gives 30).
template <int64_t kBytes>
INLINE void fetch_ahead(const uint8_t* p) {
    constexpr int64_t kAhead = 2048;
    repeat<static_cast<int>((kBytes + 63) / 64)>(
        [&](auto line) INLINE_LAMBDA { _mm_prefetch(p + kAhead + 64 * line.value, _MM_HINT_T0); });
}

template <class F, int kRows, int kX>
INLINE void dot_bytes_tile(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t n, float* y,
                           int64_t row_step, int64_t y_stride) {
    Vec acc[kRows][kX];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kX>([&](auto t) INLINE_LAMBDA { acc[r.value][t.value] = zero(); });
    });
    constexpr int64_t kChunkBytes = kChunk / F::kBlock * F::kBytes;
    const int64_t chunks = n / kChunk;
    const uint8_t* at[kRows];
    repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] = w[r.value]; });
    for (int64_t c = 0; c < chunks; ++c) {
        repeat<kRows>([&](auto r) INLINE_LAMBDA { fetch_ahead<kChunkBytes>(at[r.value]); });
        add_chunk<F, kRows, kX>(at, x, c, acc);
        repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] += kChunkBytes; });
    }
    if constexpr (F::kBlock < kChunk) {
        if (const int64_t left = n - chunks * kChunk; left > 0) {
            LastBlocks<F> blocks[kRows];
            LastActivations activations[kX];
            QuantizedRow rest[kX];
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                blocks[r.value].read(at[r.value], left);
                at[r.value] = blocks[r.value].bytes;
            });
            repeat<kX>([&](auto t) INLINE_LAMBDA {
                rest[t.value] = activations[t.value].read(x[t.value], chunks * kChunk, left);
            });
            add_chunk<F, kRows, kX>(at, rest, 0, acc);
        }
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            y[t.value * y_stride + r.value * row_step] = sum(acc[r.value][t.value]);
        });
    });
}

template <class F, int kX>
void dot_bytes_block(const uint8_t* w, int64_t row_stride, int64_t rows, const QuantizedRow* x, int64_t n,
                     float* y, int64_t y_stride) {
    constexpr int kRows = kX >= 3 ? 2 : 4; // a quarter or half of the range apart: as many streams
    const int64_t part = rows / kRows;
    for (int64_t r = 0; r < part; ++r) {
        const uint8_t* each[kRows];
        repeat<kRows>([&](auto k) INLINE_LAMBDA { each[k.value] = w + (r + k.value * part) * row_stride; });
        dot_bytes_tile<F, kRows, kX>(each, x, n, y + r, part, y_stride);
    }
    for (int64_t r = part * kRows; r < rows; ++r) {
        const uint8_t* const one[1] = {w + r * row_stride};
        dot_bytes_tile<F, 1, kX>(one, x, n, y + r, 0, y_stride);
    }
}

template <class F>
void dot_quantized(const void* weights, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                   int64_t x_count, int64_t n, float* y, int64_t y_stride) {
    const auto* w = static_cast<const uint8_t*>(weights);
    constexpr int64_t kRowsAtOnce = 16; // stay in the first cache while the activations take turns
    const int64_t step = x_count > 4 ? kRowsAtOnce : rows;
    for (int64_t r = 0; r < rows; r += step) {
        const int64_t count = least(step, rows - r);
        const uint8_t* const from = w + r * row_stride;
        int64_t t = 0;
        for (; t + 4 <= x_count; t += 4)
            dot_bytes_block<F, 4>(from, row_stride, count, x + t, n, y + t * y_stride + r, y_stride);
        const int64_t left = x_count - t; // together, so that their weights are unpacked once
        if (left == 3)
            dot_bytes_block<F, 3>(from, row_stride, count, x + t, n, y + t * y_stride + r, y_stride);
        if (left == 2)
            dot_bytes_block<F, 2>(from, row_stride, count, x + t, n, y + t * y_stride + r, y_stride);
        if (left == 1)
            dot_bytes_block<F, 1>(from, row_stride, count, x + t, n, y + t * y_stride + r, y_stride);
    }
}
