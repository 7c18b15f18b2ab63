// Number formats in blocks of 256 as bytes with one scale: see block_panel.inl.h.
#pragma once

// A byte is looked up: tables hold scale x code for every scale of a sub-block (six bits, Q6_K eight),
// rounded to a byte. Scales of a block that are all small are doubled until one is not, so that the byte's
// range is used. In operations on the two ports that take 512 bits, for 64 values: Q4_K 4, Q5_K 7, Q6_K 7;
// BF16 takes 10, 18, 25.
//
// A format F has
//   kBytes              of a block
//   kUnit               where there are offsets: what a byte counts, d times this, times 2^-(doublings)
//   kCentre             offset of a sub-block = d * kCentre * scale - dmin * minimum; 0: no offsets
//   block(p, b, f, out) writes the 256 bytes of block b of a panel row and its part of f

// Of a panel row.
struct BlockFactors {
    float scales[kPanelBlocks], dmin[kPanelBlocks]; // of bytes, of minima
    // Where there are offsets: scales doubled as often as they can be, and once more; minima as they are.
    uint8_t sub_scales[kPanelBlocks * kOffsets], sub_minima[kPanelBlocks * kOffsets];
};
// Where a row's bytes go: 64 of them, and the next 64 two tiles on.
struct BlockRow {
    int8_t* at;
    template <int kStep>
    INLINE void store(__m512i v) const {
        _mm512_storeu_si512(at + kStep * 2 * kTileBytes, v);
    }
};

template <int kScales, int kCodes>
struct CodeTable { // [scale][code]
    alignas(64) int8_t at[kScales][kCodes];
};
constexpr int round_to_even(int numerator, int denominator) {
    const int floor = (numerator >= 0 ? numerator : numerator - denominator + 1) / denominator;
    const int rest = 2 * (numerator - floor * denominator);
    return floor + (rest > denominator || (rest == denominator && floor % 2 != 0) ? 1 : 0);
}
// scale * (code - centre) * numerator / denominator
template <int kScales, int kCodes>
constexpr CodeTable<kScales, kCodes> code_table(int first_scale, int centre, int numerator, int denominator) {
    CodeTable<kScales, kCodes> table{};
    for (int s = 0; s < kScales; ++s) {
        for (int c = 0; c < kCodes; ++c)
            table.at[s][c] =
                static_cast<int8_t>(round_to_even((first_scale + s) * (c - centre) * numerator, denominator));
    }
    return table;
}

// How often numbers whose bits together are those of all bytes can be doubled until one has bit kBit.
template <int kBit>
INLINE int doublings(uint64_t bytes) {
    bytes |= bytes >> 32;
    bytes |= bytes >> 16;
    bytes |= bytes >> 8;
    const auto any = static_cast<uint32_t>(bytes & 0xff);
    const int bit = 31 - __builtin_clz(any | 1);
    return any == 0 || bit > kBit ? 0 : kBit - bit;
}
INLINE float halved(float x, int times) {
    return x * __builtin_bit_cast(float, (127 - times) << 23);
}

// Q4_K and Q5_K: eight scales and eight minima of six bits. Layout in quant/blocks.h.
template <class Format>
INLINE void six_bit_factors(const uint8_t* p, int64_t b, BlockFactors& f) {
    const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i low =
        _mm_shuffle_epi8(all, _mm_setr_epi8(4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
    const __m128i high =
        _mm_shuffle_epi8(all, _mm_setr_epi8(-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11));
    const __m128i low_bits = _mm_and_si128(_mm_srlv_epi32(low, _mm_setr_epi32(0, 0, 0, 4)),
                                           _mm_setr_epi32(0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f));
    const __m128i high_bits = _mm_and_si128(_mm_srli_epi32(high, 2), _mm_set1_epi32(0x30303030));
    const __m128i numbers = _mm_or_si128(low_bits, high_bits);
    const __m128 both = _mm_cvtph_ps(all); // d, dmin, then no numbers
    __m128i scales = _mm_add_epi8(numbers, numbers);
    float scale = _mm_cvtss_f32(both) * Format::kUnit;
    const auto bits = static_cast<uint64_t>(_mm_cvtsi128_si64(scales));
    if ((bits & 0x4040404040404040) == 0) [[unlikely]] {
        const int times = doublings<6>(bits);
        scales = _mm_sll_epi64(scales, _mm_cvtsi32_si128(times));
        scale = halved(scale, times);
    }
    f.scales[b] = scale;
    f.dmin[b] = _mm_cvtss_f32(_mm_movehdup_ps(both));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(f.sub_scales + kOffsets * b), scales);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(f.sub_minima + kOffsets * b),
                     _mm_unpackhi_epi64(numbers, numbers));
    // They index tables: eight loads are cheaper than taking a register apart.
    __asm__("" : "+m"(f.sub_scales));
}
// The row of a table for a doubled scale.
template <int kScales, int kCodes>
INLINE const int8_t* row_of(const CodeTable<kScales, kCodes>& table, uint8_t doubled) {
    return &table.at[0][0] + uint64_t{doubled} * (kCodes / 2); // addresses scale by eight at most
}

struct TiledQ4_K {
    static constexpr int kBytes = 144, kCentre = 8;
    static constexpr float kUnit = 4;
    static constexpr CodeTable<64, 16> kTable = code_table<64, 16>(0, kCentre, 1, 4);
    static INLINE void block(const uint8_t* p, int64_t b, BlockFactors& f, BlockRow out) {
        six_bit_factors<TiledQ4_K>(p, b, f);
        const uint8_t* const scales = f.sub_scales + kOffsets * b;
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const auto table = [&](int s) INLINE_LAMBDA {
                return _mm_load_si128(reinterpret_cast<const __m128i*>(row_of(kTable, scales[s])));
            };
            const __m512i tables = _mm512_mask_broadcast_i32x4(_mm512_broadcast_i32x4(table(2 * k.value)),
                                                               0xff00, table(2 * k.value + 1));
            out.store<k.value>(_mm512_shuffle_epi8(tables, ByteQ4_K::bytes<k.value>(p)));
        });
    }
};

struct TiledQ5_K {
    static constexpr int kBytes = 176, kCentre = 16;
    static constexpr float kUnit = 8;
    static constexpr CodeTable<64, 32> kTable = code_table<64, 32>(0, kCentre, 1, 8);
    static INLINE void block(const uint8_t* p, int64_t b, BlockFactors& f, BlockRow out) {
        six_bit_factors<TiledQ5_K>(p, b, f);
        const uint8_t* const scales = f.sub_scales + kOffsets * b;
        const __m512i fifth = twice(p + 16); // bit s belongs to sub-block s
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const auto table = [&](int s) INLINE_LAMBDA {
                return _mm256_load_si256(reinterpret_cast<const __m256i*>(row_of(kTable, scales[s])));
            };
            const __m512i tables = _mm512_mask_broadcast_i64x4(_mm512_castsi256_si512(table(2 * k.value)),
                                                               0xf0, table(2 * k.value + 1));
            // Bits 0 - 3 the nibble, 4 the fifth bit, 5 which table; VPERMB looks at no more than six.
            const __m512i nibbles = shift_right<0, 4>(twice(p + 48 + 32 * k.value));
            const __m512i turns = _mm512_inserti64x4(_mm512_set1_epi32((4 - 2 * k.value) & 31),
                                                     _mm256_set1_epi32((3 - 2 * k.value) & 31), 1);
            const __m512i bits = _mm512_rolv_epi32(fifth, turns);
            constexpr int kAndOr = 0xea; // (a & b) | c
            const __m512i low =
                _mm512_ternarylogic_epi32(nibbles, _mm512_set1_epi8(15), in_halves<0, 32>(), kAndOr);
            const __m512i codes = _mm512_ternarylogic_epi32(bits, _mm512_set1_epi8(16), low, kAndOr);
            out.store<k.value>(_mm512_permutexvar_epi8(codes, tables));
        });
    }
};

// Signed scales, doubled until one has bit kBit, plus kRows / 2: the rows of a table. `unit` is halved as
// often.
template <int kBit, int kRows>
INLINE void scale_rows(__m128i scales, float& unit, uint8_t (&rows)[16]) {
    const __m128i magnitudes = _mm_abs_epi8(scales);
    if (_mm_testz_si128(magnitudes, _mm_set1_epi8(static_cast<char>(0xff << kBit)))) [[unlikely]] {
        const __m128i both = _mm_or_si128(magnitudes, _mm_unpackhi_epi64(magnitudes, magnitudes));
        const int times = doublings<kBit>(static_cast<uint64_t>(_mm_cvtsi128_si64(both)));
        scales = _mm_and_si128(_mm_sll_epi16(scales, _mm_cvtsi32_si128(times)),
                               _mm_set1_epi8(static_cast<char>(0xff << times)));
        unit = halved(unit, times);
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rows),
                     _mm_add_epi8(scales, _mm_set1_epi8(static_cast<char>(kRows / 2))));
    __asm__("" : "+m"(rows));
}
INLINE float half_float(const uint8_t* p) {
    uint16_t bits;
    __builtin_memcpy(&bits, p, 2);
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}

// Sub-blocks of 16: four tables of 64 codes for 64 values, one after the other.
struct TiledQ6_K {
    static constexpr int kBytes = 210, kCentre = 0;
    static constexpr CodeTable<256, 64> kTable = code_table<256, 64>(-128, 32, 127, 4096);
    static INLINE void block(const uint8_t* p, int64_t b, BlockFactors& f, BlockRow out) {
        uint8_t rows[16];
        f.scales[b] = half_float(p + 208) * (4096.0f / 127);
        scale_rows<6, 256>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 192)), f.scales[b], rows);
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const __m512i codes = ByteQ6_K::bytes<k.value>(p);
            __m512i values = _mm512_setzero_si512();
            repeat<4>([&](auto i) INLINE_LAMBDA {
                values = _mm512_mask_permutexvar_epi8(values, uint64_t{0xffff} << (16 * i.value), codes,
                                                      load_bytes(kTable.at[rows[4 * k.value + i.value]]));
            });
            out.store<k.value>(values);
        });
    }
};

// Sub-blocks of 16 with eight codes: four tables in one register.
struct TiledQ3_K {
    static constexpr int kBytes = 110, kCentre = 0;
    static constexpr CodeTable<64, 16> kTable = code_table<64, 16>(-32, 4, 127, 128);
    static INLINE void block(const uint8_t* p, int64_t b, BlockFactors& f, BlockRow out) {
        uint8_t rows[16];
        f.scales[b] = half_float(p + 108) * (128.0f / 127);
        scale_rows<4, 64>(_mm512_cvtepi32_epi8(Q3_K::scales(p + 96)), f.scales[b], rows);
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const auto table = [&](int i) INLINE_LAMBDA {
                return _mm_load_si128(reinterpret_cast<const __m128i*>(kTable.at[rows[4 * k.value + i]]));
            };
            __m512i tables = _mm512_broadcast_i32x4(table(0));
            tables = _mm512_mask_broadcast_i32x4(tables, 0x00f0, table(1));
            tables = _mm512_mask_broadcast_i32x4(tables, 0x0f00, table(2));
            tables = _mm512_mask_broadcast_i32x4(tables, 0xf000, table(3));
            out.store<k.value>(_mm512_shuffle_epi8(tables, ByteQ3_K::bytes<k.value>(p)));
        });
    }
};

struct TiledIQ4_XS {
    static constexpr int kBytes = 136, kCentre = 0;
    static constexpr CodeTable<64, 16> kTable = [] {
        CodeTable<64, 16> table{};
        for (int s = 0; s < 64; ++s) {
            for (int c = 0; c < 16; ++c)
                table.at[s][c] = static_cast<int8_t>(round_to_even((s - 32) * kIq4Values[c], 32));
        }
        return table;
    }();
    static INLINE void block(const uint8_t* p, int64_t b, BlockFactors& f, BlockRow out) {
        uint8_t rows[16];
        f.scales[b] = half_float(p) * 32;
        scale_rows<4, 64>(_mm256_cvtepi32_epi8(ByteIQ4_XS::scales(p)), f.scales[b], rows);
        repeat<4>([&](auto k) INLINE_LAMBDA {
            const auto table = [&](int s) INLINE_LAMBDA {
                return _mm_load_si128(reinterpret_cast<const __m128i*>(kTable.at[rows[s]]));
            };
            const __m512i tables = _mm512_mask_broadcast_i32x4(_mm512_broadcast_i32x4(table(2 * k.value)),
                                                               0xff00, table(2 * k.value + 1));
            const __m512i codes = nibble_pairs(p + 8 + 32 * k.value, p + 24 + 32 * k.value);
            out.store<k.value>(_mm512_shuffle_epi8(tables, codes));
        });
    }
};

// Of both blocks of a row, as BF16.
template <class Format>
INLINE void store_offsets(const BlockFactors& f, uint16_t (&to)[2][kPanelBlocks * kOffsets]) {
    const auto floats = [](const uint8_t(&bytes)[kPanelBlocks * kOffsets])
                            INLINE_LAMBDA { return _mm512_cvtepi32_ps(indices(bytes)); };
    const auto of_blocks = [](const float(&two)[kPanelBlocks]) INLINE_LAMBDA {
        return _mm512_mask_broadcastss_ps(broadcast(two[1]), 0x00ff, _mm_load_ss(two));
    };
    const Vec centre = broadcast(Format::kCentre / (2 * Format::kUnit));
    const Vec scales = mul(mul(of_blocks(f.scales), centre), floats(f.sub_scales));
    const auto rounded = (__m256i)_mm512_cvtneps_pbh(fnma(of_blocks(f.dmin), floats(f.sub_minima), scales));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to[0]), rounded);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to[1]), rounded);
}

template <class Format, int kBlocks>
INLINE void decode_block_row(const uint8_t* p, int64_t r, BlockFactors& f, BlockPanel& to) {
    if constexpr (kBlocks < kPanelBlocks) f = {};
    repeat<kBlocks>([&](auto b) INLINE_LAMBDA {
        Format::block(p + b.value * Format::kBytes, b.value, f,
                      {to.bytes[kBlockSteps * b.value][r / kSide][r % kSide]});
        to.scales[b.value][r] = f.scales[b.value];
    });
}

// What lies ahead is fetched as decode_rows() does it.
template <class Format>
void decode_block_rows(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                       const void* ahead) {
    constexpr int64_t kAwake = 8; // rows: see tiles_stay_on()
    auto& to = *static_cast<BlockPanel*>(panel);
    const int64_t bytes = n / kBlockColumns * Format::kBytes;
    const auto* fetch = static_cast<const uint8_t*>(ahead);
    to.has_offsets = Format::kCentre != 0;
    BlockFactors factors[kGroupRows];
    for (int64_t r = 0; r < rows; ++r) {
        if (fetch != nullptr) {
            ask_for(fetch, bytes);
            fetch += bytes;
        }
        if (r % kAwake == 0) tiles_stay_on();
        const uint8_t* const p = static_cast<const uint8_t*>(weights) + r * row_stride;
        if (n > kBlockColumns) {
            decode_block_row<Format, 2>(p, r, factors[r], to);
        } else {
            decode_block_row<Format, 1>(p, r, factors[r], to);
        }
    }
    // Later: what was stored in pieces of eight bytes is not yet there for a load of sixteen.
    if constexpr (Format::kCentre != 0) {
        for (int64_t r = 0; r < rows; ++r)
            store_offsets<Format>(factors[r], to.offsets[r]);
    }
}
