// The byte kernels of the instruction set whose formats were included before. add_format<F>() is its own.
#pragma once

constexpr void add_formats(IntegerKernels& kernels) {
    using base::DType;
    add_format<ByteQ4_0>(kernels, DType::Q4_0);
    add_format<ByteQ4_1>(kernels, DType::Q4_1);
    add_format<ByteQ5_0>(kernels, DType::Q5_0);
    add_format<ByteQ5_1>(kernels, DType::Q5_1);
    add_format<ByteQ8_0>(kernels, DType::Q8_0);
    add_format<ByteQ2_K>(kernels, DType::Q2_K);
    add_format<ByteQ3_K>(kernels, DType::Q3_K);
    add_format<ByteQ4_K>(kernels, DType::Q4_K);
    add_format<ByteQ5_K>(kernels, DType::Q5_K);
    add_format<ByteQ6_K>(kernels, DType::Q6_K);
    add_format<ByteIq<LayoutIQ1_S>>(kernels, DType::IQ1_S);
    add_format<ByteIq<LayoutIQ1_M>>(kernels, DType::IQ1_M);
    add_format<ByteIq<LayoutIQ2_XXS>>(kernels, DType::IQ2_XXS);
    add_format<ByteIq<LayoutIQ2_XS>>(kernels, DType::IQ2_XS);
    add_format<ByteIq<LayoutIQ2_S>>(kernels, DType::IQ2_S);
    add_format<ByteIq<LayoutIQ3_XXS>>(kernels, DType::IQ3_XXS);
    add_format<ByteIq<LayoutIQ3_S>>(kernels, DType::IQ3_S);
    add_format<ByteIQ4_NL>(kernels, DType::IQ4_NL);
    add_format<ByteIQ4_XS>(kernels, DType::IQ4_XS);
    add_format<ByteMXFP4>(kernels, DType::MXFP4);
}
