// Few activations: dot products that decode weights in registers; sums of weighted rows; decoding of rows.
#pragma once

// Values after the last whole block; only formats without blocks have any.
template <class Format>
constexpr bool kHasTail = requires(const uint8_t* p) {
    Format::part(p, int64_t{1});
};
template <class Format>
constexpr int64_t kTailBytes = Format::kBytes* kLanes / Format::kValues; // of one vector of values

template <class Format>
void decode(const void* row, float* out, int64_t n) {
    const auto* p = static_cast<const uint8_t*>(row);
    int64_t i = 0;
    for (; i + Format::kValues <= n; i += Format::kValues, p += Format::kBytes)
        Format::unpack(p, [&](auto k, Vec w) INLINE_LAMBDA { store(out + i + k.value * kLanes, w); });
    if constexpr (kHasTail<Format>) {
        for (; i < n; i += kLanes, p += kTailBytes<Format>) {
            const int64_t count = least(n - i, kLanes);
            store_part(out + i, Format::part(p, count), count);
        }
    }
}

// kRows weight rows times kX activation rows. Each product has two accumulators that take turns; the order in
// each is the same for every kRows and kX.
template <class Format, int kRows, int kX>
INLINE void dot_tile(const uint8_t* const (&w)[kRows], const float* const* x, int64_t n, float* y,
                     int64_t row_step, int64_t y_stride) {
    Vec acc[kRows][kX][2];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kX>([&](auto t)
                       INLINE_LAMBDA { acc[r.value][t.value][0] = acc[r.value][t.value][1] = zero(); });
    });
    int64_t i = 0, at = 0;
    for (; i + Format::kValues <= n; i += Format::kValues, at += Format::kBytes) {
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            Format::unpack(w[r.value] + at, [&](auto k, Vec values) INLINE_LAMBDA {
                repeat<kX>([&](auto t) INLINE_LAMBDA {
                    Vec& a = acc[r.value][t.value][k.value % 2];
                    a = fma(values, load(x[t.value] + i + k.value * kLanes), a);
                });
            });
        });
    }
    if constexpr (kHasTail<Format>) {
        for (; i < n; i += kLanes, at += kTailBytes<Format>) {
            const int64_t count = least(n - i, kLanes);
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                const Vec values = Format::part(w[r.value] + at, count);
                repeat<kX>([&](auto t) INLINE_LAMBDA {
                    Vec& a = acc[r.value][t.value][0];
                    a = fma(values, load_part(x[t.value] + i, count), a);
                });
            });
        }
    }
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            y[t.value * y_stride + r.value * row_step] =
                sum(add(acc[r.value][t.value][0], acc[r.value][t.value][1]));
        });
    });
}

template <class Format, int kX>
void dot_block(const uint8_t* w, int64_t row_stride, int64_t rows, const float* const* x, int64_t n, float* y,
               int64_t y_stride) {
    // As many rows at once as there are accumulators, four at most. Four rows a quarter of the range apart
    // are four streams through memory: 33 GB/s against 30 with one, where this was measured.
    constexpr int kFit = kAccumulators / (2 * kX);
    constexpr int kRows = kFit >= 4 ? 4 : kFit >= 2 ? 2 : 1;
    const int64_t part = rows / kRows;
    for (int64_t r = 0; r < part; ++r) {
        const uint8_t* each[kRows];
        repeat<kRows>([&](auto k) INLINE_LAMBDA { each[k.value] = w + (r + k.value * part) * row_stride; });
        dot_tile<Format, kRows, kX>(each, x, n, y + r, part, y_stride);
    }
    for (int64_t r = part * kRows; r < rows; ++r) {
        const uint8_t* const one[1] = {w + r * row_stride};
        dot_tile<Format, 1, kX>(one, x, n, y + r, 0, y_stride);
    }
}

template <class Format>
void dot_rows(const void* weights, int64_t row_stride, int64_t rows, const float* const* x, int64_t x_count,
              int64_t n, float* y, int64_t y_stride) {
    const auto* w = static_cast<const uint8_t*>(weights);
    // Blocks of rows that stay in the first cache while the activations take turns.
    constexpr int64_t kRowsAtOnce = 16;
    const int64_t step = x_count > 4 ? kRowsAtOnce : rows;
    for (int64_t r = 0; r < rows; r += step) {
        const int64_t count = least(step, rows - r);
        int64_t t = 0;
        for (; t + 4 <= x_count; t += 4)
            dot_block<Format, 4>(w + r * row_stride, row_stride, count, x + t, n, y + t * y_stride + r,
                                 y_stride);
        if (x_count - t >= 2) {
            dot_block<Format, 2>(w + r * row_stride, row_stride, count, x + t, n, y + t * y_stride + r,
                                 y_stride);
            t += 2;
        }
        if (t < x_count)
            dot_block<Format, 1>(w + r * row_stride, row_stride, count, x + t, n, y + t * y_stride + r,
                                 y_stride);
    }
}

// kP sums over kVectors vectors of columns; the last vector has `last` columns.
template <class Format, int kP, int kVectors>
INLINE void add_weighted_tile(const uint8_t* values, int64_t row_stride, int64_t rows, const float* p,
                              int64_t p_stride, float* out, int64_t out_stride, int64_t last) {
    constexpr int64_t kBytes = kTailBytes<Format>;
    Vec acc[kP][kVectors];
    repeat<kP>([&](auto t) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            const float* const from = out + t.value * out_stride + v.value * kLanes;
            acc[t.value][v.value] = last == kLanes ? load(from) : load_part(from, last);
        });
    });
    for (int64_t r = 0; r < rows; ++r) {
        Vec row[kVectors];
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            row[v.value] = Format::part(values + r * row_stride + v.value * kBytes, last);
        });
        repeat<kP>([&](auto t) INLINE_LAMBDA {
            const Vec weight = broadcast(p[t.value * p_stride + r]);
            repeat<kVectors>([&](auto v) INLINE_LAMBDA {
                acc[t.value][v.value] = fma(weight, row[v.value], acc[t.value][v.value]);
            });
        });
    }
    repeat<kP>([&](auto t) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            float* const to = out + t.value * out_stride + v.value * kLanes;
            if (last == kLanes) {
                store(to, acc[t.value][v.value]);
            } else {
                store_part(to, acc[t.value][v.value], last);
            }
        });
    });
}

template <class Format, int kP>
void add_weighted_block(const uint8_t* values, int64_t row_stride, int64_t rows, const float* p,
                        int64_t p_stride, int64_t n, float* out, int64_t out_stride) {
    constexpr int kVectors = kAccumulators / kP < 4 ? kAccumulators / kP : 4;
    constexpr int64_t kBytes = kTailBytes<Format>;
    int64_t i = 0;
    for (; i + kVectors * kLanes <= n; i += kVectors * kLanes)
        add_weighted_tile<Format, kP, kVectors>(values + i / kLanes * kBytes, row_stride, rows, p, p_stride,
                                                out + i, out_stride, kLanes);
    for (; i < n; i += kLanes)
        add_weighted_tile<Format, kP, 1>(values + i / kLanes * kBytes, row_stride, rows, p, p_stride, out + i,
                                         out_stride, least(n - i, kLanes));
}

template <class Format>
void add_weighted_rows(const void* values, int64_t row_stride, int64_t rows, const float* p, int64_t p_stride,
                       int64_t p_count, int64_t n, float* out, int64_t out_stride) {
    const auto* v = static_cast<const uint8_t*>(values);
    int64_t t = 0;
    for (; t + 4 <= p_count; t += 4)
        add_weighted_block<Format, 4>(v, row_stride, rows, p + t * p_stride, p_stride, n,
                                      out + t * out_stride, out_stride);
    for (; t < p_count; ++t)
        add_weighted_block<Format, 1>(v, row_stride, rows, p + t * p_stride, p_stride, n,
                                      out + t * out_stride, out_stride);
}

// Blocks: kP sums over the columns of one block.
template <class Format, int kP>
INLINE void add_weighted_columns(const uint8_t* values, int64_t row_stride, int64_t rows, const float* p,
                                 int64_t p_stride, float* out, int64_t out_stride) {
    constexpr int kVectors = Format::kValues / kLanes;
    Vec acc[kP][kVectors];
    repeat<kP>([&](auto t) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            acc[t.value][v.value] = load(out + t.value * out_stride + v.value * kLanes);
        });
    });
    for (int64_t r = 0; r < rows; ++r) {
        Format::unpack(values + r * row_stride, [&](auto v, Vec row) INLINE_LAMBDA {
            repeat<kP>([&](auto t) INLINE_LAMBDA {
                Vec& a = acc[t.value][v.value];
                a = fma(broadcast(p[t.value * p_stride + r]), row, a);
            });
        });
    }
    repeat<kP>([&](auto t) INLINE_LAMBDA {
        repeat<kVectors>([&](auto v) INLINE_LAMBDA {
            store(out + t.value * out_stride + v.value * kLanes, acc[t.value][v.value]);
        });
    });
}

template <class Format, int kP>
void add_weighted_sums(const uint8_t* values, int64_t row_stride, int64_t rows, const float* p,
                       int64_t p_stride, int64_t n, float* out, int64_t out_stride) {
    for (int64_t i = 0; i < n; i += Format::kValues, values += Format::kBytes)
        add_weighted_columns<Format, kP>(values, row_stride, rows, p, p_stride, out + i, out_stride);
}

template <class Format>
void add_weighted_blocks(const void* values, int64_t row_stride, int64_t rows, const float* p,
                         int64_t p_stride, int64_t p_count, int64_t n, float* out, int64_t out_stride) {
    constexpr int kMost = kAccumulators / 2 * kLanes / Format::kValues;
    constexpr int kP = kMost >= 8 ? 8 : kMost >= 4 ? 4 : 2;
    const auto* v = static_cast<const uint8_t*>(values);
    int64_t t = 0;
    for (; t + kP <= p_count; t += kP)
        add_weighted_sums<Format, kP>(v, row_stride, rows, p + t * p_stride, p_stride, n,
                                      out + t * out_stride, out_stride);
    for (; t < p_count; ++t)
        add_weighted_sums<Format, 1>(v, row_stride, rows, p + t * p_stride, p_stride, n, out + t * out_stride,
                                     out_stride);
}
