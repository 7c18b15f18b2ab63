// The kernels of AMX over the tile words that were included before.
#pragma once

#include "engine/kernels/cpu/avx512/vector.inl.h"

#include "engine/kernels/cpu/avx512/formats.inl.h"

#include "engine/kernels/cpu/simd/iq.inl.h"

#include "engine/kernels/cpu/avx512/formats_iq.inl.h"

#include "engine/kernels/cpu/avx512_vnni/formats.inl.h"

#include "engine/kernels/cpu/avx512/rounded.inl.h"

#include "engine/kernels/cpu/avx512/turn.inl.h"

#include "engine/kernels/cpu/amx/panel.inl.h"

#include "engine/kernels/cpu/amx/formats.inl.h"

#include "engine/kernels/cpu/amx/block_panel.inl.h"

#include "engine/kernels/cpu/amx/block_formats.inl.h"

// Small whole numbers are exact in BF16 and their sums in F32.
bool tiles_multiply_bf16() {
    alignas(64) uint16_t a[16][32], b[16][32];
    alignas(64) float c[16][16];
    const auto left = [](int row, int k) INLINE_LAMBDA { return (7 * row + 3 * k) % 17 - 8; };
    const auto right = [](int k, int column) INLINE_LAMBDA { return (5 * k + 11 * column) % 13 - 6; };
    const auto bf16 = [](int value) INLINE_LAMBDA {
        const auto x = static_cast<float>(value);
        return static_cast<uint16_t>(__builtin_bit_cast(uint32_t, x) >> 16);
    };
    for (int row = 0; row < 16; ++row) {
        for (int k = 0; k < 32; ++k) {
            a[row][k] = bf16(left(row, k));
            b[k / 2][2 * row + k % 2] = bf16(right(k, row));
        }
        for (int column = 0; column < 16; ++column)
            c[row][column] = static_cast<float>(row - 3 * column);
    }
    tiles_enter();
    tile_load<0>(c, sizeof c[0]);
    tile_load<4>(a, sizeof a[0]);
    tile_stream<6>(b, sizeof b[0]);
    tile_dp_bf16<0, 4, 6>();
    tile_store<0>(c, sizeof c[0]);
    tiles_leave();
    for (int row = 0; row < 16; ++row) {
        for (int column = 0; column < 16; ++column) {
            int sum = row - 3 * column;
            for (int k = 0; k < 32; ++k)
                sum += left(row, k) * right(k, column);
            if (c[row][column] != static_cast<float>(sum)) return false;
        }
    }
    return true;
}
bool tiles_multiply_bytes() {
    alignas(64) int8_t a[16][64], b[16][64];
    alignas(64) int32_t c[16][16] = {};
    const auto left = [](int row, int k) INLINE_LAMBDA { return (37 * row + 11 * k) % 255 - 127; };
    const auto right = [](int k, int column) INLINE_LAMBDA { return (29 * k + 43 * column) % 255 - 127; };
    for (int row = 0; row < 16; ++row) {
        for (int k = 0; k < 64; ++k) {
            a[row][k] = static_cast<int8_t>(left(row, k));
            b[k / 4][4 * row + k % 4] = static_cast<int8_t>(right(k, row));
        }
    }
    tiles_enter();
    tile_zero<0>();
    tile_load<4>(a, sizeof a[0]);
    tile_load<6>(b, sizeof b[0]);
    tile_dp_bytes<0, 4, 6>();
    tile_store<0>(c, sizeof c[0]);
    tiles_leave();
    for (int row = 0; row < 16; ++row) {
        for (int column = 0; column < 16; ++column) {
            int sum = 0;
            for (int k = 0; k < 64; ++k)
                sum += left(row, k) * right(k, column);
            if (c[row][column] != sum) return false;
        }
    }
    return true;
}
bool tiles_multiply_right() {
    return tiles_multiply_bf16() && tiles_multiply_bytes();
}

template <class Format, int kWeightParts>
constexpr void set(MatrixKernels& kernels, base::DType dtype, const PanelKernels& panel) {
    const auto i = static_cast<int>(dtype);
    kernels.panel[i] = &panel;
    kernels.decode_panel[i] = decode_rows<Format, kWeightParts>;
}
template <class Format>
constexpr void set_blocks(MatrixKernels& kernels, base::DType dtype) {
    const auto i = static_cast<int>(dtype);
    kernels.panel[i] = &kBlockPanel;
    kernels.decode_panel[i] = decode_block_rows<Format>;
}
template <class Format>
constexpr void set_rounded(MatrixKernels& kernels, base::DType dtype) {
    set<Format, 1>(kernels, dtype, kRoundedPanel);
}

constexpr MatrixKernels make_kernels() {
    using base::DType;
    MatrixKernels kernels;
    set<CopiedBF16, 1>(kernels, DType::BF16, kExactPanel<1>);
    set<SplitF16, 2>(kernels, DType::F16, kExactPanel<2>);
    set_rounded<NibbleQ4_0>(kernels, DType::Q4_0);
    set_rounded<NibbleQ4_1>(kernels, DType::Q4_1);
    set_rounded<Rounded<Q5_0>>(kernels, DType::Q5_0);
    set_rounded<Rounded<Q5_1>>(kernels, DType::Q5_1);
    set_rounded<Rounded<Q8_0>>(kernels, DType::Q8_0);
    set_rounded<Rounded<Q2_K, false>>(kernels, DType::Q2_K);
    set_blocks<TiledQ3_K>(kernels, DType::Q3_K);
    set_blocks<TiledQ4_K>(kernels, DType::Q4_K);
    set_blocks<TiledQ5_K>(kernels, DType::Q5_K);
    set_blocks<TiledQ6_K>(kernels, DType::Q6_K);
    set_rounded<NibbleIQ4_NL>(kernels, DType::IQ4_NL);
    set_blocks<TiledIQ4_XS>(kernels, DType::IQ4_XS);
    set_rounded<NibbleMXFP4>(kernels, DType::MXFP4);
    set_rounded<Rounded<Iq<LayoutIQ1_S>>>(kernels, DType::IQ1_S);
    set_rounded<Rounded<Iq<LayoutIQ1_M>>>(kernels, DType::IQ1_M);
    set_rounded<Rounded<Iq<LayoutIQ2_XXS>>>(kernels, DType::IQ2_XXS);
    set_rounded<Rounded<Iq<LayoutIQ2_XS>>>(kernels, DType::IQ2_XS);
    set_rounded<Rounded<Iq<LayoutIQ2_S>>>(kernels, DType::IQ2_S);
    set_rounded<Rounded<Iq<LayoutIQ3_XXS>>>(kernels, DType::IQ3_XXS);
    set_rounded<Rounded<Iq<LayoutIQ3_S>>>(kernels, DType::IQ3_S);
    kernels.rounded = {&kRoundedPanel, decode_rows<RoundedF32, 1>, pack_columns};
    kernels.works = tiles_multiply_right;
    return kernels;
}

constexpr MatrixKernels kKernels = make_kernels();
