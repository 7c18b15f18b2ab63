// The kernel table of the instruction set whose Vec and formats were included before.
#pragma once

template <class Format>
void decode_panel(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                  const void* /*ahead*/) {
    for (int64_t r = 0; r < rows; ++r)
        decode<Format>(static_cast<const uint8_t*>(weights) + r * row_stride,
                       static_cast<float*>(panel) + r * kPanelDepth, n);
}

constexpr PanelKernels kFloatPanel = {
    kTileVectors * kLanes,       kLanes, kTileRows, kQuantBlock * sizeof(float),
    kPanelDepth * sizeof(float), pack,   multiply,  store_tile};

template <class Format>
constexpr FormatKernels format_kernels() {
    return {decode<Format>, dot_rows<Format>, nullptr, &kFloatPanel, decode_panel<Format>};
}

constexpr KernelTable make_table(const char* name) {
    using base::DType;
    KernelTable table;
    table.name = name;
    const auto set = [&](DType dtype, const FormatKernels& kernels) {
        table.formats[static_cast<int>(dtype)] = kernels;
    };
    set(DType::F32, format_kernels<F32>());
    set(DType::F16, format_kernels<F16>());
    set(DType::BF16, format_kernels<BF16>());
    set(DType::Q4_0, format_kernels<Q4_0>());
    set(DType::Q4_1, format_kernels<Q4_1>());
    set(DType::Q5_0, format_kernels<Q5_0>());
    set(DType::Q5_1, format_kernels<Q5_1>());
    set(DType::Q8_0, format_kernels<Q8_0>());
    set(DType::Q2_K, format_kernels<Q2_K>());
    set(DType::Q3_K, format_kernels<Q3_K>());
    set(DType::Q4_K, format_kernels<Q4_K>());
    set(DType::Q5_K, format_kernels<Q5_K>());
    set(DType::Q6_K, format_kernels<Q6_K>());
    set(DType::IQ1_S, format_kernels<Iq<LayoutIQ1_S>>());
    set(DType::IQ1_M, format_kernels<Iq<LayoutIQ1_M>>());
    set(DType::IQ2_XXS, format_kernels<Iq<LayoutIQ2_XXS>>());
    set(DType::IQ2_XS, format_kernels<Iq<LayoutIQ2_XS>>());
    set(DType::IQ2_S, format_kernels<Iq<LayoutIQ2_S>>());
    set(DType::IQ3_XXS, format_kernels<Iq<LayoutIQ3_XXS>>());
    set(DType::IQ3_S, format_kernels<Iq<LayoutIQ3_S>>());
    set(DType::IQ4_NL, format_kernels<IQ4_NL>());
    set(DType::IQ4_XS, format_kernels<IQ4_XS>());
    set(DType::MXFP4, format_kernels<MXFP4>());
    set(DType::F8_B128, format_kernels<F8_B128>());
    set(DType::I4_G32, format_kernels<I4<32>>());
    set(DType::I4_G64, format_kernels<I4<64>>());
    set(DType::I4_G128, format_kernels<I4<128>>());
    set(DType::I8_G32, format_kernels<I8<32>>());
    set(DType::I8_G64, format_kernels<I8<64>>());
    set(DType::I8_G128, format_kernels<I8<128>>());
    const auto keep = [&](DType dtype, AddWeightedRows kernel) {
        table.formats[static_cast<int>(dtype)].add_weighted_rows = kernel;
    };
    keep(DType::F32, add_weighted_rows<F32>);
    keep(DType::F16, add_weighted_rows<F16>);
    keep(DType::Q8_0, add_weighted_blocks<Q8_0>);
    keep(DType::Q4_0, add_weighted_blocks<Q4_0>);
    table.rms_norm = rms_norm;
    table.row_max = row_max;
    table.exp_sum = exp_sum;
    table.transpose = transpose;
    table.soften_columns = soften_columns;
    table.scale_columns = scale_columns;
    table.scale = scale;
    table.add = add_rows;
    table.add_scaled = add_scaled;
    table.silu_mul = silu_mul;
    table.gelu_tanh_mul = gelu_tanh_mul;
    table.rope_halves = rope_halves;
    table.rope_interleaved = rope_interleaved;
    table.encode_f16 = encode_f16;
    return table;
}
