// Number formats as bytes: a chunk of 256 values is eight steps of 32 bytes, and a factor for every
// sub-block.
#pragma once

// A format F has
//   kSub           values that share a factor, 16 or 32
//   kOffset        value = factor * (byte - kOffset) - minimum
//   kMinima        whether there are minima; else they are zero
//   kBlock, kBytes values and bytes of a block; 256 / kBlock blocks are a chunk
//   bytes<k>(p)    the bytes of values 32 k .. 32 k + 31, unsigned and below 64; or signed where kSigned
//   factors(p)     kSub = 32: eight factors, then eight minima; kSub = 16: sixteen factors
//   minima(p)      kSub = 16: sixteen minima
//   kNibblesAt     where bytes<k>() are nibbles and nothing else: after how many bytes they begin, of which
//   every
//                  32 have one sub-block as low nibbles and the next as high ones
constexpr int kChunk = 256;

INLINE __m256i only(__m256i v, int mask) {
    return _mm256_and_si256(v, _mm256_set1_epi8(static_cast<char>(mask)));
}
INLINE Vec bytes_to_floats(const uint8_t* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
// Eight halves kStride bytes apart.
template <int kStride>
INLINE Vec halves(const uint8_t* p) {
    uint16_t h[8];
    repeat<8>([&](auto i) INLINE_LAMBDA { __builtin_memcpy(&h[i.value], p + kStride * i.value, 2); });
    __m128i all = _mm_cvtsi32_si128(h[0]);
    all = _mm_insert_epi16(all, h[1], 1);
    all = _mm_insert_epi16(all, h[2], 2);
    all = _mm_insert_epi16(all, h[3], 3);
    all = _mm_insert_epi16(all, h[4], 4);
    all = _mm_insert_epi16(all, h[5], 5);
    all = _mm_insert_epi16(all, h[6], 6);
    all = _mm_insert_epi16(all, h[7], 7);
    return _mm256_cvtph_ps(all);
}
struct Factors { // 16 numbers
    Vec low, high;
};
INLINE Factors factors_only(Vec factors) {
    return {factors, zero()};
}
INLINE Vec negative(Vec v) {
    return sub(zero(), v);
}

template <int kBytesPerBlock, int kHeader, int kOffsetOfBytes>
struct Nibbles { // blocks of 32 values: a header, perhaps with fifth bits, then 16 bytes
    static constexpr int kBlock = 32, kBytes = kBytesPerBlock, kSub = 32, kOffset = kOffsetOfBytes;
    template <int k>
    static INLINE __m256i low_bits(const uint8_t* p) {
        return nibbles(p + k * kBytes + kHeader);
    }
    template <int k, int kAt> // the fifth bits stand kAt bytes after the block's start
    static INLINE __m256i five_bits(const uint8_t* p) {
        return _mm256_or_si256(low_bits<k>(p), where_bit(bits_at(p + k * kBytes + kAt), 16));
    }
};

struct ByteQ4_0 : Nibbles<18, 2, 8> {
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return low_bits<k>(p);
    }
    static INLINE Factors factors(const uint8_t* p) { return factors_only(halves<18>(p)); }
};
struct ByteQ4_1 : Nibbles<20, 4, 0> {
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return low_bits<k>(p);
    }
    static INLINE Factors factors(const uint8_t* p) { return {halves<20>(p), negative(halves<20>(p + 2))}; }
};
struct ByteQ5_0 : Nibbles<22, 6, 16> {
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return five_bits<k, 2>(p);
    }
    static INLINE Factors factors(const uint8_t* p) { return factors_only(halves<22>(p)); }
};
struct ByteQ5_1 : Nibbles<24, 8, 0> {
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return five_bits<k, 4>(p);
    }
    static INLINE Factors factors(const uint8_t* p) { return {halves<24>(p), negative(halves<24>(p + 2))}; }
};
struct ByteQ8_0 {
    static constexpr int kBlock = 32, kBytes = 34, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return load_32(p + k * kBytes + 2);
    }
    static INLINE Factors factors(const uint8_t* p) { return factors_only(halves<34>(p)); }
};
struct ByteIQ4_NL : Nibbles<18, 2, 0> {
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return _mm256_shuffle_epi8(table_of(kIq4Values), low_bits<k>(p));
    }
    static INLINE Factors factors(const uint8_t* p) { return factors_only(halves<18>(p)); }
};
struct ByteMXFP4 : Nibbles<17, 1, 0> {
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return _mm256_shuffle_epi8(table_of(kMxfp4Values), low_bits<k>(p));
    }
    static INLINE Factors factors(const uint8_t* p) { // 2^(e - 128), subnormal for e < 2
        const __m256i e = _mm256_setr_epi32(p[0], p[17], p[34], p[51], p[68], p[85], p[102], p[119]);
        const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
        const __m256i tiny = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
        const __m256i is_tiny = _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e);
        return factors_only(_mm256_castsi256_ps(_mm256_blendv_epi8(normal, tiny, is_tiny)));
    }
};

struct ByteQ2_K {
    static constexpr int kBlock = 256, kBytes = 84, kSub = 16, kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return two_bits<k % 4>(load_32(p + 16 + 32 * (k / 4)));
    }
    template <int kShift>
    static INLINE Factors four_bits(const uint8_t* p, int at) {
        alignas(16) uint8_t each[16];
        const __m128i shifted = _mm_srli_epi16(load_16(p), kShift);
        _mm_store_si128(reinterpret_cast<__m128i*>(each), _mm_and_si128(shifted, _mm_set1_epi8(15)));
        const Vec d = broadcast(half_at(p + at));
        return {mul(d, bytes_to_floats(each)), mul(d, bytes_to_floats(each + 8))};
    }
    static INLINE Factors factors(const uint8_t* p) { return four_bits<0>(p, 80); }
    static INLINE Factors minima(const uint8_t* p) { return four_bits<4>(p, 82); }
};
INLINE Factors sixteen_signed(const int8_t* scales, float scale) {
    const Vec d = broadcast(scale);
    return {mul(d, from_bytes(scales)), mul(d, from_bytes(scales + 8))};
}
struct ByteQ3_K {
    static constexpr int kBlock = 256, kBytes = 110, kSub = 16, kOffset = 4;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return _mm256_or_si256(two_bits<k % 4>(load_32(p + 32 + 32 * (k / 4))), where_set<k>(load_32(p), 4));
    }
    static INLINE Factors factors(const uint8_t* p) {
        alignas(16) int8_t scale[16];
        _mm_store_si128(reinterpret_cast<__m128i*>(scale), Q3_K::scales(p + 96));
        return sixteen_signed(scale, half_at(p + 108));
    }
};
INLINE Factors scales_then_minima(const uint8_t* p) {
    const Sixteen all = scales_and_minima(p);
    return {load(all.at), load(all.at + 8)};
}
struct ByteQ4_K {
    static constexpr int kBlock = 256, kBytes = 144, kSub = 32, kOffset = 0, kNibblesAt = 16;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return only(_mm256_srli_epi16(load_32(p + 16 + 32 * (k / 2)), 4 * (k % 2)), 15);
    }
    static INLINE Factors factors(const uint8_t* p) { return scales_then_minima(p); }
};
struct ByteQ5_K {
    static constexpr int kBlock = 256, kBytes = 176, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        const __m256i low = only(_mm256_srli_epi16(load_32(p + 48 + 32 * (k / 2)), 4 * (k % 2)), 15);
        return _mm256_or_si256(low, where_set<k>(load_32(p + 16), 16));
    }
    static INLINE Factors factors(const uint8_t* p) { return scales_then_minima(p); }
};
struct ByteQ6_K {
    static constexpr int kBlock = 256, kBytes = 210, kSub = 16, kOffset = 32;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) { // field k % 4 of qh, nibble k % 4 / 2 of ql
        constexpr int kHalf = k / 4, kField = k % 4;
        const __m256i ql = load_32(p + 64 * kHalf + 32 * (kField % 2));
        const __m256i high = two_bits<kField>(load_32(p + 128 + 32 * kHalf));
        return _mm256_or_si256(only(_mm256_srli_epi16(ql, 4 * (kField / 2)), 15), _mm256_slli_epi16(high, 4));
    }
    static INLINE Factors factors(const uint8_t* p) {
        return sixteen_signed(reinterpret_cast<const int8_t*>(p + 192), half_at(p + 208));
    }
};
struct ByteIQ4_XS {
    static constexpr int kBlock = 256, kBytes = 136, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m256i bytes(const uint8_t* p) {
        return _mm256_shuffle_epi8(table_of(kIq4Values), nibbles(p + 8 + 16 * k));
    }
    static INLINE Factors factors(const uint8_t* p) {
        uint16_t high;
        __builtin_memcpy(&high, p + 2, 2);
        const __m256i four = _mm256_set1_epi32(static_cast<int>(bits_at(p + 4))),
                      two = _mm256_set1_epi32(high);
        const __m256i low = _mm256_and_si256(
            _mm256_srlv_epi32(four, _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28)), _mm256_set1_epi32(15));
        const __m256i pair = _mm256_and_si256(
            _mm256_srlv_epi32(two, _mm256_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14)), _mm256_set1_epi32(3));
        const __m256i scale =
            _mm256_sub_epi32(_mm256_or_si256(low, _mm256_slli_epi32(pair, 4)), _mm256_set1_epi32(32));
        return factors_only(mul(broadcast(half_at(p)), _mm256_cvtepi32_ps(scale)));
    }
};
