// Number formats as bytes: a chunk of 256 values is four steps of 64 bytes, and a factor for every sub-block.
#pragma once

// A format F has
//   kSub           values that share a factor, 16 or 32
//   kOffset        value = factor * (byte - kOffset) - minimum
//   kMinima        whether there are minima; else they are zero
//   kBlock, kBytes values and bytes of a block; 256 / kBlock blocks are a chunk
//   bytes<k>(p)    the bytes of values 64 k .. 64 k + 63, unsigned; or signed where kSigned, with kOffset 0
//   factors(p)     kSub = 32: eight factors, then eight minima; kSub = 16: sixteen factors
//   minima(p)      kSub = 16: sixteen minima
//   turned<k>(p)   blocks of 256 only: the k-th four bytes of each 16 values
constexpr int kChunk = 256;

INLINE __m512i load_bytes(const void* p) {
    return _mm512_loadu_si512(p);
}
// In a register: the compiler would rather read again for every instruction that uses it, and a read of 64
// bytes that are not aligned, as in blocks of 144 or 210 bytes, is two.
INLINE __m512i loaded(const void* p) {
    __m512i v = load_bytes(p);
    asm("" : "+v"(v));
    return v;
}
INLINE __m512i twice(const void* p) { // 32 bytes in both halves
    return _mm512_broadcast_i64x4(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
}
template <int kLow, int kHigh> // in every 16-bit word; the caller masks what came from the neighbour
INLINE __m512i shift_right(__m512i v) {
    return _mm512_srlv_epi16(v, _mm512_inserti64x4(_mm512_set1_epi16(kLow), _mm256_set1_epi16(kHigh), 1));
}
template <int kLow, int kHigh>
INLINE __m512i in_halves() { // byte kLow 32 times, then kHigh
    return _mm512_inserti64x4(_mm512_set1_epi8(static_cast<char>(kLow)),
                              _mm256_set1_epi8(static_cast<char>(kHigh)), 1);
}
INLINE __m512i only(__m512i v, int mask) {
    return _mm512_and_si512(v, _mm512_set1_epi8(static_cast<char>(mask)));
}
// 16 bytes at each of two places: low nibbles, high nibbles, low, high.
INLINE __m512i nibble_pairs(const void* first, const void* second) {
    const __m128i a = _mm_loadu_si128(static_cast<const __m128i*>(first));
    const __m128i b = _mm_loadu_si128(static_cast<const __m128i*>(second));
    const __m512i both = _mm512_mask_broadcast_i32x4(_mm512_broadcast_i32x4(a), 0xff00, b);
    const __m512i shift = _mm512_setr_epi64(0, 0, 0x0004000400040004, 0x0004000400040004, 0, 0,
                                            0x0004000400040004, 0x0004000400040004);
    return only(_mm512_srlv_epi16(both, shift), 15);
}
// Words of four bytes by their index in 64 or 128 bytes at p.
INLINE __m512i words_of_64(const uint8_t* p, __m512i index) {
    return _mm512_permutexvar_epi32(index, loaded(p));
}
INLINE __m512i words_of_128(const uint8_t* p, __m512i index) {
    return _mm512_permutex2var_epi32(loaded(p), index, loaded(p + 64));
}
INLINE __m512i words_of_32(const uint8_t* p, __m512i index) {
    return _mm512_permutexvar_epi32(
        index, _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))));
}
INLINE __m512i plus(__m512i index, int n) {
    return _mm512_add_epi32(index, _mm512_set1_epi32(n));
}
// Of 32 bytes that hold one bit for each of 256 values, bit s of byte i for value 32 s + i: lane l gets its
// four bits as bytes of 0 or 1.
template <int k>
INLINE __m512i turned_bits(const uint8_t* p) {
    const __m512i words =
        words_of_32(p, plus(_mm512_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4), k));
    return only(_mm512_srlv_epi32(words, _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7)),
                1);
}
// Q4_K's and Q5_K's nibbles: 32 bytes hold two sub-blocks of 32, the low and the high ones.
template <int k>
INLINE __m512i turned_nibbles(const uint8_t* p) {
    const __m512i words =
        words_of_128(p, plus(_mm512_setr_epi32(0, 4, 0, 4, 8, 12, 8, 12, 16, 20, 16, 20, 24, 28, 24, 28), k));
    return only(_mm512_srlv_epi32(words, _mm512_setr_epi32(0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4)),
                15);
}
// Q2_K's and Q3_K's two-bit fields: 32 bytes hold four sub-blocks of 32.
template <int k>
INLINE __m512i turned_pairs(const uint8_t* p) {
    const __m512i words =
        words_of_64(p, plus(_mm512_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4, 8, 12, 8, 12, 8, 12, 8, 12), k));
    return only(_mm512_srlv_epi32(words, _mm512_setr_epi32(0, 0, 2, 2, 4, 4, 6, 6, 0, 0, 2, 2, 4, 4, 6, 6)),
                3);
}
INLINE __m512i look_up_bytes(const int8_t* table, __m512i index) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(values), index);
}
INLINE uint64_t word_pair(const void* low, const void* high) {
    uint32_t a, b;
    __builtin_memcpy(&a, low, 4);
    __builtin_memcpy(&b, high, 4);
    return a | static_cast<uint64_t>(b) << 32;
}
// The halves at byte kAt of eight blocks of kStride bytes: two permutations at most instead of eight
// insertions. No load reaches beyond the blocks.
template <int kStride, int kAt = 0>
INLINE __m256 halves(const uint8_t* p) {
    static_assert(kStride % 2 == 0 && kAt % 2 == 0);
    constexpr int kHalf = 4 * kStride;                      // bytes of four blocks
    constexpr int kSecond = kStride < 32 ? kHalf - 64 : 64; // where the second load of a half begins
    const auto word = [](int block) INLINE_LAMBDA {
        const int i = (block * kStride + kAt) / 2;
        return i < 32 ? i : i - kSecond / 2 + 32;
    };
    const int low = word(1) << 16 | word(0), high = word(3) << 16 | word(2);
    if constexpr (3 * kStride + kAt < 64) { // one load for each half
        const __m512i index =
            _mm512_setr_epi32(low, high, low + 0x200020, high + 0x200020, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return _mm256_cvtph_ps(
            _mm512_castsi512_si128(_mm512_permutex2var_epi16(load_bytes(p), index, load_bytes(p + kHalf))));
    } else {
        const __m512i index = _mm512_setr_epi32(low, high, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        const auto half = [&](const uint8_t* q) INLINE_LAMBDA {
            return _mm512_castsi512_si128(
                _mm512_permutex2var_epi16(load_bytes(q), index, load_bytes(q + kSecond)));
        };
        return _mm256_cvtph_ps(_mm_unpacklo_epi64(half(p), half(p + kHalf)));
    }
}
INLINE Vec join(__m256 factors, __m256 minima) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(factors), minima, 1);
}
INLINE Vec factors_only(__m256 factors) {
    return _mm512_zextps256_ps512(factors);
}

template <int kBytesPerBlock, int kHeader>
struct Nibbles { // blocks of 32 values: a header, perhaps with fifth bits, then 16 bytes
    static constexpr int kBlock = 32, kBytes = kBytesPerBlock, kSub = 32;
    template <int k>
    static INLINE __m512i nibbles(const uint8_t* p) {
        const uint8_t* const first = p + 2 * k * kBytes + kHeader;
        return nibble_pairs(first, first + kBytes);
    }
    template <int k, int kAt> // the fifth bits stand kAt bytes after the block's start
    static INLINE __m512i five_bits(const uint8_t* p) {
        const uint8_t* const first = p + 2 * k * kBytes + kAt;
        const __m512i low = nibbles<k>(p);
        return _mm512_mask_add_epi8(low, word_pair(first, first + kBytes), low, _mm512_set1_epi8(16));
    }
};

struct ByteQ4_0 : Nibbles<18, 2> {
    static constexpr int kOffset = 8;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return nibbles<k>(p);
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_only(halves<18>(p)); }
};
struct ByteQ4_1 : Nibbles<20, 4> {
    static constexpr int kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return nibbles<k>(p);
    }
    static INLINE Vec factors(const uint8_t* p) {
        return join(halves<20>(p), _mm256_sub_ps(_mm256_setzero_ps(), halves<20, 2>(p)));
    }
};
struct ByteQ5_0 : Nibbles<22, 6> {
    static constexpr int kOffset = 16;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return five_bits<k, 2>(p);
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_only(halves<22>(p)); }
};
struct ByteQ5_1 : Nibbles<24, 8> {
    static constexpr int kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return five_bits<k, 4>(p);
    }
    static INLINE Vec factors(const uint8_t* p) {
        return join(halves<24>(p), _mm256_sub_ps(_mm256_setzero_ps(), halves<24, 2>(p)));
    }
};
struct ByteQ8_0 {
    static constexpr int kBlock = 32, kBytes = 34, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        const auto* const first = reinterpret_cast<const __m256i*>(p + 2 * k * kBytes + 2);
        const auto* const second = reinterpret_cast<const __m256i*>(p + (2 * k + 1) * kBytes + 2);
        return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(first)),
                                  _mm256_loadu_si256(second), 1);
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_only(halves<34>(p)); }
};
struct ByteIQ4_NL : Nibbles<18, 2> {
    static constexpr int kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return look_up_bytes(kIq4Values, nibbles<k>(p));
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_only(halves<18>(p)); }
};
struct ByteMXFP4 : Nibbles<17, 1> {
    static constexpr int kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return look_up_bytes(kMxfp4Values, nibbles<k>(p));
    }
    static INLINE Vec factors(const uint8_t* p) { // 2^(e - 128), subnormal for e < 2
        // Bytes 0, 17, 34, ... 119 are the low or high half of these words of 128 bytes.
        const __m512i index = _mm512_setr_epi32(8 << 16, 25 << 16 | 17, 42 << 16 | 34, 59 << 16 | 51, 0, 0, 0,
                                                0, 0, 0, 0, 0, 0, 0, 0, 0);
        const __m512i words = _mm512_permutex2var_epi16(load_bytes(p), index, load_bytes(p + 64));
        const __m256i wide = _mm256_cvtepu16_epi32(_mm512_castsi512_si128(words));
        const __m256i e = _mm256_and_si256(_mm256_srlv_epi32(wide, _mm256_setr_epi32(0, 8, 0, 8, 0, 8, 0, 8)),
                                           _mm256_set1_epi32(255));
        const __m256i one = _mm256_set1_epi32(1);
        const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, one), 23);
        const __m256i tiny = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
        const __mmask8 is_tiny = _mm256_cmple_epu32_mask(e, one);
        return factors_only(_mm256_castsi256_ps(_mm256_mask_mov_epi32(normal, is_tiny, tiny)));
    }
};

struct ByteQ2_K {
    static constexpr int kBlock = 256, kBytes = 84, kSub = 16, kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        constexpr int kField = 4 * (k % 2);
        return only(shift_right<kField, kField + 2>(twice(p + 16 + 32 * (k / 2))), 3);
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        return turned_pairs<k>(p + 16);
    }
    static INLINE Vec factors(const uint8_t* p) {
        return mul(half_at(p + 80), _mm512_cvtepi32_ps(_mm512_and_si512(indices(p), _mm512_set1_epi32(15))));
    }
    static INLINE Vec minima(const uint8_t* p) {
        return mul(half_at(p + 82), _mm512_cvtepi32_ps(_mm512_srli_epi32(indices(p), 4)));
    }
};
struct ByteQ3_K {
    static constexpr int kBlock = 256, kBytes = 110, kSub = 16, kOffset = 4;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        constexpr int kField = 4 * (k % 2);
        const __m512i low = only(shift_right<kField, kField + 2>(twice(p + 32 + 32 * (k / 2))), 3);
        const __mmask64 high = _mm512_test_epi8_mask(twice(p), in_halves<1 << (2 * k), 2 << (2 * k)>());
        return _mm512_mask_add_epi8(low, high, low, _mm512_set1_epi8(4));
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        return _mm512_or_si512(turned_pairs<k>(p + 32), _mm512_slli_epi32(turned_bits<k>(p), 2));
    }
    static INLINE Vec factors(const uint8_t* p) {
        return mul(half_at(p + 108), _mm512_cvtepi32_ps(Q3_K::scales(p + 96)));
    }
};
// factors() of up to four Q4_K or Q5_K rows: 12 bytes of six-bit numbers each, taken apart side by side.
// Alone they cost as much as the row's 256 products.
template <int kRows>
INLINE void six_bit_rows(const uint8_t* const (&w)[kRows], Vec (&out)[kRows]) {
    const auto head = [&](auto r) INLINE_LAMBDA {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(w[r.value < kRows ? r.value : 0]));
    };
    __m512i all = _mm512_castsi128_si512(head(Index<0>{}));
    all = _mm512_inserti32x4(all, head(Index<1>{}), 1);
    if constexpr (kRows > 2) {
        all = _mm512_inserti32x4(all, head(Index<2>{}), 2);
        all = _mm512_inserti32x4(all, head(Index<3>{}), 3);
    }
    // Numbers 0-3 of scales and minima are the low six bits of bytes 4-7 and 8-11; numbers 4-7 have their low
    // four bits in the nibbles of bytes 12-15 and two more on top of bytes 4-11.
    const auto lanes = [](int a, int b, int c, int d)
                           INLINE_LAMBDA { return _mm512_broadcast_i32x4(_mm_setr_epi32(a, b, c, d)); };
    const __m512i low = _mm512_shuffle_epi8(all, lanes(0x07060504, 0x0f0e0d0c, 0x0b0a0908, 0x0f0e0d0c));
    const __m512i top = _mm512_shuffle_epi8(all, lanes(-1, 0x07060504, -1, 0x0b0a0908));
    const __m512i nibbles = _mm512_mask_srli_epi32(low, 0x8888, low, 4);
    const __m512i kept = lanes(0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f);
    const __m512i high = only(_mm512_srli_epi16(top, 2), 0x30);
    const __m512i numbers = _mm512_ternarylogic_epi32(nibbles, kept, high, 0xea); // (a & b) | c
    const __m512i heads =
        _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), all);
    const Vec scales = _mm512_castps256_ps512(_mm256_cvtph_ps(_mm512_castsi512_si128(heads)));
    repeat<kRows>([&](auto r) INLINE_LAMBDA {
        constexpr int kFirst = 2 * r.value, kSecond = kFirst + 1;
        const __m512i own =
            _mm512_setr_epi32(kFirst, kFirst, kFirst, kFirst, kFirst, kFirst, kFirst, kFirst, kSecond,
                              kSecond, kSecond, kSecond, kSecond, kSecond, kSecond, kSecond);
        const __m128i bytes = _mm512_extracti32x4_epi32(numbers, r.value);
        out[r.value] =
            mul(_mm512_permutexvar_ps(own, scales), _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes)));
    });
}
template <class F>
constexpr bool kSixBit = false;

struct ByteQ4_K {
    static constexpr int kBlock = 256, kBytes = 144, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return only(shift_right<0, 4>(twice(p + 16 + 32 * k)), 15);
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        return turned_nibbles<k>(p + 16);
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_and_minima(p); }
};
struct ByteQ5_K {
    static constexpr int kBlock = 256, kBytes = 176, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = true, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        const __m512i low = only(shift_right<0, 4>(twice(p + 48 + 32 * k)), 15);
        const __mmask64 fifth = _mm512_test_epi8_mask(twice(p + 16), in_halves<1 << (2 * k), 2 << (2 * k)>());
        return _mm512_mask_add_epi8(low, fifth, low, _mm512_set1_epi8(16));
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        return _mm512_or_si512(turned_nibbles<k>(p + 48), _mm512_slli_epi32(turned_bits<k>(p + 16), 4));
    }
    static INLINE Vec factors(const uint8_t* p) { return factors_and_minima(p); }
};
template <>
constexpr bool kSixBit<ByteQ4_K> = true;
template <>
constexpr bool kSixBit<ByteQ5_K> = true;

// F::factors() of every row.
template <class F, int kRows>
INLINE void factors_of_rows(const uint8_t* const (&w)[kRows], Vec (&out)[kRows]) {
    if constexpr (kSixBit<F> && kRows > 1) {
        six_bit_rows(w, out);
    } else {
        repeat<kRows>([&](auto r) INLINE_LAMBDA { out[r.value] = F::factors(w[r.value]); });
    }
}

struct ByteQ6_K {
    static constexpr int kBlock = 256, kBytes = 210, kSub = 16, kOffset = 32;
    static constexpr bool kMinima = false, kSigned = false;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        const __m512i ql = load_bytes(p + 64 * (k / 2));
        const __m512i low = only(k % 2 == 0 ? ql : _mm512_srli_epi16(ql, 4), 15);
        const __m512i fields = twice(p + 128 + 32 * (k / 2)); // two fields per step, wanted in bits 4 and 5
        const __m512i high =
            k % 2 == 0
                ? _mm512_sllv_epi16(fields, _mm512_inserti64x4(_mm512_set1_epi16(4), _mm256_set1_epi16(2), 1))
                : shift_right<0, 2>(fields);
        return _mm512_or_si512(low, only(high, 0x30));
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        // 64 bytes of nibbles and 32 of pairs hold 128 values: low nibbles of both halves, then high ones.
        const __m512i low = words_of_128(
            p, plus(_mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 16, 20, 24, 28, 16, 20, 24, 28), k));
        const __m512i nibbles = only(
            _mm512_srlv_epi32(low, _mm512_setr_epi32(0, 0, 0, 0, 4, 4, 4, 4, 0, 0, 0, 0, 4, 4, 4, 4)), 15);
        return _mm512_or_si512(nibbles, _mm512_slli_epi32(turned_pairs<k>(p + 128), 4));
    }
    static INLINE Vec factors(const uint8_t* p) {
        return mul(half_at(p + 208), from_bytes(reinterpret_cast<const int8_t*>(p + 192)));
    }
};
struct ByteIQ4_XS {
    static constexpr int kBlock = 256, kBytes = 136, kSub = 32, kOffset = 0;
    static constexpr bool kMinima = false, kSigned = true;
    template <int k>
    static INLINE __m512i bytes(const uint8_t* p) {
        return look_up_bytes(kIq4Values, nibble_pairs(p + 8 + 32 * k, p + 24 + 32 * k));
    }
    template <int k>
    static INLINE __m512i turned(const uint8_t* p) {
        const __m512i words = words_of_128(
            p + 8, plus(_mm512_setr_epi32(0, 0, 4, 4, 8, 8, 12, 12, 16, 16, 20, 20, 24, 24, 28, 28), k));
        const __m512i index =
            _mm512_srlv_epi32(words, _mm512_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4));
        return look_up_bytes(kIq4Values, only(index, 15));
    }
    static INLINE __m256i scales(const uint8_t* p) { // -32 .. 31
        uint16_t high;
        uint32_t low;
        __builtin_memcpy(&high, p + 2, 2);
        __builtin_memcpy(&low, p + 4, 4);
        const __m256i nibble =
            _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(static_cast<int>(low)),
                                               _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28)),
                             _mm256_set1_epi32(15));
        const __m256i pair = _mm256_and_si256(
            _mm256_srlv_epi32(_mm256_set1_epi32(high), _mm256_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14)),
            _mm256_set1_epi32(3));
        return _mm256_sub_epi32(_mm256_or_si256(nibble, _mm256_slli_epi32(pair, 4)), _mm256_set1_epi32(32));
    }
    static INLINE Vec factors(const uint8_t* p) {
        return factors_only(_mm256_mul_ps(_mm512_castps512_ps256(half_at(p)), _mm256_cvtepi32_ps(scales(p))));
    }
};
