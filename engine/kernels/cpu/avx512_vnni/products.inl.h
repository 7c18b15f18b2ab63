// Few activations: dot products of bytes, scaled and summed in F32 for each sub-block.
#pragma once

// Block `block` of a row in the turned order: 8 bytes at each of four places.
INLINE void store_turned(int8_t* turned, int64_t block, __m128i low, __m128i high) {
    int8_t* const to = turned + block / 8 * kTurnedValues + block % 8 * 8;
    const __m128i front = _mm_unpacklo_epi32(low, high), back = _mm_unpackhi_epi32(low, high);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), front);
    _mm_storeh_pd(reinterpret_cast<double*>(to + 64), _mm_castsi128_pd(front));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + 128), back);
    _mm_storeh_pd(reinterpret_cast<double*>(to + 192), _mm_castsi128_pd(back));
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
        const __m128i bytes[2] = {_mm512_cvtepi32_epi8(first), _mm512_cvtepi32_epi8(second)};
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values + 32 * b), bytes[0]);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values + 32 * b + 16), bytes[1]);
        if (out.turned != nullptr) store_turned(out.turned, out.first / 32 + b, bytes[0], bytes[1]);
        const int sums[2] = {_mm512_reduce_add_epi32(first), _mm512_reduce_add_epi32(second)};
        out.scales[b] = scale;
        out.sums[b] = scale * static_cast<float>(sums[0] + sums[1]);
        out.half_sums[2 * b] = scale * static_cast<float>(sums[0]);
        out.half_sums[2 * b + 1] = scale * static_cast<float>(sums[1]);
    }
}

// Lane i of step k belongs to this sub-block of the chunk: eight or four lanes in a row.
template <class F, int k>
INLINE __m512i lane_sub_blocks() {
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return F::kSub == 32 ? _mm512_add_epi32(_mm512_srli_epi32(lanes, 3), _mm512_set1_epi32(2 * k))
                         : _mm512_add_epi32(_mm512_srli_epi32(lanes, 2), _mm512_set1_epi32(4 * k));
}
// The activations' scales and sums in the order of F::factors().
template <class F>
INLINE Vec activation_factors(const QuantizedRow& x, int64_t chunk) {
    const __m256 scales = _mm256_loadu_ps(x.scales + 8 * chunk);
    if constexpr (F::kSub == 32) {
        return F::kMinima ? join(scales, _mm256_loadu_ps(x.sums + 8 * chunk)) : factors_only(scales);
    } else {
        const __m512i each_twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
        return _mm512_permutexvar_ps(each_twice, _mm512_castps256_ps512(scales));
    }
}

// VPDPBUSD multiplies unsigned with signed bytes: signed weights are raised by 128, and every offset is taken
// back by the sum of the activations, four at a time as the instruction adds them.
template <class F>
constexpr int kRaised = F::kSigned ? 128 : F::kOffset;

// Formats with blocks of 256 come turned: lane l has four values of the l-th 16 in every step, so that the
// sums of a sub-block gather in its lanes and meet their factor once. In the order of the file each step of
// 64 has other sub-blocks, and conversion, factor and sum are four times the work: 18 instructions per 256
// products instead of 8.
template <class F, int kRows, int kX>
INLINE void add_turned_chunk(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t chunk,
                             Vec (&acc)[kRows][kX]) {
    const __m512i each_twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    Vec factors[kRows], minima[kRows];
    factors_of_rows<F, kRows>(w, factors);
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        const Vec both = factors[r.value];
        if constexpr (F::kSub == 32) factors[r.value] = look_up(each_twice, both);
        if constexpr (F::kMinima && F::kSub == 32)
            minima[r.value] = look_up(_mm512_add_epi32(each_twice, _mm512_set1_epi32(8)), both);
        if constexpr (F::kMinima && F::kSub == 16) minima[r.value] = F::minima(w[r.value]);
    });
    __m512i sums[kRows][kX];
    repeat<kX>([&](auto t) INLINE_LAMBDA {
        __m512i start = _mm512_setzero_si512();
        if constexpr (kRaised<F> != 0) {
            repeat<4>([&](auto k) INLINE_LAMBDA {
                start = _mm512_dpbusd_epi32(start, _mm512_set1_epi8(static_cast<char>(kRaised<F>)),
                                            load_bytes(x[t.value].turned + kChunk * chunk + 64 * k.value));
            });
            start = _mm512_sub_epi32(_mm512_setzero_si512(), start);
        }
        repeat<kRows>([&](auto r) INLINE_LAMBDA { sums[r.value][t.value] = start; });
    });
    repeat<4>([&](auto k) INLINE_LAMBDA {
        __m512i bytes[kRows];
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            bytes[r.value] = F::template turned<k.value>(w[r.value]);
            if constexpr (F::kSigned)
                bytes[r.value] = _mm512_xor_si512(bytes[r.value], _mm512_set1_epi8(static_cast<char>(0x80)));
        });
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            const __m512i values = load_bytes(x[t.value].turned + kChunk * chunk + 64 * k.value);
            repeat<kRows>([&](auto r) INLINE_LAMBDA {
                sums[r.value][t.value] = _mm512_dpbusd_epi32(sums[r.value][t.value], bytes[r.value], values);
            });
        });
    });
    repeat<kX>([&](auto t) INLINE_LAMBDA {
        const Vec scales =
            look_up(each_twice, _mm512_castps256_ps512(_mm256_loadu_ps(x[t.value].scales + 8 * chunk)));
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            Vec& a = acc[r.value][t.value];
            a = fma(_mm512_cvtepi32_ps(sums[r.value][t.value]), mul(factors[r.value], scales), a);
            if constexpr (F::kMinima) a = fnma(minima[r.value], load(x[t.value].half_sums + 16 * chunk), a);
        });
    });
}

template <class F>
concept Turned = requires(const uint8_t* p) {
    F::template turned<0>(p);
};

// acc[r][t] += chunk `chunk` of row r times activation row t.
template <class F, int kRows, int kX>
INLINE void add_chunk(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t chunk,
                      Vec (&acc)[kRows][kX]) {
    if constexpr (Turned<F>) return add_turned_chunk<F, kRows, kX>(w, x, chunk, acc);
    Vec own[kX], of_row[kRows], factors[kRows][kX];
    factors_of_rows<F, kRows>(w, of_row);
    repeat<kX>([&](auto t) INLINE_LAMBDA { own[t.value] = activation_factors<F>(x[t.value], chunk); });
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        Vec minima = zero();
        if constexpr (F::kMinima && F::kSub == 16) minima = F::minima(w[r.value]);
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            const Vec both = mul(of_row[r.value], own[t.value]);
            factors[r.value][t.value] = both;
            Vec& a = acc[r.value][t.value];
            if constexpr (F::kMinima && F::kSub == 32) a = _mm512_mask_sub_ps(a, 0xff00, a, both);
            if constexpr (F::kMinima && F::kSub == 16)
                a = fnma(minima, load(x[t.value].half_sums + 16 * chunk), a);
        });
    });
    repeat<4>([&](auto k) INLINE_LAMBDA {
        const __m512i lanes = lane_sub_blocks<F, k.value>();
        __m512i values[kX], start[kX];
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            values[t.value] = load_bytes(x[t.value].values + kChunk * chunk + 64 * k.value);
            start[t.value] = _mm512_setzero_si512();
            if constexpr (kRaised<F> != 0)
                start[t.value] = _mm512_sub_epi32(
                    start[t.value],
                    _mm512_dpbusd_epi32(start[t.value], _mm512_set1_epi8(static_cast<char>(kRaised<F>)),
                                        values[t.value]));
        });
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            __m512i bytes = F::template bytes<k.value>(w[r.value]);
            if constexpr (F::kSigned)
                bytes = _mm512_xor_si512(bytes, _mm512_set1_epi8(static_cast<char>(0x80)));
            repeat<kX>([&](auto t) INLINE_LAMBDA {
                const __m512i sums = _mm512_dpbusd_epi32(start[t.value], bytes, values[t.value]);
                acc[r.value][t.value] = fma(_mm512_cvtepi32_ps(sums),
                                            look_up(lanes, factors[r.value][t.value]), acc[r.value][t.value]);
            });
        });
    });
}
