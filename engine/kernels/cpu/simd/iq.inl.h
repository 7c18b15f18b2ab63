// Where the points, signs and scales of the IQ1, IQ2 and IQ3 formats lie; written once for every vector
// width. Layouts are in quant/blocks.h.
#pragma once

// Every one of these formats is 256 whole numbers within +-62 (signed_bytes() of the instruction set: points
// of the grid with their signs or shifts), times an odd level 2 s + 1 for each kRun of them, times d * kUnit.
// Factor and level multiply exactly in F32, so the order of the products does not matter.
//   half_bits(p)      d
//   levels(p)         a byte 2 s + 1 for each run
//   point(p, j)       the kWidth bytes that word j names
//   signs(p, step)    IQ2 and IQ3: bit i is the sign of value 64 step + i
//   shifts(p, step)   IQ1: a word whose bit shift_bit(j) says that word 8 step + j is shifted down, not up

INLINE uint16_t short_at(const uint8_t* p) {
    uint16_t bits;
    __builtin_memcpy(&bits, p, 2);
    return bits;
}
INLINE uint64_t long_at(const uint8_t* p) {
    uint64_t bits;
    __builtin_memcpy(&bits, p, 8);
    return bits;
}
INLINE __m128i sixteen_at(const uint8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

INLINE __m128i odd(__m128i s) { // 2 s + 1 for numbers below 16
    return _mm_or_si128(_mm_add_epi8(s, s), _mm_set1_epi8(1));
}
INLINE __m128i nibbles_in_turn(__m128i eight) { // low, high, low, high ...
    const __m128i mask = _mm_set1_epi8(15);
    return _mm_unpacklo_epi8(_mm_and_si128(eight, mask), _mm_and_si128(_mm_srli_epi16(eight, 4), mask));
}
INLINE __m128i low_bytes(__m128i first, __m128i second) { // of numbers below 128 in 32 bits each
    const __m128i shorts = _mm_packs_epi32(first, second);
    return _mm_packs_epi16(shorts, shorts);
}

// Sets bit 7 of each byte so that the byte has an even number of bits.
INLINE uint64_t with_eighth(uint64_t sevens) {
    uint64_t parity = sevens ^ sevens >> 4;
    parity ^= parity >> 2;
    parity ^= parity >> 1;
    return sevens | (parity & 0x0101010101010101u) << 7;
}
// Four times 7 bits in each half.
INLINE uint64_t eights_of_sevens(uint64_t bits) {
    return with_eighth((bits & 0x0000007f0000007fu) | (bits & 0x00003f8000003f80u) << 1 |
                       (bits & 0x001fc000001fc000u) << 2 | (bits & 0x0fe000000fe00000u) << 3);
}

struct LayoutIQ2_XXS {
    static constexpr int kBytes = 66, kRun = 32, kWidth = 8;
    static constexpr float kUnit = 0.125f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        const auto above = [&](int64_t at) INLINE_LAMBDA { // the sign words of two groups at p + at
            const __m128 first = _mm_castsi128_ps(sixteen_at(p + at));
            const __m128 second = _mm_castsi128_ps(sixteen_at(p + at + 16));
            return _mm_srli_epi32(_mm_castps_si128(_mm_shuffle_ps(first, second, 0xdd)), 28);
        };
        return odd(low_bytes(above(2), above(34)));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq2XxsGrid.at[p[2 + j / 4 * 8 + j % 4]];
    }
    static INLINE uint64_t signs(const uint8_t* p, int step) {
        const uint8_t* const q = p + 2 + 16 * step;
        return eights_of_sevens(bits_at(q + 4) | static_cast<uint64_t>(bits_at(q + 12)) << 32);
    }
};

struct LayoutIQ2_XS {
    static constexpr int kBytes = 74, kRun = 16, kWidth = 8;
    static constexpr float kUnit = 0.125f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        return odd(nibbles_in_turn(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + 66))));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq2XsGrid.at[short_at(p + 2 + 2 * j) & 511];
    }
    static INLINE uint64_t signs(const uint8_t* p, int step) {
        const __m128i sevens = _mm_srli_epi16(sixteen_at(p + 2 + 16 * step), 9);
        return with_eighth(static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(sevens, sevens))));
    }
};

struct LayoutIQ2_S {
    static constexpr int kBytes = 82, kRun = 16, kWidth = 8;
    static constexpr float kUnit = 0.125f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        return odd(nibbles_in_turn(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + 74))));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq2SGrid.at[p[2 + j] | (p[66 + j / 4] >> (j % 4 * 2) & 3) << 8];
    }
    static INLINE uint64_t signs(const uint8_t* p, int step) { return long_at(p + 34 + 8 * step); }
};

struct LayoutIQ3_XXS {
    static constexpr int kBytes = 98, kRun = 32, kWidth = 4;
    static constexpr float kUnit = 0.25f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        return odd(low_bytes(_mm_srli_epi32(sixteen_at(p + 66), 28), _mm_srli_epi32(sixteen_at(p + 82), 28)));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) { return kIq3XxsGrid.at[p[2 + j]]; }
    static INLINE uint64_t signs(const uint8_t* p, int step) {
        return eights_of_sevens(long_at(p + 66 + 8 * step));
    }
};

struct LayoutIQ3_S {
    static constexpr int kBytes = 110, kRun = 32, kWidth = 4;
    static constexpr float kUnit = 1.0f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        return odd(nibbles_in_turn(_mm_cvtsi32_si128(static_cast<int>(bits_at(p + 106)))));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq3SGrid.at[p[2 + j] | (p[66 + j / 8] >> (j % 8) & 1) << 8];
    }
    static INLINE uint64_t signs(const uint8_t* p, int step) { return long_at(p + 74 + 8 * step); }
};

struct LayoutIQ1_S {
    static constexpr int kBytes = 50, kRun = 32, kWidth = 8;
    static constexpr float kUnit = 0.125f;
    static INLINE uint16_t half_bits(const uint8_t* p) { return short_at(p); }
    static INLINE __m128i levels(const uint8_t* p) {
        const __m128i s = _mm_and_si128(_mm_srli_epi16(sixteen_at(p + 34), 12), _mm_set1_epi16(7));
        return odd(_mm_packs_epi16(s, s));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq1Grid.at[p[2 + j] | (short_at(p + 34 + j / 4 * 2) >> (j % 4 * 3) & 7) << 8];
    }
    static INLINE uint32_t shifts(const uint8_t* p, int step) { return bits_at(p + 34 + 4 * step); }
    static constexpr int shift_bit(int j) { return j / 4 * 16 + 15; }
};

struct LayoutIQ1_M {
    static constexpr int kBytes = 56, kRun = 16, kWidth = 8;
    static constexpr float kUnit = 0.125f;
    static INLINE uint16_t half_bits(const uint8_t* p) { // the high nibbles of four shorts, lowest first
        const uint64_t s = long_at(p + 48);
        return static_cast<uint16_t>((s >> 12 & 15) | (s >> 24 & 0xf0) | (s >> 36 & 0xf00) |
                                     (s >> 48 & 0xf000));
    }
    static INLINE __m128i levels(const uint8_t* p) {
        // Each of the shorts holds four times 3 bits. Its copies are shifted up by a product until those bits
        // are bits 9 to 11.
        const __m128i shorts = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + 48));
        const __m128i twice = _mm_unpacklo_epi16(shorts, shorts);
        const auto fields = [](__m128i copies) INLINE_LAMBDA {
            const __m128i up = _mm_mullo_epi16(copies, _mm_setr_epi16(512, 64, 8, 1, 512, 64, 8, 1));
            return _mm_and_si128(_mm_srli_epi16(up, 9), _mm_set1_epi16(7));
        };
        return odd(_mm_packs_epi16(fields(_mm_unpacklo_epi32(twice, twice)),
                                   fields(_mm_unpackhi_epi32(twice, twice))));
    }
    static INLINE const int8_t* point(const uint8_t* p, int j) {
        return kIq1Grid.at[p[j] | (p[32 + j / 2] >> (j % 2 * 4) & 7) << 8];
    }
    static INLINE uint32_t shifts(const uint8_t* p, int step) { return bits_at(p + 32 + 4 * step); }
    static constexpr int shift_bit(int j) { return 4 * j + 3; }
};

template <class Layout>
constexpr bool kHasShifts = requires(const uint8_t* p) {
    Layout::shifts(p, 0);
};
