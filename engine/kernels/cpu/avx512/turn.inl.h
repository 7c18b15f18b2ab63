// Squares of 16 x 16 floats, turned.
#pragma once

// emit(k, element k of the 16 floats at each row(0) .. row(15)) for k < count and up to three more. Quarters
// are collected by loads, which leaves two of four rounds of shuffles: 32 of them for 256 floats.
template <class Row, class Emit>
INLINE void turn(Row row, int64_t count, Emit emit) {
    repeat<4>([&](auto q) INLINE_LAMBDA {
        if (4 * q.value >= count) return;
        Vec v[4];
        repeat<4>([&](auto b) INLINE_LAMBDA {
            const auto quarter = [&](auto i) INLINE_LAMBDA { return _mm_loadu_ps(row(i) + 4 * q.value); };
            Vec all = _mm512_castps128_ps512(quarter(Index<b.value>{}));
            all = _mm512_insertf32x4(all, quarter(Index<4 + b.value>{}), 1);
            all = _mm512_insertf32x4(all, quarter(Index<8 + b.value>{}), 2);
            v[b.value] = _mm512_insertf32x4(all, quarter(Index<12 + b.value>{}), 3);
        });
        const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(v[0], v[1]));
        const __m512d b = _mm512_castps_pd(_mm512_unpacklo_ps(v[2], v[3]));
        const __m512d c = _mm512_castps_pd(_mm512_unpackhi_ps(v[0], v[1]));
        const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(v[2], v[3]));
        emit(Index<4 * q.value>{}, _mm512_castpd_ps(_mm512_unpacklo_pd(a, b)));
        emit(Index<4 * q.value + 1>{}, _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
        emit(Index<4 * q.value + 2>{}, _mm512_castpd_ps(_mm512_unpacklo_pd(c, d)));
        emit(Index<4 * q.value + 3>{}, _mm512_castpd_ps(_mm512_unpackhi_pd(c, d)));
    });
}

// PanelKernels::store with whole lines of 16 rows: four rows at a time, as in simd/panel, take three to five
// times as long. Reads groups of four tokens: width is a multiple of 4.
void store_turned(const float* c, int64_t rows, int64_t width, int64_t count, const float* bias, float* y,
                  int64_t y_stride) {
    for (int64_t r = 0; r < rows; r += 16) {
        const int64_t left = least(rows - r, 16);
        const Vec b = bias != nullptr ? load_part(bias + r, left) : zero();
        for (int64_t t = 0; t < count; t += 16) {
            const float* const from = c + r * width + t;
            float* const to = y + t * y_stride + r;
            turn([&](auto i) INLINE_LAMBDA { return from + (i.value < left ? i.value : 0) * width; },
                 count - t,
                 [&](auto k, Vec v) INLINE_LAMBDA {
                     if (t + k.value < count) store_part(to + k.value * y_stride, add(v, b), left);
                 });
        }
    }
}
