// Vec: 8 floats in a YMM register, as cpu/simd wants it.
#pragma once

using Vec = __m256;
constexpr int64_t kLanes = 8;
// Accumulators that dot products may use: 8 leave half of the 16 registers for operands.
constexpr int kAccumulators = 8;

INLINE __m256i first_lanes(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE Vec zero() {
    return _mm256_setzero_ps();
}
INLINE Vec broadcast(float x) {
    return _mm256_set1_ps(x);
}
INLINE Vec load(const float* p) {
    return _mm256_loadu_ps(p);
}
INLINE Vec load_part(const float* p, int64_t n) { // zeros from lane n on
    return _mm256_maskload_ps(p, first_lanes(n));
}
INLINE void store(float* p, Vec v) {
    _mm256_storeu_ps(p, v);
}
INLINE void store_part(float* p, Vec v, int64_t n) {
    _mm256_maskstore_ps(p, first_lanes(n), v);
}
INLINE Vec add(Vec a, Vec b) {
    return _mm256_add_ps(a, b);
}
INLINE Vec sub(Vec a, Vec b) {
    return _mm256_sub_ps(a, b);
}
INLINE Vec mul(Vec a, Vec b) {
    return _mm256_mul_ps(a, b);
}
INLINE Vec div(Vec a, Vec b) {
    return _mm256_div_ps(a, b);
}
INLINE Vec fma(Vec a, Vec b, Vec c) { // a * b + c
    return _mm256_fmadd_ps(a, b, c);
}
INLINE Vec fnma(Vec a, Vec b, Vec c) { // c - a * b
    return _mm256_fnmadd_ps(a, b, c);
}
// Where one of them is NaN these give b.
INLINE Vec min(Vec a, Vec b) {
    return _mm256_min_ps(a, b);
}
INLINE Vec max(Vec a, Vec b) {
    return _mm256_max_ps(a, b);
}
INLINE Vec keep_first(Vec v, int64_t n, float others) {
    return _mm256_blendv_ps(broadcast(others), v, _mm256_castsi256_ps(first_lanes(n)));
}
INLINE Vec round_even(Vec v) {
    return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
// exponent is a whole number within +-250. In two steps, each a normal power of two, the second alone rounds.
INLINE Vec times_power_of_two(Vec v, Vec exponent) {
    const __m256i k = _mm256_cvtps_epi32(exponent), first = _mm256_srai_epi32(k, 1);
    const __m256i bias = _mm256_set1_epi32(127);
    const auto power = [&](__m256i e) INLINE_LAMBDA {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(e, bias), 23));
    };
    return mul(mul(v, power(first)), power(_mm256_sub_epi32(k, first)));
}

INLINE float sum(Vec v) { // halves, quarters, ...: always the same order
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    four = _mm_add_ss(four, _mm_movehdup_ps(four));
    return _mm_cvtss_f32(four);
}
INLINE float greatest(Vec v) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    four = _mm_max_ss(four, _mm_movehdup_ps(four));
    return _mm_cvtss_f32(four);
}

INLINE __m128i load_shorts(const void* p) {
    return _mm_loadu_si128(static_cast<const __m128i*>(p));
}
INLINE __m128i load_shorts_part(const void* p, int64_t n) {
    alignas(16) uint16_t shorts[8] = {};
    __builtin_memcpy(shorts, p, static_cast<uint64_t>(2 * n));
    return _mm_load_si128(reinterpret_cast<const __m128i*>(shorts));
}
INLINE Vec load_f16(const void* p) {
    return _mm256_cvtph_ps(load_shorts(p));
}
INLINE Vec load_f16_part(const void* p, int64_t n) {
    return _mm256_cvtph_ps(n == kLanes ? load_shorts(p) : load_shorts_part(p, n));
}
INLINE void store_f16(void* p, Vec v) {
    _mm_storeu_si128(static_cast<__m128i*>(p), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
INLINE void store_f16_part(void* p, Vec v, int64_t n) {
    alignas(16) uint16_t shorts[8];
    store_f16(shorts, v);
    __builtin_memcpy(p, shorts, static_cast<uint64_t>(2 * n));
}
INLINE Vec from_bf16(__m128i bits) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
INLINE Vec load_bf16(const void* p) {
    return from_bf16(load_shorts(p));
}
INLINE Vec load_bf16_part(const void* p, int64_t n) {
    return from_bf16(n == kLanes ? load_shorts(p) : load_shorts_part(p, n));
}

// Pairs (a0 b0) (a1 b1) ... -> a, b and back, for interleaved rope.
INLINE Vec quarters_0213(Vec v) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), 0xd8));
}
INLINE void split_pairs(Vec first, Vec second, Vec& even, Vec& odd) {
    even = quarters_0213(_mm256_shuffle_ps(first, second, 0x88));
    odd = quarters_0213(_mm256_shuffle_ps(first, second, 0xdd));
}
INLINE void join_pairs(Vec even, Vec odd, Vec& first, Vec& second) {
    const Vec low = _mm256_unpacklo_ps(even, odd), high = _mm256_unpackhi_ps(even, odd);
    first = _mm256_permute2f128_ps(low, high, 0x20);
    second = _mm256_permute2f128_ps(low, high, 0x31);
}
