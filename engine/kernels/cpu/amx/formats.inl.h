// Number formats as BF16: every value is the scalar definition's, rounded once to nearest even.
#pragma once

// What a format costs, in operations on the two ports that take 512 bits (VCVTNE2PS2BF16 counted as three,
// VCVTNEPS2BF16 as two; loads and stores go elsewhere), for 64 values:
//   Q4_0, IQ4_NL, MXFP4, Q4_1: 12, and 1 to 4   two tables of 16 entries in one register
//   Q8_0 28                                      conversion
//   others: those of their F32 unpacking, and 6 to 8
// Reading from memory at 16.5 GB/s per core, 64 values of Q4_0 take 7 cycles and of Q8_0 14.
//
// A table's entries are computed in F32 and rounded. scale * code - minimum is one fused operation there:
// with 11 bits of the scale and 4 of the code the product is exact in F32, so fusing changes nothing.

// VPERMW looks at the low five bits of an index only.
INLINE __m512i look_up_words(__m512i index, __m512i table) {
    return _mm512_permutexvar_epi16(index, table);
}
INLINE __m512i select(int mask, __m512i set, __m512i clear) { // bits of `set` where the mask has ones
    return _mm512_ternarylogic_epi32(set, _mm512_set1_epi16(static_cast<short>(mask)), clear, 0xe2);
}
// Factors that are really stored: the load ports broadcast them for nothing, where the compiler, left alone,
// keeps them in a register and permutes it, 16 operations on the port that is the limit here.
INLINE Sixteen stored(Vec factors) {
    Sixteen result;
    store(result.at, factors);
    __asm__("" : "+m"(result));
    return result;
}
INLINE Vec factor(const Sixteen& factors, int at) {
    return broadcast(factors.at[at]);
}

// Blocks without a faster way: unpacked as floats. kPairs: in rising order, so that two vectors are rounded
// at once.
template <class Format, bool kPairs = true>
struct Rounded {
    static constexpr int kBlock = Format::kValues, kBytes = Format::kBytes;
    static INLINE void row(const uint8_t* p, int64_t n, PanelRow out) {
        for (; n > 0; n -= kBlock, p += kBytes, out = out.from(kBlock)) {
            Vec even = zero();
            Format::unpack(p, [&](auto k, Vec w) INLINE_LAMBDA {
                if constexpr (!kPairs) {
                    out.store_half(k.value, (__m256i)_mm512_cvtneps_pbh(w));
                } else if constexpr (k.value % 2 == 0) {
                    even = w;
                } else {
                    out.store(k.value / 2, to_bf16(even, w));
                }
            });
        }
    }
};
// Two blocks of 32 values, 16 bytes each: low nibbles are the first 16 values, high ones the others.
template <int kFirst> // of 32 values each, counted in the row
INLINE void look_up_blocks(const uint8_t* first, const uint8_t* second, Vec first_table, Vec second_table,
                           PanelRow out) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(second));
    const __m512i bytes = _mm512_cvtepu8_epi16(_mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1));
    const __m512i table = to_bf16(first_table, second_table);
    const __m512i which = _mm512_inserti64x4(_mm512_setzero_si512(), _mm256_set1_epi16(16), 1);
    const __m512i low = look_up_words(select(15, bytes, which), table);
    const __m512i high = look_up_words(select(15, _mm512_srli_epi16(bytes, 4), which), table);
    out.store_half(2 * kFirst, _mm512_castsi512_si256(low));
    out.store_half(2 * kFirst + 1, _mm512_castsi512_si256(high));
    out.store_half(2 * kFirst + 2, _mm512_extracti64x4_epi64(low, 1));
    out.store_half(2 * kFirst + 3, _mm512_extracti64x4_epi64(high, 1));
}

// F: kStride bytes from 16 bytes of nibbles to the next of eight, the first at kFirst; factors(p) of the
// eight; table(factors, s) of block s.
template <class F, class Format>
struct Nibble {
    static constexpr int kBlock = Format::kValues, kBytes = Format::kBytes;
    static INLINE void row(const uint8_t* p, [[maybe_unused]] int64_t n, PanelRow out) {
        if constexpr (kBlock < kChunk) {
            if (n < kChunk) return Rounded<Format>::row(p, n, out);
        }
        const Sixteen factors = stored(F::factors(p));
        repeat<4>([&](auto j) INLINE_LAMBDA {
            const uint8_t* const qs = p + F::kFirst + 2 * j.value * F::kStride;
            look_up_blocks<2 * j.value>(qs, qs + F::kStride, F::table(factors, 2 * j.value),
                                        F::table(factors, 2 * j.value + 1), out);
        });
    }
};
struct TablesQ4_0 : ByteQ4_0 {
    static constexpr int kFirst = 2, kStride = 18;
    static INLINE Vec table(const Sixteen& f, int s) { return mul(factor(f, s), counting_from(-8)); }
};
struct TablesQ4_1 : ByteQ4_1 {
    static constexpr int kFirst = 4, kStride = 20;
    static INLINE Vec table(const Sixteen& f, int s) {
        return _mm512_fmsub_ps(factor(f, s), counting_from(0), factor(f, 8 + s));
    }
};
struct TablesIQ4_NL : ByteIQ4_NL {
    static constexpr int kFirst = 2, kStride = 18;
    static INLINE Vec table(const Sixteen& f, int s) { return mul(factor(f, s), from_bytes(kIq4Values)); }
};
struct TablesMXFP4 : ByteMXFP4 {
    static constexpr int kFirst = 1, kStride = 17;
    static INLINE Vec table(const Sixteen& f, int s) { return mul(factor(f, s), from_bytes(kMxfp4Values)); }
};
using NibbleQ4_0 = Nibble<TablesQ4_0, Q4_0>;
using NibbleQ4_1 = Nibble<TablesQ4_1, Q4_1>;
using NibbleIQ4_NL = Nibble<TablesIQ4_NL, IQ4_NL>;
using NibbleMXFP4 = Nibble<TablesMXFP4, MXFP4>;

// Formats without blocks: zeros fill the last tile's columns.
struct CopiedBF16 {
    static constexpr int kBlock = 1, kBytes = 2;
    static INLINE void row(const uint8_t* p, int64_t n, PanelRow out) {
        for (int64_t i = 0; i < n; i += kTileDepth) {
            const auto some = static_cast<__mmask32>((uint64_t{1} << least(n - i, 32)) - 1);
            out.store(i / kTileDepth, _mm512_maskz_loadu_epi16(some, p + 2 * i));
        }
    }
};
struct RoundedF32 {
    static constexpr int kBlock = 1, kBytes = 4;
    static INLINE void row(const uint8_t* p, int64_t n, PanelRow out) {
        for (int64_t i = 0; i < n; i += kTileDepth)
            out.store(i / kTileDepth, to_bf16_part(reinterpret_cast<const float*>(p) + i, n - i));
    }
};
struct SplitF16 { // two parts of 8 bits hold the 11 of a half, subnormal ones too
    static constexpr int kBlock = 1, kBytes = 2;
    static INLINE void row(const uint8_t* p, int64_t n, PanelRow out) {
        for (int64_t i = 0; i < n; i += kTileDepth) {
            const Vec low = load_f16_part(p + 2 * i, least(n - i, 16));
            const Vec high = n - i > 16 ? load_f16_part(p + 2 * i + 32, least(n - i - 16, 16)) : zero();
            out.store_both(i / kTileDepth, low, high);
        }
    }
};

// Asks for the lines that begin in `bytes` bytes at p.
INLINE void ask_for(const uint8_t* p, int64_t bytes) {
    const auto line =
        reinterpret_cast<const uint8_t*>((reinterpret_cast<uintptr_t>(p) + 63) & ~uintptr_t{63});
    for (const uint8_t* at = line; at < p + bytes; at += 64)
        _mm_prefetch(at, _MM_HINT_T1);
}

// What lies ahead is fetched row by row, in the order of its addresses, which the hardware follows as well (a
// fifth faster than pieces of rows), and while rows are decoded: then few buffers that wait for memory are in
// use, where tiles, which come from the second cache, need them.
template <class Format, int kWeightParts>
void decode_rows(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                 const void* ahead) {
    const int64_t bytes = n / Format::kBlock * Format::kBytes;
    const auto* fetch = static_cast<const uint8_t*>(ahead);
    for (int64_t r = 0; r < rows; ++r) {
        const uint8_t* p = static_cast<const uint8_t*>(weights) + r * row_stride;
        PanelRow out = PanelRow::of<kWeightParts>(panel, r);
        if (fetch != nullptr) {
            ask_for(fetch, bytes);
            fetch += bytes;
        }
        if (r % 2 == 0) tiles_stay_on();
        for (int64_t at = 0; at < n; at += kChunk) {
            Format::row(p, least(n - at, kChunk), out);
            p += kChunk / Format::kBlock * Format::kBytes;
            out = out.from(kChunk);
        }
    }
}
