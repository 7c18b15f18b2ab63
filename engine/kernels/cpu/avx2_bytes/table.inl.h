// The byte kernels of AVX2, with VNNI or without.
#pragma once

template <class F>
constexpr void add_format(IntegerKernels& kernels, base::DType dtype) {
    kernels.dot_quantized[static_cast<int>(dtype)] = dot_quantized<F>;
    kernels.decode_panel[static_cast<int>(dtype)] = decode_byte_panel<F>;
    kernels.in_nibbles[static_cast<int>(dtype)] = kInNibbles<F>;
}

#include "engine/kernels/cpu/simd/byte_table.inl.h"

constexpr IntegerKernels make_kernels() {
    IntegerKernels kernels;
    kernels.quantize_row = quantize_row;
    kernels.panel = {8 * kByteVectors, 8,          kByteRows,      kTokenBytes,
                     sizeof(PanelRow), pack_bytes, multiply_bytes, store_tile};
    kernels.panel.operands = PanelOperands::bytes;
    kernels.panel.neighbours = 4; // 96 rows x 2048 columns are 312 KiB
    add_formats(kernels);
    return kernels;
}

constexpr IntegerKernels kKernels = make_kernels();
