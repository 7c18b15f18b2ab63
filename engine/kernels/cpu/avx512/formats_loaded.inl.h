// Formats that are made while loading, on AVX-512: FP8 and groups of whole numbers, with F32 scales.
#pragma once

INLINE Vec scale_at(const uint8_t* p) {
    float d;
    __builtin_memcpy(&d, p, 4);
    return broadcast(d);
}

struct F8_B128 { // an E4M3 shifted up by 7 is a half 256 times smaller
    static constexpr int kValues = 128, kBytes = 132;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = mul(scale_at(p), broadcast(256));
        const __m512i not_14 = _mm512_set1_epi16(static_cast<int16_t>(0xbfff)); // a second copy of the sign
        const __m512i nan = _mm512_set1_epi16(0x3f80), ones = _mm512_set1_epi16(-1);
        repeat<4>([&](auto i) INLINE_LAMBDA {
            const __m256i q = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 4 + 32 * i.value));
            const __m512i shifted = _mm512_slli_epi16(_mm512_cvtepi8_epi16(q), 7);
            const __mmask32 is_nan = _mm512_cmpeq_epi16_mask(_mm512_and_si512(shifted, nan), nan);
            const __m512i halves = _mm512_mask_mov_epi16(_mm512_and_si512(shifted, not_14), is_nan, ones);
            emit(Index<2 * i.value>{}, mul(d, _mm512_cvtph_ps(_mm512_castsi512_si256(halves))));
            emit(Index<2 * i.value + 1>{}, mul(d, _mm512_cvtph_ps(_mm512_extracti64x4_epi64(halves, 1))));
        });
    }
};

// Groups of whole numbers with a scale and a zero: d * (q - zero).
template <int kGroup>
struct I4 {
    static constexpr int kValues = kGroup, kBytes = 5 + kGroup / 2;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec table = mul(scale_at(p), sub(counting_from(0), broadcast(static_cast<float>(p[4]))));
        repeat<kGroup / 32>(
            [&](auto i) INLINE_LAMBDA { emit_nibbles<2 * i.value>(p + 5 + 16 * i.value, table, emit); });
    }
};
template <int kGroup>
struct I8 {
    static constexpr int kValues = kGroup, kBytes = 5 + kGroup;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = scale_at(p), zero_level = broadcast(static_cast<float>(p[4]));
        repeat<kGroup / 16>([&](auto i) INLINE_LAMBDA {
            const Vec q = _mm512_cvtepi32_ps(indices(p + 5 + 16 * i.value));
            emit(i, mul(d, sub(q, zero_level)));
        });
    }
};
