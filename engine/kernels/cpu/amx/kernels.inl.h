// The kernels of AMX over the tile words that were included before.
#pragma once

#include "engine/kernels/cpu/avx512/vector.inl.h"

#include "engine/kernels/cpu/avx512/formats.inl.h"

#include "engine/kernels/cpu/avx512_vnni/formats.inl.h"

#include "engine/kernels/cpu/amx/panel.inl.h"

#include "engine/kernels/cpu/amx/formats.inl.h"

// Small whole numbers are exact in BF16 and their sums in F32.
bool tiles_multiply_right() {
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
    tile_load<6>(b, sizeof b[0]);
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

constexpr MatrixKernels make_kernels() {
    using base::DType;
    MatrixKernels kernels;
    const auto set = [&](DType dtype, const PanelKernels& panel, DecodePanel decode) {
        kernels.panel[static_cast<int>(dtype)] = &panel;
        kernels.decode_panel[static_cast<int>(dtype)] = decode;
    };
    set(DType::BF16, kExactPanel<1>, decode_rows<CopiedBF16, 1>);
    set(DType::F16, kExactPanel<2>, decode_rows<SplitF16, 2>);
    set(DType::Q4_0, kRoundedPanel, decode_rows<NibbleQ4_0, 1>);
    set(DType::Q4_1, kRoundedPanel, decode_rows<NibbleQ4_1, 1>);
    set(DType::Q5_0, kRoundedPanel, decode_rows<Rounded<Q5_0>, 1>);
    set(DType::Q5_1, kRoundedPanel, decode_rows<Rounded<Q5_1>, 1>);
    set(DType::Q8_0, kRoundedPanel, decode_rows<Rounded<Q8_0>, 1>);
    set(DType::Q2_K, kRoundedPanel, decode_rows<Rounded<Q2_K, false>, 1>);
    set(DType::Q3_K, kRoundedPanel, decode_rows<Rounded<Q3_K, false>, 1>);
    set(DType::Q4_K, kRoundedPanel, decode_rows<NibbleQ4_K, 1>);
    set(DType::Q5_K, kRoundedPanel, decode_rows<FiveBitQ5_K, 1>);
    set(DType::Q6_K, kRoundedPanel, decode_rows<RoundedQ6_K, 1>);
    set(DType::IQ4_NL, kRoundedPanel, decode_rows<NibbleIQ4_NL, 1>);
    set(DType::IQ4_XS, kRoundedPanel, decode_rows<NibbleIQ4_XS, 1>);
    set(DType::MXFP4, kRoundedPanel, decode_rows<NibbleMXFP4, 1>);
    kernels.works = tiles_multiply_right;
    return kernels;
}

constexpr MatrixKernels kKernels = make_kernels();
