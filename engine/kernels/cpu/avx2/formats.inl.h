// Number formats on AVX2: each gives the values of a block as vectors of 8 floats, bit-identical to
// kernels/quant.
#pragma once

// Every block format first makes 32 signed bytes, one per value, and then converts eight at a time.

INLINE __m128i load_16(const uint8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
INLINE __m256i load_32(const uint8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
INLINE float half_at(const void* p) {
    uint16_t bits;
    __builtin_memcpy(&bits, p, 2);
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}
INLINE Vec from_bytes(const int8_t* p) { // 8 signed bytes
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}

// emit(kFirst + i, finish(vector i)) for the four vectors of 32 bytes. Through memory: a load that widens
// costs one shuffle, taking the eight bytes out of a register costs two.
template <int kFirst, class Finish, class Emit>
INLINE void emit_bytes(__m256i bytes, Finish finish, Emit emit) {
    alignas(32) int8_t q[32];
    _mm256_store_si256(reinterpret_cast<__m256i*>(q), bytes);
    repeat<4>([&](auto i)
                  INLINE_LAMBDA { emit(Index<kFirst + i.value>{}, finish(from_bytes(q + 8 * i.value))); });
}
INLINE auto times(float scale) {
    return [d = broadcast(scale)](Vec q) INLINE_LAMBDA { return mul(d, q); };
}
INLINE auto times_plus(float scale, float minimum) {
    return [d = broadcast(scale), m = broadcast(minimum)](Vec q) INLINE_LAMBDA { return add(mul(d, q), m); };
}
INLINE auto times_minus(float scale, float minimum) {
    return [d = broadcast(scale), m = broadcast(minimum)](Vec q) INLINE_LAMBDA { return sub(mul(d, q), m); };
}

// Low nibbles of 16 bytes, then the high ones.
INLINE __m256i nibbles(const uint8_t* p) {
    const __m128i both = load_16(p);
    return _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(both, 4), both), _mm256_set1_epi8(15));
}
// `value` in byte i where bit i is set.
INLINE __m256i where_bit(uint32_t bits, char value) {
    const __m256i spread = _mm256_shuffle_epi8(
        _mm256_set1_epi32(static_cast<int>(bits)),
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
    const __m256i bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
    return _mm256_and_si256(set, _mm256_set1_epi8(value));
}
INLINE uint32_t bits_at(const uint8_t* p) {
    uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return bits;
}
INLINE __m256i table_of(const int8_t* values) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values)));
}

// Formats without blocks: 32 values at a time, then 8, then the rest.
struct F32 {
    static constexpr int kValues = 32, kBytes = 128;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, part(p + 32 * i.value, kLanes)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) {
        const auto* const floats = reinterpret_cast<const float*>(p);
        return n == kLanes ? load(floats) : load_part(floats, n);
    }
};
struct F16 {
    static constexpr int kValues = 32, kBytes = 64;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, load_f16(p + 16 * i.value)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) { return load_f16_part(p, n); }
};
struct BF16 {
    static constexpr int kValues = 32, kBytes = 64;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, load_bf16(p + 16 * i.value)); });
    }
    static INLINE Vec part(const uint8_t* p, int64_t n) { return load_bf16_part(p, n); }
};

struct Q4_0 {
    static constexpr int kValues = 32, kBytes = 18;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_bytes<0>(_mm256_sub_epi8(nibbles(p + 2), _mm256_set1_epi8(8)), times(half_at(p)), emit);
    }
};
struct Q4_1 {
    static constexpr int kValues = 32, kBytes = 20;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_bytes<0>(nibbles(p + 4), times_plus(half_at(p), half_at(p + 2)), emit);
    }
};
struct Q5_0 {
    static constexpr int kValues = 32, kBytes = 22;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const __m256i q = _mm256_or_si256(nibbles(p + 6), where_bit(bits_at(p + 2), 16));
        emit_bytes<0>(_mm256_sub_epi8(q, _mm256_set1_epi8(16)), times(half_at(p)), emit);
    }
};
struct Q5_1 {
    static constexpr int kValues = 32, kBytes = 24;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const __m256i q = _mm256_or_si256(nibbles(p + 8), where_bit(bits_at(p + 4), 16));
        emit_bytes<0>(q, times_plus(half_at(p), half_at(p + 2)), emit);
    }
};
struct Q8_0 {
    static constexpr int kValues = 32, kBytes = 34;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Vec d = broadcast(half_at(p));
        const auto* const q = reinterpret_cast<const int8_t*>(p + 2);
        repeat<4>([&](auto i) INLINE_LAMBDA { emit(i, mul(d, from_bytes(q + 8 * i.value))); });
    }
};
struct IQ4_NL {
    static constexpr int kValues = 32, kBytes = 18;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        emit_bytes<0>(_mm256_shuffle_epi8(table_of(kIq4Values), nibbles(p + 2)), times(half_at(p)), emit);
    }
};
struct MXFP4 {
    static constexpr int kValues = 32, kBytes = 17;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        // 2^(e - 128): subnormal for e < 2
        const int bits = p[0] < 2 ? 0x00200000 << p[0] : (p[0] - 1) << 23;
        const float d = _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(bits)));
        emit_bytes<0>(_mm256_shuffle_epi8(table_of(kMxfp4Values), nibbles(p + 1)), times(d), emit);
    }
};

// Vectors of 8: a sub-block of 16 values is two of them. emit_bytes() with one scale for each 16 bytes.
template <int kFirst, class FinishLow, class FinishHigh, class Emit>
INLINE void emit_halves(__m256i bytes, FinishLow low, FinishHigh high, Emit emit) {
    alignas(32) int8_t q[32];
    _mm256_store_si256(reinterpret_cast<__m256i*>(q), bytes);
    emit(Index<kFirst>{}, low(from_bytes(q)));
    emit(Index<kFirst + 1>{}, low(from_bytes(q + 8)));
    emit(Index<kFirst + 2>{}, high(from_bytes(q + 16)));
    emit(Index<kFirst + 3>{}, high(from_bytes(q + 24)));
}
// Bits 2j, 2j + 1 of each byte.
template <int kField>
INLINE __m256i two_bits(__m256i bytes) {
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 2 * kField), _mm256_set1_epi8(3));
}
// `value` in the bytes that have bit kBit.
template <int kBit>
INLINE __m256i where_set(__m256i bytes, char value) {
    const __m256i bit = _mm256_set1_epi8(static_cast<char>(1 << kBit));
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit), _mm256_set1_epi8(value));
}

struct Q2_K {
    static constexpr int kValues = 256, kBytes = 84;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const float d = half_at(p + 80), dmin = half_at(p + 82);
        const auto finish = [&](int sub) INLINE_LAMBDA {
            return times_minus(d * static_cast<float>(p[sub] & 15), dmin * static_cast<float>(p[sub] >> 4));
        };
        repeat<8>([&](auto s) INLINE_LAMBDA { // 32 values, two sub-blocks
            const __m256i q = two_bits<s.value % 4>(load_32(p + 16 + 32 * (s.value / 4)));
            emit_halves<4 * s.value>(q, finish(2 * s.value), finish(2 * s.value + 1), emit);
        });
    }
};

struct Q3_K {
    static constexpr int kValues = 256, kBytes = 110;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const float d = half_at(p + 108);
        alignas(16) int8_t scale[16];
        _mm_store_si128(reinterpret_cast<__m128i*>(scale), scales(p + 96));
        const __m256i high = load_32(p);
        repeat<8>([&](auto s) INLINE_LAMBDA {
            const __m256i low = two_bits<s.value % 4>(load_32(p + 32 + 32 * (s.value / 4)));
            const __m256i q =
                _mm256_sub_epi8(_mm256_add_epi8(low, where_set<s.value>(high, 4)), _mm256_set1_epi8(4));
            emit_halves<4 * s.value>(q, times(d * static_cast<float>(scale[2 * s.value])),
                                     times(d * static_cast<float>(scale[2 * s.value + 1])), emit);
        });
    }
    // 12 bytes -> 16 numbers - 32: low nibbles in bytes 0..7 (s, then s + 8), high pairs in bytes 8..11.
    static INLINE __m128i scales(const uint8_t* p) {
        const uint32_t word[3] = {bits_at(p), bits_at(p + 4), bits_at(p + 8)};
        constexpr uint32_t kLow = 0x0f0f0f0fu, kHigh = 0x03030303u;
        const auto part = [](uint32_t low, uint32_t high)
                              INLINE_LAMBDA { return static_cast<int>((low & kLow) | (high & kHigh) << 4); };
        const __m128i bytes =
            _mm_setr_epi32(part(word[0], word[2]), part(word[1], word[2] >> 2),
                           part(word[0] >> 4, word[2] >> 4), part(word[1] >> 4, word[2] >> 6));
        return _mm_sub_epi8(bytes, _mm_set1_epi8(32));
    }
};

// Eight scales and eight minima of 6 bits in 12 bytes; layout in quant/blocks.h. d times the scales, then
// dmin times the minima.
struct Sixteen {
    float at[16];
};
INLINE Sixteen scales_and_minima(const uint8_t* p) {
    const uint32_t word[3] = {bits_at(p + 4), bits_at(p + 8), bits_at(p + 12)};
    const uint32_t high_scale = (word[0] >> 2) & 0x30303030u;
    const uint32_t high_minimum = (word[1] >> 2) & 0x30303030u;
    const __m128i scales = _mm_setr_epi32(static_cast<int>(word[0] & 0x3f3f3f3fu),
                                          static_cast<int>((word[2] & 0x0f0f0f0fu) | high_scale), 0, 0);
    const __m128i minima =
        _mm_setr_epi32(static_cast<int>(word[1] & 0x3f3f3f3fu),
                       static_cast<int>(((word[2] >> 4) & 0x0f0f0f0fu) | high_minimum), 0, 0);
    Sixteen result;
    store(result.at, mul(broadcast(half_at(p)), _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(scales))));
    store(result.at + 8, mul(broadcast(half_at(p + 2)), _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(minima))));
    return result;
}

struct Q4_K {
    static constexpr int kValues = 256, kBytes = 144;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Sixteen f = scales_and_minima(p);
        const __m256i mask = _mm256_set1_epi8(15);
        repeat<4>([&](auto j) INLINE_LAMBDA { // low nibbles are sub-block 2j, high ones 2j + 1
            constexpr int kSub = 2 * j.value;
            const __m256i both = load_32(p + 16 + 32 * j.value);
            emit_bytes<8 * j.value>(_mm256_and_si256(both, mask), times_minus(f.at[kSub], f.at[8 + kSub]),
                                    emit);
            emit_bytes<8 * j.value + 4>(_mm256_and_si256(_mm256_srli_epi16(both, 4), mask),
                                        times_minus(f.at[kSub + 1], f.at[9 + kSub]), emit);
        });
    }
};

struct Q5_K {
    static constexpr int kValues = 256, kBytes = 176;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const Sixteen f = scales_and_minima(p);
        const __m256i fifth = load_32(p + 16), mask = _mm256_set1_epi8(15);
        repeat<8>([&](auto s) INLINE_LAMBDA {
            const __m256i both = load_32(p + 48 + 32 * (s.value / 2));
            const __m256i low = _mm256_and_si256(_mm256_srli_epi16(both, 4 * (s.value % 2)), mask);
            emit_bytes<4 * s.value>(_mm256_or_si256(low, where_set<s.value>(fifth, 16)),
                                    times_minus(f.at[s.value], f.at[8 + s.value]), emit);
        });
    }
};

struct Q6_K {
    static constexpr int kValues = 256, kBytes = 210;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const float d = half_at(p + 208);
        const auto* const scale = reinterpret_cast<const int8_t*>(p + 192);
        const __m256i mask = _mm256_set1_epi8(15), middle = _mm256_set1_epi8(32);
        repeat<8>([&](auto s) INLINE_LAMBDA { // 32 values: field s % 4 of qh, nibble s % 4 / 2 of ql
            constexpr int kHalf = s.value / 4, kField = s.value % 4;
            const __m256i ql = load_32(p + 64 * kHalf + 32 * (kField % 2));
            const __m256i low = _mm256_and_si256(_mm256_srli_epi16(ql, 4 * (kField / 2)), mask);
            const __m256i high = _mm256_slli_epi16(two_bits<kField>(load_32(p + 128 + 32 * kHalf)), 4);
            emit_halves<4 * s.value>(_mm256_sub_epi8(_mm256_or_si256(low, high), middle),
                                     times(d * static_cast<float>(scale[2 * s.value])),
                                     times(d * static_cast<float>(scale[2 * s.value + 1])), emit);
        });
    }
};

struct IQ4_XS {
    static constexpr int kValues = 256, kBytes = 136;
    template <class Emit>
    static INLINE void unpack(const uint8_t* p, Emit emit) {
        const float d = half_at(p);
        uint16_t high;
        __builtin_memcpy(&high, p + 2, 2);
        const __m256i table = table_of(kIq4Values);
        repeat<8>([&](auto s) INLINE_LAMBDA {
            const int low = p[4 + s.value / 2] >> (4 * (s.value % 2)) & 15;
            const int scale = (low | (high >> (2 * s.value) & 3) << 4) - 32;
            emit_bytes<4 * s.value>(_mm256_shuffle_epi8(table, nibbles(p + 8 + 16 * s.value)),
                                    times(d * static_cast<float>(scale)), emit);
        });
    }
};
