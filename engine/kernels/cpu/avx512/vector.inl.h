// Vec: 16 floats in a ZMM register, as cpu/simd wants it.
#pragma once

using Vec = __m512;
constexpr int64_t kLanes = 16;
// Accumulators that dot products may use: 16 leave half of the 32 registers for operands.
constexpr int kAccumulators = 16;

INLINE __mmask16 first_lanes(int64_t n) {
    return static_cast<__mmask16>((1u << n) - 1u);
}
INLINE Vec zero() {
    return _mm512_setzero_ps();
}
INLINE Vec broadcast(float x) {
    return _mm512_set1_ps(x);
}
INLINE Vec load(const float* p) {
    return _mm512_loadu_ps(p);
}
INLINE Vec load_part(const float* p, int64_t n) { // zeros from lane n on
    return _mm512_maskz_loadu_ps(first_lanes(n), p);
}
INLINE void store(float* p, Vec v) {
    _mm512_storeu_ps(p, v);
}
INLINE void store_part(float* p, Vec v, int64_t n) {
    _mm512_mask_storeu_ps(p, first_lanes(n), v);
}
INLINE Vec add(Vec a, Vec b) {
    return _mm512_add_ps(a, b);
}
INLINE Vec sub(Vec a, Vec b) {
    return _mm512_sub_ps(a, b);
}
INLINE Vec mul(Vec a, Vec b) {
    return _mm512_mul_ps(a, b);
}
INLINE Vec div(Vec a, Vec b) {
    return _mm512_div_ps(a, b);
}
INLINE Vec fma(Vec a, Vec b, Vec c) { // a * b + c
    return _mm512_fmadd_ps(a, b, c);
}
INLINE Vec fnma(Vec a, Vec b, Vec c) { // c - a * b
    return _mm512_fnmadd_ps(a, b, c);
}
// Where one of them is NaN these give b.
INLINE Vec min(Vec a, Vec b) {
    return _mm512_min_ps(a, b);
}
INLINE Vec max(Vec a, Vec b) {
    return _mm512_max_ps(a, b);
}
INLINE Vec keep_first(Vec v, int64_t n, float others) {
    return _mm512_mask_blend_ps(first_lanes(n), broadcast(others), v);
}
INLINE Vec round_even(Vec v) {
    return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
INLINE Vec times_power_of_two(Vec v, Vec exponent) { // exponent is a whole number
    return _mm512_scalef_ps(v, exponent);
}

INLINE float sum(Vec v) { // halves, quarters, ...: always the same order
    const __m256 low = _mm512_castps512_ps256(v);
    const __m256 high = _mm512_extractf32x8_ps(v, 1);
    const __m256 eight = _mm256_add_ps(low, high);
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    four = _mm_add_ss(four, _mm_movehdup_ps(four));
    return _mm_cvtss_f32(four);
}
INLINE float greatest(Vec v) {
    const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    four = _mm_max_ss(four, _mm_movehdup_ps(four));
    return _mm_cvtss_f32(four);
}

INLINE Vec load_f16(const void* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
}
INLINE Vec load_f16_part(const void* p, int64_t n) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first_lanes(n), p));
}
INLINE void store_f16(void* p, Vec v) {
    _mm256_storeu_si256(static_cast<__m256i*>(p), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
INLINE void store_f16_part(void* p, Vec v, int64_t n) {
    _mm256_mask_storeu_epi16(p, first_lanes(n), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
INLINE Vec from_bf16(__m256i bits) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
INLINE Vec load_bf16(const void* p) {
    return from_bf16(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
}
INLINE Vec load_bf16_part(const void* p, int64_t n) {
    return from_bf16(_mm256_maskz_loadu_epi16(first_lanes(n), p));
}

// Pairs (a0 b0) (a1 b1) ... -> a, b and back, for interleaved rope.
INLINE void split_pairs(Vec first, Vec second, Vec& even, Vec& odd) {
    const __m512i evens = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    even = _mm512_permutex2var_ps(first, evens, second);
    odd = _mm512_permutex2var_ps(first, _mm512_add_epi32(evens, _mm512_set1_epi32(1)), second);
}
INLINE void join_pairs(Vec even, Vec odd, Vec& first, Vec& second) {
    const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    first = _mm512_permutex2var_ps(even, low, odd);
    second = _mm512_permutex2var_ps(even, _mm512_add_epi32(low, _mm512_set1_epi32(8)), odd);
}
