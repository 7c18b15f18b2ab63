// The byte kernels of AVX2, with VNNI or without.
#pragma once

template <class F>
constexpr void add_format(IntegerKernels& kernels, base::DType dtype) {
    kernels.dot_quantized[static_cast<int>(dtype)] = dot_quantized<F>;
}

#include "engine/kernels/cpu/simd/byte_table.inl.h"

constexpr IntegerKernels make_kernels() {
    IntegerKernels kernels;
    kernels.quantize_row = quantize_row;
    add_formats(kernels);
    return kernels;
}

constexpr IntegerKernels kKernels = make_kernels();
