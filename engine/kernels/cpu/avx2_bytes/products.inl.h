// Few activations: dot products of bytes, scaled and summed in F32 for each sub-block.
#pragma once

#if defined(__AVXVNNI__)
constexpr bool kVnni = true;
#else
constexpr bool kVnni = false;
#endif

// acc[i] += four products of unsigned and signed bytes. Without VNNI two products are added in 16 bits first:
// unsigned bytes up to 128 are safe there.
INLINE __m256i dot_bytes(__m256i acc, __m256i u, __m256i s) {
#if defined(__AVXVNNI__)
    return _mm256_dpbusd_avx_epi32(acc, u, s);
#else
    const __m256i pairs = _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1));
    return _mm256_add_epi32(acc, pairs);
#endif
}

INLINE int greatest_int(__m256i v) { // of magnitudes, which are never negative
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xb1));
    return _mm_cvtsi128_si32(four);
}
INLINE int sum_int(__m256i v) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
    return _mm_cvtsi128_si32(four);
}

// A block of 32 values: its greatest magnitude (as an integer, so that a NaN is the greatest), then bytes.
void quantize_row(const float* x, int64_t n, const QuantizedRow& out) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    for (int64_t b = 0; b < n / kQuantBlock; ++b) {
        Vec v[4];
        __m256i bits = _mm256_setzero_si256();
        repeat<4>([&](auto i) INLINE_LAMBDA {
            v[i.value] = load(x + 32 * b + 8 * i.value);
            bits = _mm256_max_epi32(bits, _mm256_and_si256(_mm256_castps_si256(v[i.value]), magnitude));
        });
        const float greatest = _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(greatest_int(bits))));
        const float scale = greatest < 1e-30f ? 0.0f : greatest / 127.0f;
        const bool usable = scale > 0 && scale < 3e38f;
        const Vec inverse = broadcast(usable ? 127.0f / greatest : 0.0f);
        const __m256i keep = _mm256_set1_epi32(usable ? -1 : 0);
        __m256i q[4];
        repeat<4>([&](auto i) INLINE_LAMBDA {
            q[i.value] = _mm256_and_si256(_mm256_cvtps_epi32(mul(v[i.value], inverse)), keep);
        });
        // Packing works in 128-bit halves; the permutation puts the groups of four back in order.
        const __m256i words =
            _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
        const __m256i bytes = _mm256_permutevar8x32_epi32(words, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.values + 32 * b), bytes);
        const int sums[2] = {sum_int(_mm256_add_epi32(q[0], q[1])), sum_int(_mm256_add_epi32(q[2], q[3]))};
        out.scales[b] = scale;
        out.sums[b] = scale * static_cast<float>(sums[0] + sums[1]);
        out.half_sums[2 * b] = scale * static_cast<float>(sums[0]);
        out.half_sums[2 * b + 1] = scale * static_cast<float>(sums[1]);
    }
}

// What every factor of a chunk becomes with the activations' scales.
struct alignas(32) Scaled {
    float at[16];
};
template <int kSub, int k>
INLINE Vec of_step(const Scaled& scaled) {
    if constexpr (kSub == 32) return _mm256_broadcast_ss(&scaled.at[k]);
    return _mm256_set_m128(_mm_broadcast_ss(&scaled.at[2 * k + 1]), _mm_broadcast_ss(&scaled.at[2 * k]));
}
template <class F>
INLINE void scale_factors(const Factors& factors, const QuantizedRow& x, int64_t chunk, Scaled& scaled) {
    const Vec scales = load(x.scales + 8 * chunk);
    if constexpr (F::kSub == 32) {
        store(scaled.at, mul(factors.low, scales));
    } else {
        const Vec low = _mm256_permutevar8x32_ps(scales, _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3));
        const Vec high = _mm256_permutevar8x32_ps(scales, _mm256_setr_epi32(4, 4, 5, 5, 6, 6, 7, 7));
        store(scaled.at, mul(factors.low, low));
        store(scaled.at + 8, mul(factors.high, high));
    }
}
template <class F>
INLINE Vec take_minima(const Factors& factors, const Factors& minima, const QuantizedRow& x, int64_t chunk,
                       Vec acc) {
    if constexpr (!F::kMinima) return acc;
    if constexpr (F::kSub == 32) return fnma(factors.high, load(x.sums + 8 * chunk), acc);
    acc = fnma(minima.low, load(x.half_sums + 16 * chunk), acc);
    return fnma(minima.high, load(x.half_sums + 16 * chunk + 8), acc);
}

// Signed weights: VNNI takes them raised by 128, and the sum of the activations takes that back as it takes
// back every offset; without VNNI their signs go to the activations.
template <class F>
constexpr int kRaised = F::kSigned&& kVnni ? 128 : F::kOffset;

template <class F>
INLINE __m256i multiply_step(__m256i start, __m256i bytes, __m256i values) {
    if constexpr (F::kSigned && !kVnni)
        return dot_bytes(start, _mm256_abs_epi8(bytes), _mm256_sign_epi8(values, bytes));
    if constexpr (F::kSigned) bytes = _mm256_xor_si256(bytes, _mm256_set1_epi8(static_cast<char>(0x80)));
    return dot_bytes(start, bytes, values);
}

// acc[r][t] += chunk `chunk` of row r times activation row t.
template <class F, int kRows, int kX>
INLINE void add_chunk(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t chunk,
                      Vec (&acc)[kRows][kX]) {
    Scaled scaled[kRows][kX];
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        const Factors factors = F::factors(w[r.value]);
        Factors minima = {};
        if constexpr (F::kMinima && F::kSub == 16) minima = F::minima(w[r.value]);
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            scale_factors<F>(factors, x[t.value], chunk, scaled[r.value][t.value]);
            Vec& a = acc[r.value][t.value];
            a = take_minima<F>(factors, minima, x[t.value], chunk, a);
        });
    });
    repeat<8>([&](auto k) INLINE_LAMBDA {
        __m256i values[kX], start[kX];
        repeat<kX>([&](auto t) INLINE_LAMBDA {
            const auto* const at = reinterpret_cast<const uint8_t*>(x[t.value].values);
            values[t.value] = load_32(at + kChunk * chunk + 32 * k.value);
            start[t.value] = _mm256_setzero_si256();
            if constexpr (kRaised<F> != 0)
                start[t.value] = _mm256_sub_epi32(
                    start[t.value], dot_bytes(start[t.value], _mm256_set1_epi8(static_cast<char>(kRaised<F>)),
                                              values[t.value]));
        });
        repeat<kRows>([&](auto r) INLINE_LAMBDA {
            const __m256i bytes = F::template bytes<k.value>(w[r.value]);
            repeat<kX>([&](auto t) INLINE_LAMBDA {
                const __m256i sums = multiply_step<F>(start[t.value], bytes, values[t.value]);
                acc[r.value][t.value] =
                    fma(_mm256_cvtepi32_ps(sums), of_step<F::kSub, k.value>(scaled[r.value][t.value]),
                        acc[r.value][t.value]);
            });
        });
    });
}
