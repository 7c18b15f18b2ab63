// Formats that are made while loading, on AVX2: FP8 and groups of whole numbers, with F32 scales.
#pragma once

INLINE float scale_at(const uint8_t* p) {
    float d;
    __builtin_memcpy(&d, p, 4);
    return d;
}

struct F8_B128 { // an E4M3 shifted up by 7 is a half 256 times smaller
    static constexpr int kValues = 128, kBytes = 132;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = broadcast(scale_at(p) * 256);
        const __m256i not_14 = _mm256_set1_epi16(static_cast<int16_t>(0xbfff)); // a second copy of the sign
        const __m256i nan = _mm256_set1_epi16(0x3f80);
        repeat<8>([&](auto i) INLINE_LAMBDA {
            const __m256i shifted = _mm256_slli_epi16(_mm256_cvtepi8_epi16(load_16(p + 4 + 16 * i.value)), 7);
            const __m256i is_nan = _mm256_cmpeq_epi16(_mm256_and_si256(shifted, nan), nan);
            const __m256i halves = _mm256_or_si256(_mm256_and_si256(shifted, not_14), is_nan);
            emit(Index<2 * i.value>{}, mul(d, _mm256_cvtph_ps(_mm256_castsi256_si128(halves))));
            emit(Index<2 * i.value + 1>{}, mul(d, _mm256_cvtph_ps(_mm256_extracti128_si256(halves, 1))));
        });
    }
};

// Groups of whole numbers with a scale and a zero: d * (q - zero).
INLINE auto times_above(const uint8_t* p) {
    return [d = broadcast(scale_at(p)), zero_level = broadcast(static_cast<float>(p[4]))](Vec q)
               INLINE_LAMBDA { return mul(d, sub(q, zero_level)); };
}
template <int kGroup>
struct I4 {
    static constexpr int kValues = kGroup, kBytes = 5 + kGroup / 2;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const auto finish = times_above(p);
        repeat<kGroup / 32>([&](auto i) INLINE_LAMBDA {
            emit_bytes<4 * i.value>(nibbles(p + 5 + 16 * i.value), finish, emit);
        });
    }
};
template <int kGroup>
struct I8 {
    static constexpr int kValues = kGroup, kBytes = 5 + kGroup;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const auto finish = times_above(p);
        repeat<kGroup / 8>([&](auto i) INLINE_LAMBDA {
            const __m128i q = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + 5 + 8 * i.value));
            emit(i, finish(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(q))));
        });
    }
};
