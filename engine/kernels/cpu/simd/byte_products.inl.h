// Few activations as bytes: rows in chunks of 256 values, for every vector width. add_chunk() is the
// instruction set's: it unpacks a chunk of a row once, into registers, for however many activations; their
// sums wait in the first cache. That is as fast as a tile of sums in registers, which has room for four
// activations, or faster, and at eight 1.2 to 2.1 times as fast.
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
    alignas(64) int8_t values[kChunk], turned[kTurnedValues];
    alignas(64) float scales[8], sums[8], half_sums[16], turned_scales[kTurnedScales];
    INLINE QuantizedRow read(const QuantizedRow& x, int64_t n) {
        const int64_t left = n % kChunk, from = n - left, to = n < kChunk ? 0 : kChunk - left;
        const auto blocks = static_cast<size_t>(left / kQuantBlock);
        __builtin_memset(this, 0, sizeof *this);
        __builtin_memcpy(values + to, x.values + from, static_cast<size_t>(left));
        __builtin_memcpy(scales + to / 32, x.scales + from / 32, 4 * blocks);
        __builtin_memcpy(sums + to / 32, x.sums + from / 32, 4 * blocks);
        __builtin_memcpy(half_sums + to / 16, x.half_sums + from / 16, 8 * blocks);
        const QuantizedRow row{values, scales, sums, half_sums, turned, turned_scales};
        for (int64_t b = 0; b < kChunk / kQuantBlock; ++b)
            turn_block(row, b, values + kQuantBlock * b, scales[b]);
        return row;
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

constexpr int64_t kTogether = 8; // activations at once, at most

// `last`: null where whole chunks make the row. kX activations, or `count` where it is 0.
template <class F, int kRows, int kX>
INLINE void dot_bytes_tile(const uint8_t* const (&w)[kRows], const QuantizedRow* x, const QuantizedRow* last,
                           int64_t count, int64_t n, float* y, int64_t row_step, int64_t y_stride) {
    Vec acc[kX > 0 ? kX : kTogether][kRows];
    for_each_of<kX>(count, [&](auto t) INLINE_LAMBDA {
        repeat<kRows>([&](auto r) INLINE_LAMBDA { acc[t][r.value] = zero(); });
    });
    constexpr int64_t kChunkBytes = kChunk / F::kBlock * F::kBytes;
    const int64_t chunks = n / kChunk;
    const uint8_t* at[kRows];
    repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] = w[r.value]; });
    for (int64_t c = 0; c < chunks; ++c) {
        repeat<kRows>([&](auto r) INLINE_LAMBDA { fetch_ahead<kChunkBytes>(at[r.value]); });
        add_chunk<F, kRows, kX>(at, x, count, c, acc);
        repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] += kChunkBytes; });
    }
    if constexpr (F::kBlock < kChunk) {
        if (last != nullptr && chunks > 0) {
            const int64_t back = (kChunk - n % kChunk) / F::kBlock * F::kBytes;
            repeat<kRows>([&](auto r) INLINE_LAMBDA { at[r.value] -= back; });
            add_chunk<F, kRows, kX>(at, last, count, 0, acc);
        } else if (last != nullptr) {
            ShortRow<F> rows[kRows];
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                rows[r.value].read(at[r.value], n);
                at[r.value] = rows[r.value].bytes;
            });
            add_chunk<F, kRows, kX>(at, last, count, 0, acc);
        }
    }
    for_each_of<kX>(count, [&](auto t) INLINE_LAMBDA {
        repeat<kRows>([&](auto r)
                          INLINE_LAMBDA { y[t * y_stride + r.value * row_step] = sum(acc[t][r.value]); });
    });
}

template <class F, int kX>
void dot_bytes_block(const uint8_t* w, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                     const QuantizedRow* last, int64_t count, int64_t n, float* y, int64_t y_stride) {
    constexpr int kRows = 4; // a quarter of the range apart: as many streams
    const int64_t part = rows / kRows;
    for (int64_t r = 0; r < part; ++r) {
        const uint8_t* each[kRows];
        repeat<kRows>([&](auto k) INLINE_LAMBDA { each[k.value] = w + (r + k.value * part) * row_stride; });
        dot_bytes_tile<F, kRows, kX>(each, x, last, count, n, y + r, part, y_stride);
    }
    for (int64_t r = part * kRows; r < rows; ++r) {
        const uint8_t* const one[1] = {w + r * row_stride};
        dot_bytes_tile<F, 1, kX>(one, x, last, count, n, y + r, 0, y_stride);
    }
}

// Up to kTogether activations.
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
    const auto products = x_count > 1 ? dot_bytes_block<F, 0> : dot_bytes_block<F, 1>;
    products(w, row_stride, rows, x, ends_whole ? nullptr : rest, x_count, n, y, y_stride);
}

template <class F>
void dot_quantized(const void* weights, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                   int64_t x_count, int64_t n, float* y, int64_t y_stride) {
    for (int64_t t = 0; t < x_count; t += kTogether)
        dot_quantized_few<F>(static_cast<const uint8_t*>(weights), row_stride, rows, x + t,
                             least(kTogether, x_count - t), n, y + t * y_stride, y_stride);
}
