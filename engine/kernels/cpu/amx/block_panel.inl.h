// Many activations beside weights in blocks of 256: products of bytes, scaled once per block.
#pragma once

// BF16 tiles multiply 32 columns in 16 cycles, byte tiles 64, and bytes are fewer to decode, load and store.
// But sums of whole numbers have to be scaled wherever a factor changes; once in 256 columns that hides
// behind the products of the next 256, once in 32 it would take longer than all products. So both factors
// become bytes with one scale per 256 columns:
//   an activation is scale * byte, the scale the greatest magnitude / 127 (as llama.cpp has it here),
//   a weight is scale * byte + offset, the offset one of 32 columns.
// A byte is the format's code times the scale of its sub-block, rounded: off by at most half of 1/127 of what
// the block can hold, where codes of four bits are off by half of 1/15 of what their sub-block holds. Offsets
// meet the sums of 32 activations as BF16 (these in two parts), 1/16 of the work of all columns in BF16.
constexpr int64_t kBlockColumns = 256;
constexpr int64_t kByteDepth = 64;                                  // columns of one product of bytes
constexpr int64_t kBlockSteps = kBlockColumns / kByteDepth;         // products of a block
constexpr int64_t kPanelBlocks = 2;                                 // 16 KiB of bytes, and 16 of 32 tokens
constexpr int64_t kOffsets = kBlockColumns / 32;                    // of a block
constexpr int64_t kPackedBytes = 37;                                // of a token over 32 columns
constexpr int64_t kPackedBlock = kPackedBytes * kBlockColumns / 32; // of a token over a block

struct BlockPanel {
    // For 64 columns the tiles of 16 and 16 rows.
    int8_t bytes[kPanelBlocks * kBlockSteps][2][kSide][kByteDepth];
    uint16_t offsets[kGroupRows][2][kPanelBlocks * kOffsets]; // BF16; twice, for the sums' two parts
    float scales[kPanelBlocks][kGroupRows];
    int32_t has_offsets;
    int32_t unused[15];
};
constexpr int64_t kBlockRowBytes = sizeof(BlockPanel) / kGroupRows;
static_assert(kBlockRowBytes * kGroupRows == sizeof(BlockPanel));

// Packed tokens of a block: [64 columns][16 tokens][column / 4][token][4] bytes, [token] scales, and the sums
// of 32 columns times the scale in two parts: [part][pair of sums][token][2] BF16.
INLINE int64_t scales_at(int64_t width) {
    return kBlockColumns * width;
}
INLINE int64_t sums_at(int64_t width, int64_t part, int64_t pair) {
    return scales_at(width) + 4 * width * (1 + part * (kOffsets / 2) + pair);
}

// One token's 256 values as bytes, in the order in which packing in 128-bit lanes leaves them: of every 64,
// quad 4 i + j (columns 16 j + 4 i on) stands at 4 (4 i + j). Returns the scale: see QuantizedRow.
INLINE float block_bytes(const float* x, int8_t* bytes) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    __m512i most[4];
    repeat<4>([&](auto j) INLINE_LAMBDA { most[j.value] = _mm512_setzero_si512(); });
    repeat<16>([&](auto i) INLINE_LAMBDA {
        const __m512i bits = _mm512_and_si512(_mm512_castps_si512(load(x + 16 * i.value)), magnitude);
        most[i.value % 4] = _mm512_max_epi32(most[i.value % 4], bits);
    });
    const __m512i all =
        _mm512_max_epi32(_mm512_max_epi32(most[0], most[1]), _mm512_max_epi32(most[2], most[3]));
    const float greatest = __builtin_bit_cast(float, _mm512_reduce_max_epi32(all));
    const float scale = greatest < 1e-30f ? 0.0f : greatest / 127.0f; // infinity and NaN stay
    const bool usable = scale > 0.0f && scale < 3e38f;
    const Vec inverse = broadcast(usable ? 127.0f / greatest : 0.0f);
    const __mmask16 keep = usable ? 0xffff : 0; // 0 times infinity would be NaN
    repeat<4>([&](auto k) INLINE_LAMBDA {
        const auto whole = [&](auto j) INLINE_LAMBDA {
            return _mm512_maskz_cvtps_epi32(keep, mul(load(x + 64 * k.value + 16 * j.value), inverse));
        };
        const __m512i low = _mm512_packs_epi32(whole(Index<0>{}), whole(Index<1>{}));
        const __m512i high = _mm512_packs_epi32(whole(Index<2>{}), whole(Index<3>{}));
        _mm512_storeu_si512(bytes + 64 * k.value, _mm512_packs_epi16(low, high));
    });
    return scale;
}

// One block of `count` of 16 tokens; `t` is the first of them among `width`.
INLINE void pack_block(const float* const* x, int64_t count, int64_t column, uint8_t* block, int64_t t,
                       int64_t width) {
    alignas(64) int8_t bytes[kSide][kBlockColumns];
    alignas(64) float scales[kSide] = {};
    for (int64_t i = 0; i < kSide; ++i) {
        if (i < count) {
            scales[i] = block_bytes(x[i] + column, bytes[i]);
        } else {
            __builtin_memset(bytes[i], 0, sizeof bytes[i]);
        }
    }
    const Vec scale = load(scales);
    store(reinterpret_cast<float*>(block + scales_at(width)) + t, scale);
    Vec sums[kOffsets];
    repeat<kBlockSteps>([&](auto step) INLINE_LAMBDA {
        uint8_t* const tile = block + (step.value * (width / kSide) + t / kSide) * kTileBytes;
        __m512i halves[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
        turn([&](auto i)
                 INLINE_LAMBDA { return reinterpret_cast<const float*>(bytes[i.value] + 64 * step.value); },
             kSide,
             [&](auto at, Vec quads) INLINE_LAMBDA {
                 constexpr int kQuad = 4 * (at.value % 4) + at.value / 4;
                 const __m512i four = _mm512_castps_si512(quads);
                 _mm512_storeu_si512(tile + 64 * kQuad, four);
                 halves[kQuad / 8] = _mm512_dpbusd_epi32(halves[kQuad / 8], _mm512_set1_epi8(1), four);
             });
        sums[2 * step.value] = mul(scale, _mm512_cvtepi32_ps(halves[0]));
        sums[2 * step.value + 1] = mul(scale, _mm512_cvtepi32_ps(halves[1]));
    });
    repeat<kOffsets / 2>([&](auto pair) INLINE_LAMBDA {
        const Vec even = sums[2 * pair.value], odd = sums[2 * pair.value + 1];
        const __m512i first = to_bf16_pairs(even, odd);
        const Vec even_rest = sub(even, _mm512_castsi512_ps(_mm512_slli_epi32(first, 16)));
        const Vec odd_rest = sub(odd, _mm512_castsi512_ps(_mm512_maskz_mov_epi16(0xaaaaaaaa, first)));
        _mm512_storeu_si512(block + sums_at(width, 0, pair.value) + 4 * t, first);
        _mm512_storeu_si512(block + sums_at(width, 1, pair.value) + 4 * t,
                            to_bf16_pairs(even_rest, odd_rest));
    });
}

void pack_blocks(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    auto* block = static_cast<uint8_t*>(packed);
    for (int64_t column = 0; column < depth; column += kBlockColumns, block += kPackedBlock * width) {
        for (int64_t t = 0; t < width; t += kSide)
            pack_block(x + least(t, count), least(count - t, kSide), column, block, t, width);
    }
}

// c (+)= offsets times sums of activations.
template <int kRowTiles, int kTokenTiles>
INLINE void multiply_offsets(const BlockPanel& panel, const uint8_t* packed, int64_t blocks, float* c,
                             bool add_to) {
    constexpr int64_t kWidth = kTokenTiles * kSide;
    alignas(64) uint8_t pairs[kTokenTiles][2][kSide / 2][64];
    if (blocks < kPanelBlocks) __builtin_memset(pairs, 0, sizeof pairs);
    for (int64_t b = 0; b < blocks; ++b) {
        const uint8_t* const block = packed + b * kPackedBlock * kWidth;
        repeat<kOffsets>([&](auto i) INLINE_LAMBDA {
            constexpr int kPart = i.value / (kOffsets / 2), kPair = i.value % (kOffsets / 2);
            repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA {
                _mm512_store_si512(pairs[j.value][kPart][b * (kOffsets / 2) + kPair],
                                   load_bytes(block + sums_at(kWidth, kPart, kPair) + 64 * j.value));
            });
        });
    }
    multiply_tiles<1, 1, kRowTiles, kTokenTiles>(reinterpret_cast<const uint8_t*>(panel.offsets),
                                                 pairs[0][0][0], 1, c, add_to);
}

// Of a block's sums of whole numbers, rows [first, first + kRows).
template <int kTokenTiles>
struct ScaledSums {
    const int32_t* sums;
    const float *rows, *tokens; // scales
    float* c;
    bool add_to;

    template <int kFirst, int kRows>
    INLINE void add_rows() const {
        if (add_to) {
            add_rows<kFirst, kRows, true>();
        } else {
            add_rows<kFirst, kRows, false>();
        }
    }

 private:
    template <int kFirst, int kRows, bool kAdd>
    INLINE void add_rows() const {
        Vec scales[kTokenTiles];
        repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA { scales[j.value] = load(tokens + kSide * j.value); });
        repeat<kRows>([&](auto i) INLINE_LAMBDA {
            constexpr int64_t kRow = kFirst + i.value;
            const Vec row = broadcast(rows[kRow]);
            repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA {
                constexpr int64_t kAt = (kRow * kTokenTiles + j.value) * kSide;
                const Vec sum = _mm512_cvtepi32_ps(load_bytes(sums + kAt));
                const Vec scale = mul(row, scales[j.value]);
                store(c + kAt, kAdd ? fma(sum, scale, load(c + kAt)) : mul(sum, scale));
            });
        });
    }
};

// Tile registers as in multiply_tiles(). While a block's products are on their way the block before is
// scaled.
template <int kRowTiles, int kTokenTiles>
INLINE void multiply_blocks(const BlockPanel& panel, const uint8_t* packed, int64_t blocks, float* c,
                            bool add_to) {
    constexpr int64_t kWidth = kTokenTiles * kSide, kRows = kRowTiles * kSide;
    constexpr int kSlice = kRows / kBlockSteps;
    alignas(64) int32_t sums[kRows * kWidth]; // the block before is scaled when a block's are stored
    if (panel.has_offsets != 0) {
        multiply_offsets<kRowTiles, kTokenTiles>(panel, packed, blocks, c, add_to);
        add_to = true;
    }
    const auto scaled = [&](int64_t b) INLINE_LAMBDA {
        const uint8_t* const block = packed + b * kPackedBlock * kWidth;
        return ScaledSums<kTokenTiles>{sums, panel.scales[b],
                                       reinterpret_cast<const float*>(block + scales_at(kWidth)), c,
                                       add_to || b > 0};
    };
    for (int64_t b = 0; b < blocks; ++b) {
        const uint8_t* x = packed + b * kPackedBlock * kWidth;
        const auto for_sums = [&](auto f) INLINE_LAMBDA {
            repeat<kRowTiles>(
                [&](auto i) INLINE_LAMBDA { repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA { f(i, j); }); });
        };
        for_sums([&](auto i, auto j) INLINE_LAMBDA { tile_zero<2 * i.value + j.value>(); });
        repeat<kBlockSteps>([&](auto step) INLINE_LAMBDA {
            const auto& w = panel.bytes[b * kBlockSteps + step.value];
            repeat<kRowTiles>([&](auto i) INLINE_LAMBDA { tile_load<4 + i.value>(w[i.value], 64); });
            repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA {
                tile_stream<6 + j.value>(x + (step.value * kTokenTiles + j.value) * kTileBytes, 64);
                repeat<kRowTiles>([&](auto i) INLINE_LAMBDA {
                    tile_dp_bytes<2 * i.value + j.value, 4 + i.value, 6 + j.value>();
                });
                constexpr int kPiece = kSlice / kTokenTiles;
                if (b > 0) scaled(b - 1).template add_rows<step.value * kSlice + j.value * kPiece, kPiece>();
            });
        });
        for_sums([&](auto i, auto j) INLINE_LAMBDA {
            tile_store<2 * i.value + j.value>(sums + i.value * kSide * kWidth + kSide * j.value, 4 * kWidth);
        });
    }
    scaled(blocks - 1).template add_rows<0, kRows>();
}

void multiply_block_panel(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                          float* c, bool add_to) {
    const auto& w = *static_cast<const BlockPanel*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    const int64_t blocks = depth / kBlockColumns;
    const auto with = [&](auto token_tiles) INLINE_LAMBDA {
        constexpr int kTokenTiles = token_tiles.value;
        in_whole_tiles<kTokenTiles>(rows, c, add_to, [&](auto row_tiles, float* sums) INLINE_LAMBDA {
            multiply_blocks<row_tiles.value, kTokenTiles>(w, x, blocks, sums, add_to);
        });
    };
    if (width == kMostTokens) {
        with(Index<2>{});
    } else {
        with(Index<1>{});
    }
}

constexpr PanelKernels block_panel_kernels() {
    PanelKernels kernels = kRoundedPanel;
    kernels.depth = kPanelBlocks * kBlockColumns;
    kernels.block = kBlockColumns;
    kernels.packed_bytes = kPackedBytes;
    kernels.panel_bytes = kBlockRowBytes;
    kernels.operands = PanelOperands::block_bytes;
    kernels.pack = pack_blocks;
    kernels.multiply = multiply_block_panel;
    return kernels;
}
constexpr PanelKernels kBlockPanel = block_panel_kernels();
