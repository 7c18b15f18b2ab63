// Few activations: dot products of bytes, scaled and summed in F32 for each sub-block.
#pragma once

#if defined(__AVXVNNI__)
constexpr bool kVnni = true;
#else
constexpr bool kVnni = false;
#endif

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

// The turned order here: in every 256, for each of four words first those of the even 32s, then those of the
// odd ones; of eight words the first halves of the four 32s, then the second halves. Unpacking 32-bit and
// 64-bit words gives this order.
INLINE void turn_block(const QuantizedRow& row, int64_t block, const int8_t* values, float scale) {
    const int64_t sub = block % 8, lane = 8 * (sub % 2) + sub / 2;
    int8_t* const to = row.turned + block / 8 * kTurnedValues + 4 * lane;
    repeat<4>([&](auto word) INLINE_LAMBDA {
        __builtin_memcpy(to + 64 * word.value, values + 4 * word.value, 4);
        __builtin_memcpy(to + 64 * word.value + 16, values + 16 + 4 * word.value, 4);
    });
    float* const scales = row.turned_scales + block / 8 * kTurnedScales + lane;
    scales[0] = scales[4] = scale;
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
        if (out.turned != nullptr) turn_block(out, out.first / 32 + b, out.values + 32 * b, scale);
        const int sums[2] = {sum_int(_mm256_add_epi32(q[0], q[1])), sum_int(_mm256_add_epi32(q[2], q[3]))};
        out.scales[b] = scale;
        out.sums[b] = scale * static_cast<float>(sums[0] + sums[1]);
        out.half_sums[2 * b] = scale * static_cast<float>(sums[0]);
        out.half_sums[2 * b + 1] = scale * static_cast<float>(sums[1]);
    }
}

// Weights are multiplied as unsigned bytes, the signed ones raised, and the sums of the activations take back
// what was added. Products of bytes are added in 16 bits without VNNI, which a byte of 255 would leave at
// once: of the signed formats only MXFP4, whose values are 12 at most, is raised there, by 16; the signs of
// the others go to the activations.
template <class F>
constexpr bool kUnsigned = kVnni || !F::kSigned;
template <>
constexpr bool kUnsigned<ByteMXFP4> = true;
template <class F>
constexpr int kRaised = !F::kSigned              ? F::kOffset
                        : kVnni || !kUnsigned<F> ? 128
                                                 : 16;

// Steps of four values whose products with 127 stay below 2^15 when two and two are added.
template <class F>
constexpr int kSteps = F::kOffset == 64 || !kUnsigned<F> ? 1 : 8;
template <>
constexpr int kSteps<ByteMXFP4> = 4;
template <>
constexpr int kSteps<ByteQ5_0> = 4;
template <>
constexpr int kSteps<ByteQ5_1> = 4;
template <>
constexpr int kSteps<ByteQ5_K> = 4;
template <>
constexpr int kSteps<ByteQ6_K> = 2;

template <class F, int k>
INLINE __m256i raised_bytes(const uint8_t* p) {
    const __m256i bytes = F::template bytes<k>(p);
    if constexpr (!F::kSigned) return bytes;
    return _mm256_add_epi8(bytes, _mm256_set1_epi8(static_cast<char>(kRaised<F>)));
}
template <class F, int k>
INLINE __m256i factor_bytes(const uint8_t* p) { // as products of few activations take them
    if constexpr (kUnsigned<F>) return raised_bytes<F, k>(p);
    return F::template bytes<k>(p);
}

INLINE void turn_words(const __m256i (&in)[4], __m256i (&out)[4]) {
    const __m256i a = _mm256_unpacklo_epi32(in[0], in[1]), b = _mm256_unpackhi_epi32(in[0], in[1]);
    const __m256i c = _mm256_unpacklo_epi32(in[2], in[3]), d = _mm256_unpackhi_epi32(in[2], in[3]);
    out[0] = _mm256_unpacklo_epi64(a, c);
    out[1] = _mm256_unpackhi_epi64(a, c);
    out[2] = _mm256_unpacklo_epi64(b, d);
    out[3] = _mm256_unpackhi_epi64(b, d);
}
// A chunk of a row in the turned order: the sums of a sub-block gather in its lanes, are added in 16 bits
// first where there is no VNNI, and meet their factor once.
template <class F>
INLINE void turned_bytes(const uint8_t* p, __m256i (&even)[4], __m256i (&odd)[4]) {
    __m256i in[4];
    if constexpr (requires {
                      F::kNibblesAt;
                  }) { // even sub-blocks of 32 are the low nibbles, odd ones the high: turned together
        __m256i both[4];
        repeat<4>([&](auto i) INLINE_LAMBDA { in[i.value] = load_32(p + F::kNibblesAt + 32 * i.value); });
        turn_words(in, both);
        repeat<4>([&](auto i) INLINE_LAMBDA {
            even[i.value] = only(both[i.value], 15);
            odd[i.value] = only(_mm256_srli_epi16(both[i.value], 4), 15);
        });
    } else {
        repeat<4>([&](auto i) INLINE_LAMBDA { in[i.value] = factor_bytes<F, 2 * i.value>(p); });
        turn_words(in, even);
        repeat<4>([&](auto i) INLINE_LAMBDA { in[i.value] = factor_bytes<F, 2 * i.value + 1>(p); });
        turn_words(in, odd);
    }
}

// Half of a chunk: sums of 16 values in each lane.
template <class F>
INLINE __m256i multiply_half(const __m256i (&w)[4], const int8_t* x) {
    __m256i sums = _mm256_setzero_si256();
    const auto values = [&](auto k) INLINE_LAMBDA {
        return load_32(reinterpret_cast<const uint8_t*>(x) + 64 * k.value);
    };
#if defined(__AVXVNNI__)
    repeat<4>([&](auto k) INLINE_LAMBDA { sums = _mm256_dpbusd_avx_epi32(sums, w[k.value], values(k)); });
#else
    constexpr int kAdded = kSteps<F> < 4 ? kSteps<F> : 4;
    repeat<4 / kAdded>([&](auto group) INLINE_LAMBDA {
        __m256i pairs;
        repeat<kAdded>([&](auto i) INLINE_LAMBDA {
            const Index<group.value * kAdded + i.value> k;
            const __m256i own = w[k.value];
            const __m256i two =
                kUnsigned<F> ? _mm256_maddubs_epi16(own, values(k))
                             : _mm256_maddubs_epi16(_mm256_abs_epi8(own), _mm256_sign_epi8(values(k), own));
            pairs = i.value == 0 ? two : _mm256_add_epi16(pairs, two);
        });
        const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
        sums = group.value == 0 ? fours : _mm256_add_epi32(sums, fours);
    });
#endif
    return sums;
}

// Factors of a chunk's lanes, and what is taken for each sub-block, in the order of the file.
struct ChunkFactors {
    Vec even, odd;
    Factors taken;
};
template <class F>
constexpr bool kTakes = F::kMinima || (kUnsigned<F> && kRaised<F> != 0);
template <class F>
INLINE ChunkFactors chunk_factors(const uint8_t* p) {
    const Factors factors = F::factors(p);
    const Vec raised = broadcast(kRaised<F>);
    ChunkFactors of;
    if constexpr (F::kSub == 32) {
        of.even = _mm256_permutevar8x32_ps(factors.low, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
        of.odd = _mm256_permutevar8x32_ps(factors.low, _mm256_setr_epi32(1, 3, 5, 7, 1, 3, 5, 7));
        of.taken.low = F::kMinima ? factors.high : mul(factors.low, raised);
    } else {
        const auto fours = [](Vec v) INLINE_LAMBDA {
            return _mm256_castps_pd(_mm256_permutevar8x32_ps(v, _mm256_setr_epi32(0, 4, 2, 6, 1, 5, 3, 7)));
        };
        const __m256d low = fours(factors.low), high = fours(factors.high);
        of.even = _mm256_castpd_ps(_mm256_unpacklo_pd(low, high));
        of.odd = _mm256_castpd_ps(_mm256_unpackhi_pd(low, high));
        if constexpr (F::kMinima) {
            of.taken = F::minima(p);
        } else {
            of.taken = {mul(factors.low, raised), mul(factors.high, raised)};
        }
    }
    return of;
}

constexpr int64_t kPlanes = kVnni ? 1 : 2; // of panels

// acc[t][r] += chunk `chunk` of row r times activation row t. kX activations, or `count` where it is 0.
template <class F, int kRows, int kX>
INLINE void add_chunk(const uint8_t* const (&w)[kRows], const QuantizedRow* x, int64_t count, int64_t chunk,
                      Vec (*acc)[kRows]) {
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        const ChunkFactors factors = chunk_factors<F>(w[r.value]);
        __m256i even[4], odd[4];
        turned_bytes<F>(w[r.value], even, odd);
        for_each_of<kX>(count, [&](auto t) INLINE_LAMBDA {
            const int8_t* const values = x[t].turned + kTurnedValues * chunk;
            const float* const scales = x[t].turned_scales + kTurnedScales * chunk;
            const Vec first = _mm256_cvtepi32_ps(multiply_half<F>(even, values));
            const Vec second = _mm256_cvtepi32_ps(multiply_half<F>(odd, values + 32));
            Vec a = fma(first, mul(factors.even, load(scales)), acc[t][r.value]);
            a = fma(second, mul(factors.odd, load(scales + 8)), a);
            if constexpr (kTakes<F> && F::kSub == 32)
                a = fnma(factors.taken.low, load(x[t].sums + 8 * chunk), a);
            if constexpr (kTakes<F> && F::kSub == 16) {
                a = fnma(factors.taken.low, load(x[t].half_sums + 16 * chunk), a);
                a = fnma(factors.taken.high, load(x[t].half_sums + 16 * chunk + 8), a);
            }
            acc[t][r.value] = a;
        });
    });
}
