// Many activations: packing, products of tiles, storing.
#pragma once

// Weight rows are the left factor, as the panel holds them; 16 tokens are the columns of the right factor,
// which wants pairs of successive depth side by side: packing turns them once. A product is 16 rows x 16
// tokens.
//
// A factor is a sum of BF16 parts: one (rounded to 8 bits) for weights in blocks and their activations.
// Weights in BF16 and F16 keep the accuracy of F32: activations are split into three parts of 8 bits, which
// is exact, and F16 weights into two. The product of two last parts is below 2^-26 of the whole and left out.
// (FP8 and groups of whole numbers, times their F32 scales, would need three parts: they stay with AVX-512.)
//
// A panel is 32 rows x 256 columns: its 16 KiB, the 16 KiB of 32 tokens and the 4 KiB of sums stay in a first
// cache of 48 KiB while the tokens take turns. Four sums, two left and two right tiles are all eight
// registers: four products of 16 cycles for four loads of 16 lines, of which the second cache must not have
// to give more than about 35, its pace.
constexpr int64_t kColumns = 256;
constexpr int64_t kGroupRows = 32, kMostTokens = 32;
constexpr int64_t kSide = 16;      // rows and tokens of a tile
constexpr int64_t kTileDepth = 32; // columns of one product
constexpr int64_t kTileBytes = 1024;
constexpr int64_t kPartBytes = 2 * kColumns; // of a panel row

INLINE Vec low_floats(__m512i bf16) {
    return from_bf16(_mm512_castsi512_si256(bf16));
}
INLINE Vec high_floats(__m512i bf16) {
    return from_bf16(_mm512_extracti64x4_epi64(bf16, 1));
}

// Where a panel of 32 rows holds one of them: for every 32 columns a part's two tiles stand side by side,
// each whole, so that no two rows of a tile share a set of the first cache.
struct PanelRow {
    uint8_t* at;
    int64_t step; // to the next 32 columns

    template <int kWeightParts>
    static INLINE PanelRow of(void* panel, int64_t row) {
        return {static_cast<uint8_t*>(panel) + row * 64, kWeightParts * 2 * kTileBytes};
    }
    INLINE PanelRow from(int64_t column) const { return {at + column / kTileDepth * step, step}; }
    // Columns 32 i on.
    INLINE void store(int64_t i, __m512i v) const { _mm512_storeu_si512(at + i * step, v); }
    // Columns 16 i on.
    INLINE void store_half(int64_t i, __m256i v) const {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(at + i / 2 * step + i % 2 * 32), v);
    }
    // Columns 32 i on in two parts.
    INLINE void store_both(int64_t i, Vec low, Vec high) const {
        const __m512i first = to_bf16(low, high);
        store(i, first);
        _mm512_storeu_si512(at + i * step + 2 * kTileBytes,
                            to_bf16(sub(low, low_floats(first)), sub(high, high_floats(first))));
    }
};

// `columns` values of 16 tokens as pairs, zero from `columns` and `count` on: a tile for each part.
template <int kParts>
INLINE void pack_tile(const float* const* x, int64_t count, int64_t from, int64_t columns, uint8_t* out,
                      int64_t part_stride) {
    alignas(64) float pairs[kParts][kSide][kSide];
    for (int64_t t = 0; t < kSide; ++t) {
        Vec low = zero(), high = zero();
        if (t < count) {
            low = load_part(x[t] + from, least(columns, 16));
            if (columns > 16) high = load_part(x[t] + from + 16, columns - 16);
        }
        repeat<kParts>([&](auto part) INLINE_LAMBDA {
            const __m512i both = to_bf16(low, high);
            _mm512_store_si512(pairs[part.value][t], both);
            low = sub(low, low_floats(both));
            high = sub(high, high_floats(both));
        });
    }
    repeat<kParts>([&](auto part) INLINE_LAMBDA {
        auto* const to = reinterpret_cast<float*>(out + part.value * part_stride);
        turn([&](auto i) INLINE_LAMBDA { return pairs[part.value][i.value]; }, kSide,
             [&](auto k, Vec v) INLINE_LAMBDA { store(to + kSide * k.value, v); });
    });
}

// For every 32 columns: [part][16 tokens][column pair][token][2].
template <int kParts>
void pack_pairs(const float* const* x, int64_t count, int64_t depth, void* packed, int64_t width) {
    auto* out = static_cast<uint8_t*>(packed);
    const int64_t part_stride = width / kSide * kTileBytes;
    for (int64_t from = 0; from < depth; from += kTileDepth, out += kParts * part_stride) {
        const int64_t columns = least(kTileDepth, depth - from);
        for (int64_t t = 0; t < width; t += kSide)
            pack_tile<kParts>(x + least(t, count), least(count - t, kSide), from, columns,
                              out + t / kSide * kTileBytes, part_stride);
    }
}

// The same for one part of what stands turned already: rows {depth, width}.
void pack_columns(const float* rows, int64_t depth, int64_t width, void* packed) {
    auto* const out = static_cast<uint8_t*>(packed);
    for (int64_t i = 0; i < depth; i += kTileDepth) {
        for (int64_t t = 0; t < width; t += kSide) {
            uint8_t* const tile = out + (i / kTileDepth * (width / kSide) + t / kSide) * kTileBytes;
            for (int64_t pair = 0; pair < kTileDepth / 2; ++pair) {
                const float* const from = rows + (i + 2 * pair) * width + t;
                const int64_t left = depth - i - 2 * pair;
                _mm512_storeu_si512(tile + 64 * pair, to_bf16_pairs(left > 0 ? load(from) : zero(),
                                                                    left > 1 ? load(from + width) : zero()));
            }
        }
    }
}

// Tile registers: sums of row tile i and token tile j in 2 i + j, weights in 4 + i, activations in 6 + j.
template <int kWeightParts, int kParts, int kRowTiles, int kTokenTiles>
INLINE void multiply_tiles(const uint8_t* panel, const uint8_t* packed, int64_t steps, float* c,
                           bool add_to) {
    constexpr int64_t kSumBytes = kTokenTiles * kSide * 4; // of a row
    const auto for_sums = [&](auto f) INLINE_LAMBDA {
        repeat<kRowTiles>([&](auto i) INLINE_LAMBDA {
            repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA {
                f(i, j, reinterpret_cast<uint8_t*>(c) + i.value * kSide * kSumBytes + 64 * j.value);
            });
        });
    };
    if (add_to) {
        for_sums([&](auto i, auto j, uint8_t* at)
                     INLINE_LAMBDA { tile_load<2 * i.value + j.value>(at, kSumBytes); });
    } else {
        for_sums([&](auto i, auto j, uint8_t*) INLINE_LAMBDA { tile_zero<2 * i.value + j.value>(); });
    }
    for (int64_t s = 0; s < steps; ++s, panel += kWeightParts * 2 * kTileBytes) {
        repeat<kWeightParts>([&](auto w) INLINE_LAMBDA {
            repeat<kRowTiles>([&](auto i) INLINE_LAMBDA {
                tile_load<4 + i.value>(panel + (2 * w.value + i.value) * kTileBytes, 64);
            });
            repeat<kWeightParts == 2 && w.value == 1 ? kParts - 1 : kParts>([&](auto part) INLINE_LAMBDA {
                repeat<kTokenTiles>([&](auto j) INLINE_LAMBDA {
                    tile_stream<6 + j.value>(packed + (part.value * kTokenTiles + j.value) * kTileBytes, 64);
                    repeat<kRowTiles>([&](auto i) INLINE_LAMBDA {
                        tile_dp_bf16<2 * i.value + j.value, 4 + i.value, 6 + j.value>();
                    });
                });
            });
        });
        packed += kParts * kTokenTiles * kTileBytes;
    }
    for_sums([&](auto i, auto j, uint8_t* at)
                 INLINE_LAMBDA { tile_store<2 * i.value + j.value>(at, kSumBytes); });
}

// multiply(Index<row tiles>, sums of whole tiles). Fewer rows than the tiles have take a detour, because c
// has no room behind its last row.
template <int kTokenTiles, class Multiply>
INLINE void in_whole_tiles(int64_t rows, float* c, bool add_to, Multiply multiply) {
    if (rows == kGroupRows) return multiply(Index<2>{}, c);
    alignas(64) float sums[kGroupRows * kTokenTiles * kSide] = {};
    const auto bytes = static_cast<size_t>(rows * kTokenTiles * kSide * 4);
    if (add_to) __builtin_memcpy(sums, c, bytes);
    if (rows > kSide) {
        multiply(Index<2>{}, sums);
    } else {
        multiply(Index<1>{}, sums);
    }
    __builtin_memcpy(c, sums, bytes);
}

template <int kWeightParts, int kParts>
void multiply_panels(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                     float* c, bool add_to) {
    const auto* const w = static_cast<const uint8_t*>(panel);
    const auto* const x = static_cast<const uint8_t*>(packed);
    const int64_t steps = (depth + kTileDepth - 1) / kTileDepth;
    const auto with = [&](auto token_tiles) INLINE_LAMBDA {
        constexpr int kTokenTiles = token_tiles.value;
        in_whole_tiles<kTokenTiles>(rows, c, add_to, [&](auto row_tiles, float* sums) INLINE_LAMBDA {
            multiply_tiles<kWeightParts, kParts, row_tiles.value, kTokenTiles>(w, x, steps, sums, add_to);
        });
    };
    if (width == kMostTokens) {
        with(Index<2>{});
    } else {
        with(Index<1>{});
    }
}
void enter() {
    tiles_enter();
}
void leave() {
    tiles_leave();
}

template <int kWeightParts, int kParts>
constexpr PanelKernels panel_kernels(PanelOperands operands) {
    PanelKernels kernels;
    kernels.tile = kMostTokens;
    kernels.lanes = kSide;
    kernels.group = kernels.rows = kGroupRows;
    kernels.depth = kColumns;
    kernels.packed_bytes = kParts * 2 * kTileDepth;
    kernels.panel_bytes = kWeightParts * kPartBytes;
    kernels.operands = operands;
    kernels.fetches = true;
    kernels.pack = pack_pairs<kParts>;
    kernels.multiply = multiply_panels<kWeightParts, kParts>;
    kernels.store = store_turned;
    kernels.enter = enter;
    kernels.leave = leave;
    return kernels;
}
constexpr PanelKernels kRoundedPanel = panel_kernels<1, 1>(PanelOperands::bf16);
template <int kWeightParts>
constexpr PanelKernels kExactPanel = panel_kernels<kWeightParts, 3>(PanelOperands::f32);
