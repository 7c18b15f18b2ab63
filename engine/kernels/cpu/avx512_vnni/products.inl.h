// Few activations: dot products of bytes, scaled and summed in F32 for each sub-block.
#pragma once

// The turned order here: in every 256, the first four of each 16 values, then the second four, and so on.
INLINE void turn_block(const QuantizedRow& row, int64_t block, const int8_t* values, float scale) {
    int8_t* const to = row.turned + block / 8 * kTurnedValues + block % 8 * 8;
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + 16));
    const __m128i front = _mm_unpacklo_epi32(low, high), back = _mm_unpackhi_epi32(low, high);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), front);
    _mm_storeh_pd(reinterpret_cast<double*>(to + 64), _mm_castsi128_pd(front));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + 128), back);
    _mm_storeh_pd(reinterpret_cast<double*>(to + 192), _mm_castsi128_pd(back));
    row.turned_scales[2 * block] = row.turned_scales[2 * block + 1] = scale;
}

// A block of 32 values: its greatest magnitude (as an integer, so that a NaN is the greatest), then bytes.
void quantize_row(const float* x, int64_t n, const QuantizedRow& out) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    for (int64_t b = 0; b < n / kQuantBlock; ++b) {
        const Vec low = load(x + 32 * b), high = load(x + 32 * b + 16);
        const __m512i bits = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                              _mm512_and_si512(_mm512_castps_si512(high), magnitude));
        const float greatest = _mm_cvtss_f32(
            _mm_castsi128_ps(_mm_cvtsi32_si128(static_cast<int>(_mm512_reduce_max_epu32(bits)))));
        const float scale = greatest < 1e-30f ? 0.0f : greatest / 127.0f;
        const bool usable = scale > 0 && scale < 3e38f;
        const Vec inverse = broadcast(usable ? 127.0f / greatest : 0.0f);
        const __m512i a = _mm512_cvtps_epi32(mul(low, inverse)), c = _mm512_cvtps_epi32(mul(high, inverse));
        const __m512i keep = _mm512_set1_epi32(usable ? -1 : 0);
        const __m512i first = _mm512_and_si512(a, keep), second = _mm512_and_si512(c, keep);
        int8_t* const values = out.values + 32 * b;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(values), _mm512_cvtepi32_epi8(first));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(values + 16), _mm512_cvtepi32_epi8(second));
        if (out.turned != nullptr) turn_block(out, out.first / 32 + b, values, scale);
        const int sums[2] = {_mm512_reduce_add_epi32(first), _mm512_reduce_add_epi32(second)};
        out.scales[b] = scale;
        out.sums[b] = scale * static_cast<float>(sums[0] + sums[1]);
        out.half_sums[2 * b] = scale * static_cast<float>(sums[0]);
        out.half_sums[2 * b + 1] = scale * static_cast<float>(sums[1]);
    }
}

// VPDPBUSD multiplies unsigned with signed bytes: signed weights are raised by 128, and every offset is taken
// back by the sum of the activations, four at a time as the instruction adds them.
template <class F>
constexpr int kRaised = F::kSigned ? 128 : F::kOffset;
constexpr int64_t kPlanes = 1; // of panels

template <class F>
concept Turned = requires(const uint8_t* p) {
    F::template turned<0>(p);
};

// A chunk of a row in the turned order: lane l has four values of the l-th 16 in every step, so that the sums
// of a sub-block gather in its lanes and meet their factor once. In the order of the file each step of 64 has
// other sub-blocks, and conversion, factor and sum are four times the work.
template <class F>
INLINE void turned_bytes(const uint8_t* p, __m512i (&out)[4]) {
    repeat<4>([&](auto k) INLINE_LAMBDA {
        if constexpr (Turned<F>) {
            out[k.value] = F::template turned<k.value>(p);
        } else {
            out[k.value] = F::template bytes<k.value>(p);
        }
        if constexpr (F::kSigned)
            out[k.value] = _mm512_xor_si512(out[k.value], _mm512_set1_epi8(static_cast<char>(0x80)));
    });
    if constexpr (!Turned<F>) { // words 0 and 1, then 2 and 3 of eight 16s each; then of all 16
        const __m512i front = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        const __m512i back = _mm512_add_epi32(front, _mm512_set1_epi32(2));
        const __m512i a = _mm512_permutex2var_epi32(out[0], front, out[1]);
        const __m512i b = _mm512_permutex2var_epi32(out[0], back, out[1]);
        const __m512i c = _mm512_permutex2var_epi32(out[2], front, out[3]);
        const __m512i d = _mm512_permutex2var_epi32(out[2], back, out[3]);
        out[0] = _mm512_inserti64x4(a, _mm512_castsi512_si256(c), 1);
        out[1] = _mm512_shuffle_i64x2(a, c, 0xee);
        out[2] = _mm512_inserti64x4(b, _mm512_castsi512_si256(d), 1);
        out[3] = _mm512_shuffle_i64x2(b, d, 0xee);
    }
}

// acc[t][r] += chunk `chunk` of row r times activation row t. kX activations, or `count` where it is 0.
template <class F, int kRows, int kX>
INLINE void add_chunk(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t count, int64_t chunk,
                      Vec (*acc)[kRows]) {
    const __m512i each_twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    Vec factors[kRows], minima[kRows];
    __m512i bytes[kRows][4];
    factors_of_rows<F, kRows>(w, factors);
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        const Vec both = factors[r.value];
        if constexpr (F::kSub == 32) factors[r.value] = look_up(each_twice, both);
        if constexpr (F::kMinima && F::kSub == 32)
            minima[r.value] = look_up(_mm512_add_epi32(each_twice, _mm512_set1_epi32(8)), both);
        if constexpr (F::kMinima && F::kSub == 16) minima[r.value] = F::minima(w[r.value]);
        turned_bytes<F>(w[r.value], bytes[r.value]);
    });
    for_each_of<kX>(count, [&](auto t) INLINE_LAMBDA {
        const int8_t* const values = x[t].turned + kChunk * chunk;
        __m512i start = _mm512_setzero_si512(), sums[kRows];
        if constexpr (kRaised<F> != 0) {
            repeat<4>([&](auto k) INLINE_LAMBDA {
                start = _mm512_dpbusd_epi32(start, _mm512_set1_epi8(static_cast<char>(kRaised<F>)),
                                            load_bytes(values + 64 * k.value));
            });
            start = _mm512_sub_epi32(_mm512_setzero_si512(), start);
        }
        repeat<kRows>([&](auto r) INLINE_LAMBDA { sums[r.value] = start; });
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const __m512i v = load_bytes(values + 64 * k.value);
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                sums[r.value] = _mm512_dpbusd_epi32(sums[r.value], bytes[r.value][k.value], v);
            });
        });
        const Vec scales = load(x[t].turned_scales + kTurnedScales * chunk);
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            Vec a = fma(_mm512_cvtepi32_ps(sums[r.value]), mul(factors[r.value], scales), acc[t][r.value]);
            if constexpr (F::kMinima) a = fnma(minima[r.value], load(x[t].half_sums + 16 * chunk), a);
            acc[t][r.value] = a;
        });
    });
}
