// Few activations as bytes: rows in chunks of 256 values, for every vector width. add_chunk() is the
// instruction set's.
#pragma once

// What is left of a row after whole chunks is multiplied as one more chunk: the last 256 values, of which
// those that were multiplied already meet activations of zero. Rows of fewer are filled up.
template <class F>
struct ShortRow {
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
    INLINE QuantizedRow read(const QuantizedRow& x, int64_t n) {
        const int64_t left = n % kChunk, from = n - left, to = n < kChunk ? 0 : kChunk - left;
        const auto blocks = static_cast<size_t>(left / kQuantBlock);
        __builtin_memset(this, 0, sizeof *this);
        __builtin_memcpy(values + to, x.values + from, static_cast<size_t>(left));
        __builtin_memcpy(scales + to / 32, x.scales + from / 32, 4 * blocks);
        __builtin_memcpy(sums + to / 32, x.sums + from / 32, 4 * blocks);
        __builtin_memcpy(half_sums + to / 16, x.half_sums + from / 16, 8 * blocks);
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

// `last`: null where whole chunks make the row.
template <class F, int kRows, int kX>
INLINE void dot_bytes_tile(const uint8_t* const (&w)[kRows], const QuantizedRow* x, const QuantizedRow* last,
                           int64_t n, float* y, int64_t row_step, int64_t y_stride) {
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
        if (last != nullptr && chunks > 0) {
            const int64_t back = (kChunk - n % kChunk) / F::kBlock * F::kBytes;
            repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] -= back; });
            add_chunk<F, kRows, kX>(at, last, 0, acc);
        } else if (last != nullptr) {
            ShortRow<F> rows[kRows];
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                rows[r.value].read(at[r.value], n);
                at[r.value] = rows[r.value].bytes;
            });
            add_chunk<F, kRows, kX>(at, last, 0, acc);
        }
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            y[t.value * y_stride + r.value * row_step] = sum(acc[r.value][t.value]);
        });
    });
}

template <class F, int kX>
void dot_bytes_block(const uint8_t* w, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                     const QuantizedRow* last, int64_t n, float* y, int64_t y_stride) {
    constexpr int kRows = kX >= 3 ? 2 : 4; // a quarter or half of the range apart: as many streams
    const int64_t part = rows / kRows;
    for (int64_t r = 0; r < part; ++r) {
        const uint8_t* each[kRows];
        repeat<kRows>([&](auto k) INLINE_LAMBDA { each[k.value] = w + (r + k.value * part) * row_stride; });
        dot_bytes_tile<F, kRows, kX>(each, x, last, n, y + r, part, y_stride);
    }
    for (int64_t r = part * kRows; r < rows; ++r) {
        const uint8_t* const one[1] = {w + r * row_stride};
        dot_bytes_tile<F, 1, kX>(one, x, last, n, y + r, 0, y_stride);
    }
}

// Up to kTogether activations.
constexpr int64_t kTogether = 8;
template <class F>
void dot_quantized_few(const uint8_t* w, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                       int64_t x_count, int64_t n, float* y, int64_t y_stride) {
    LastActivations activations[kTogether];
    QuantizedRow rest[kTogether];
    const bool ends_whole = F::kBlock == kChunk || n % kChunk == 0;
    if (!ends_whole) {
        for (int64_t t = 0; t < x_count; ++t)
            rest[t] = activations[t].read(x[t], n);
    }
    constexpr int64_t kRowsAtOnce = 16; // stay in the first cache while the activations take turns
    const int64_t step = x_count > 4 ? kRowsAtOnce : rows;
    for (int64_t r = 0; r < rows; r += step) {
        const int64_t count = least(step, rows - r);
        const uint8_t* const from = w + r * row_stride;
        int64_t t = 0;
        const auto block = [&](auto together) INLINE_LAMBDA {
            dot_bytes_block<F, together.value>(from, row_stride, count, x + t,
                                               ends_whole ? nullptr : rest + t, n, y + t * y_stride + r,
                                               y_stride);
        };
        for (; t + 4 <= x_count; t += 4)
            block(Index<4>{});
        const int64_t left = x_count - t; // together, so that their weights are unpacked once
        if (left == 3) block(Index<3>{});
        if (left == 2) block(Index<2>{});
        if (left == 1) block(Index<1>{});
    }
}

template <class F>
void dot_quantized(const void* weights, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                   int64_t x_count, int64_t n, float* y, int64_t y_stride) {
    for (int64_t t = 0; t < x_count; t += kTogether)
        dot_quantized_few<F>(static_cast<const uint8_t*>(weights), row_stride, rows, x + t,
                             least(kTogether, x_count - t), n, y + t * y_stride, y_stride);
}
