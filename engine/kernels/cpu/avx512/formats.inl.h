// Number formats on AVX-512: each gives the values of a block as vectors of 16 floats, bit-identical to
// kernels/quant.
#pragma once

// Four- and five-bit formats go through a table: the 16 floats that a nibble can mean stand in one register,
// and VPERMPS (which looks at the low four bits of an index only) turns 16 nibbles into 16 floats at once.
// That is 1.5 cycles per 16 values with the multiplication by the scale done once per table.

INLINE const uint8_t* bytes_of(const void* p) {
    return static_cast<const uint8_t*>(p);
}
INLINE Vec half_at(const void* p) {
    uint16_t bits;
    __builtin_memcpy(&bits, p, 2);
    return _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}
INLINE Vec counting_from(float first) {
    return _mm512_add_ps(_mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                         broadcast(first));
}
INLINE Vec from_bytes(const int8_t* p) { // 16 signed bytes
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}
INLINE __m512i indices(const uint8_t* p) { // 16 bytes, one per lane
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
INLINE Vec look_up(__m512i index, Vec table) {
    return _mm512_permutexvar_ps(index, table);
}
INLINE Vec look_up(__m512i index, Vec table, __mmask16 bit, Vec table_if_bit) {
    return _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(index, table), bit, index, table_if_bit);
}

// Formats without blocks: 64 values at a time, then 16, then the rest.
struct F32 {
    static constexpr int kValues = 64, kBytes = 256;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, _mm512_loadu_ps(p + 64 * i.value)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) { return _mm512_maskz_loadu_ps(first_lanes(n), p); }
};
struct F16 {
    static constexpr int kValues = 64, kBytes = 128;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, load_f16(p + 32 * i.value)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) { return load_f16_part(p, n); }
};
struct BF16 {
    static constexpr int kValues = 64, kBytes = 128;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, load_bf16(p + 32 * i.value)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) { return load_bf16_part(p, n); }
};

// 16 bytes whose low nibbles are the first 16 values and whose high nibbles the next.
template <int kFirst, class Emit>
INLINE void emit_nibbles(const uint8_t* qs, Vec table, Emit emit) {
    const __m512i index = indices(qs);
    emit(Index<kFirst>{}, look_up(index, table));
    emit(Index<kFirst + 1>{}, look_up(_mm512_srli_epi32(index, 4), table));
}
// The same with a fifth bit per value.
template <class Emit>
INLINE void emit_five_bits(const uint8_t* qs, uint32_t fifth, Vec low, Vec high, Emit emit) {
    const __m512i index = indices(qs);
    emit(Index<0>{}, look_up(index, low, static_cast<__mmask16>(fifth), high));
    emit(Index<1>{}, look_up(_mm512_srli_epi32(index, 4), low, static_cast<__mmask16>(fifth >> 16), high));
}
INLINE uint32_t bits_at(const uint8_t* p) {
    uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return bits;
}

struct Q4_0 {
    static constexpr int kValues = 32, kBytes = 18;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_nibbles<0>(p + 2, mul(half_at(p), counting_from(-8)), emit);
    }
};
struct Q4_1 {
    static constexpr int kValues = 32, kBytes = 20;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_nibbles<0>(p + 4, add(mul(half_at(p), counting_from(0)), half_at(p + 2)), emit);
    }
};
struct Q5_0 {
    static constexpr int kValues = 32, kBytes = 22;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = half_at(p);
        emit_five_bits(p + 6, bits_at(p + 2), mul(d, counting_from(-16)), mul(d, counting_from(0)), emit);
    }
};
struct Q5_1 {
    static constexpr int kValues = 32, kBytes = 24;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = half_at(p), m = half_at(p + 2);
        emit_five_bits(p + 8, bits_at(p + 4), add(mul(d, counting_from(0)), m),
                       add(mul(d, counting_from(16)), m), emit);
    }
};
struct Q8_0 {
    static constexpr int kValues = 32, kBytes = 34;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = half_at(p);
        const auto* const q = reinterpret_cast<const int8_t*>(p + 2);
        emit(Index<0>{}, mul(d, from_bytes(q)));
        emit(Index<1>{}, mul(d, from_bytes(q + 16)));
    }
};
struct IQ4_NL {
    static constexpr int kValues = 32, kBytes = 18;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_nibbles<0>(p + 2, mul(half_at(p), from_bytes(kIq4Values)), emit);
    }
};
struct MXFP4 {
    static constexpr int kValues = 32, kBytes = 17;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        // 2^(e - 128): subnormal for e < 2
        const int bits = p[0] < 2 ? 0x00200000 << p[0] : (p[0] - 1) << 23;
        const Vec d = _mm512_castsi512_ps(_mm512_set1_epi32(bits));
        emit_nibbles<0>(p + 1, mul(d, from_bytes(kMxfp4Values)), emit);
    }
};

// Sixteen sub-block numbers as floats, in memory so that each can be broadcast by its load.
struct alignas(64) Sixteen {
    float at[16];
};

struct Q2_K {
    static constexpr int kValues = 256, kBytes = 84;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const __m512i both = indices(p);
        Sixteen scale, minimum;
        store(scale.at,
              mul(half_at(p + 80), _mm512_cvtepi32_ps(_mm512_and_si512(both, _mm512_set1_epi32(15)))));
        store(minimum.at, mul(half_at(p + 82), _mm512_cvtepi32_ps(_mm512_srli_epi32(both, 4))));
        // Four values repeated four times: the index needs no mask.
        const Vec levels = _mm512_setr_ps(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        repeat<4>([&](auto part) INLINE_LAMBDA { // 16 bytes hold the values of four sub-blocks
            constexpr int kHalf = part.value / 2, kOdd = part.value % 2;
            const __m512i index = indices(p + 16 + 32 * kHalf + 16 * kOdd);
            repeat<4>([&](auto j) INLINE_LAMBDA {
                constexpr int kSub = 8 * kHalf + 2 * j.value + kOdd;
                const Vec table = sub(mul(broadcast(scale.at[kSub]), levels), broadcast(minimum.at[kSub]));
                emit(Index<kSub>{}, look_up(_mm512_srli_epi32(index, 2 * j.value), table));
            });
        });
    }
};

struct Q3_K {
    static constexpr int kValues = 256, kBytes = 110;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        Sixteen scale;
        store(scale.at, mul(half_at(p + 108), _mm512_cvtepi32_ps(scales(p + 96))));
        const Vec levels = _mm512_setr_ps(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        repeat<4>([&](auto part) INLINE_LAMBDA {
            constexpr int kHalf = part.value / 2, kOdd = part.value % 2;
            const __m512i index = indices(p + 32 + 32 * kHalf + 16 * kOdd);
            repeat<4>([&](auto j) INLINE_LAMBDA {
                constexpr int kSub = 8 * kHalf + 2 * j.value + kOdd;
                constexpr int kBit = 4 * kHalf + j.value;
                const __mmask32 set =
                    _mm256_test_epi8_mask(high, _mm256_set1_epi8(static_cast<char>(1 << kBit)));
                const Vec d = broadcast(scale.at[kSub]);
                const Vec with = mul(d, levels);
                const Vec without = mul(d, sub(levels, broadcast(4)));
                emit(Index<kSub>{}, look_up(_mm512_srli_epi32(index, 2 * j.value), without,
                                            static_cast<__mmask16>(set >> (16 * kOdd)), with));
            });
        });
    }
    // 12 bytes -> 16 numbers - 32: low nibbles in bytes 0..7 (s, then s + 8), high pairs in bytes 8..11.
    static INLINE __m512i scales(const uint8_t* p) {
        uint32_t word[3];
        __builtin_memcpy(word, p, 12);
        constexpr uint32_t kLow = 0x0f0f0f0fu, kHigh = 0x03030303u;
        const auto part = [](uint32_t low, uint32_t high)
                              INLINE_LAMBDA { return static_cast<int>((low & kLow) | (high & kHigh) << 4); };
        const __m128i bytes =
            _mm_setr_epi32(part(word[0], word[2]), part(word[1], word[2] >> 2),
                           part(word[0] >> 4, word[2] >> 4), part(word[1] >> 4, word[2] >> 6));
        return _mm512_sub_epi32(_mm512_cvtepi8_epi32(bytes), _mm512_set1_epi32(32));
    }
};

// Eight scales and eight minima of 6 bits in 12 bytes -> 16 bytes; layout in quant/blocks.h.
INLINE __m128i six_bit_pairs(const uint8_t* p) {
    uint32_t word[3];
    __builtin_memcpy(word, p, 12);
    const uint32_t high_scale = (word[0] >> 2) & 0x30303030u;
    const uint32_t high_minimum = (word[1] >> 2) & 0x30303030u;
    return _mm_setr_epi32(static_cast<int>(word[0] & 0x3f3f3f3fu),
                          static_cast<int>((word[2] & 0x0f0f0f0fu) | high_scale),
                          static_cast<int>(word[1] & 0x3f3f3f3fu),
                          static_cast<int>(((word[2] >> 4) & 0x0f0f0f0fu) | high_minimum));
}
// d times the eight scales, then dmin times the eight minima.
INLINE Vec factors_and_minima(const uint8_t* p) {
    const Vec numbers = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(six_bit_pairs(p + 4)));
    return mul(_mm512_mask_blend_ps(0xff00, half_at(p), half_at(p + 2)), numbers);
}
INLINE Sixteen scales_and_minima(const uint8_t* p) {
    Sixteen result;
    store(result.at, factors_and_minima(p));
    return result;
}

struct Q4_K {
    static constexpr int kValues = 256, kBytes = 144;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Sixteen factors = scales_and_minima(p);
        repeat<4>([&](auto j) INLINE_LAMBDA { // low nibbles are sub-block 2j, high ones 2j + 1
            const Vec low = table<2 * j.value>(factors), high = table<2 * j.value + 1>(factors);
            const __m512i first = indices(p + 16 + 32 * j.value);
            const __m512i second = indices(p + 32 + 32 * j.value);
            emit(Index<4 * j.value>{}, look_up(first, low));
            emit(Index<4 * j.value + 1>{}, look_up(second, low));
            emit(Index<4 * j.value + 2>{}, look_up(_mm512_srli_epi32(first, 4), high));
            emit(Index<4 * j.value + 3>{}, look_up(_mm512_srli_epi32(second, 4), high));
        });
    }
    template <int kSub>
    static INLINE Vec table(const Sixteen& factors) {
        return sub(mul(broadcast(factors.at[kSub]), counting_from(0)), broadcast(factors.at[8 + kSub]));
    }
};

struct Q5_K {
    static constexpr int kValues = 256, kBytes = 176;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Sixteen factors = scales_and_minima(p);
        const __m256i fifth = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 16));
        repeat<8>([&](auto s) INLINE_LAMBDA {
            const __mmask32 set =
                _mm256_test_epi8_mask(fifth, _mm256_set1_epi8(static_cast<char>(1 << s.value)));
            const Vec d = broadcast(factors.at[s.value]), m = broadcast(factors.at[8 + s.value]);
            const Vec low = sub(mul(d, counting_from(0)), m), high = sub(mul(d, counting_from(16)), m);
            constexpr int kShift = 4 * (s.value % 2);
            const uint8_t* const qs = p + 48 + 32 * (s.value / 2);
            emit(Index<2 * s.value>{},
                 look_up(_mm512_srli_epi32(indices(qs), kShift), low, static_cast<__mmask16>(set), high));
            emit(Index<2 * s.value + 1>{}, look_up(_mm512_srli_epi32(indices(qs + 16), kShift), low,
                                                   static_cast<__mmask16>(set >> 16), high));
        });
    }
};

struct Q6_K {
    static constexpr int kValues = 256, kBytes = 210;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        Sixteen scale;
        store(scale.at, mul(half_at(p + 208), from_bytes(reinterpret_cast<const int8_t*>(p + 192))));
        const __m512i nibble = _mm512_set1_epi8(15), pair = _mm512_set1_epi8(0x30);
        repeat<2>([&](auto h) INLINE_LAMBDA {
            const __m512i ql = _mm512_loadu_si512(p + 64 * h.value);
            const __m256i qh = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 128 + 32 * h.value));
            // Fields 0 and 1 of qh go with the low nibbles, 2 and 3 with the high ones; both to bits 4 and 5.
            const __m512i low_fields = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_slli_epi16(qh, 4)),
                                                          _mm256_slli_epi16(qh, 2), 1);
            const __m512i high_fields =
                _mm512_inserti64x4(_mm512_castsi256_si512(qh), _mm256_srli_epi16(qh, 2), 1);
            alignas(64) int8_t q[128];
            // (low & 15) | (high & 0x30) - 32, as two ternary functions and a subtraction
            const __m512i low =
                _mm512_or_si512(_mm512_and_si512(ql, nibble), _mm512_and_si512(low_fields, pair));
            const __m512i high = _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(ql, 4), nibble),
                                                 _mm512_and_si512(high_fields, pair));
            _mm512_store_si512(q, _mm512_sub_epi8(low, _mm512_set1_epi8(32)));
            _mm512_store_si512(q + 64, _mm512_sub_epi8(high, _mm512_set1_epi8(32)));
            repeat<8>([&](auto s) INLINE_LAMBDA {
                constexpr int kSub = 8 * h.value + s.value;
                emit(Index<kSub>{}, mul(broadcast(scale.at[kSub]), from_bytes(q + 16 * s.value)));
            });
        });
    }
};

struct IQ4_XS {
    static constexpr int kValues = 256, kBytes = 136;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = half_at(p), values = from_bytes(kIq4Values);
        uint16_t high;
        __builtin_memcpy(&high, p + 2, 2);
        repeat<8>([&](auto s) INLINE_LAMBDA {
            const int low = p[4 + s.value / 2] >> (4 * (s.value % 2)) & 15;
            const int scale = (low | (high >> (2 * s.value) & 3) << 4) - 32;
            const Vec table = mul(mul(d, broadcast(static_cast<float>(scale))), values);
            emit_nibbles<2 * s.value>(p + 8 + 16 * s.value, table, emit);
        });
    }
};
