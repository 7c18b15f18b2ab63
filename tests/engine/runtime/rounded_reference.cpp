// Activations as bytes, activations and weights as BF16; everything else is the reference's.
#include "rounded_reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/half.h"
#include "engine/kernels/quant/quant.h"
#include "engine/kernels/reference/reference.h"

using namespace engine;
using kernels::KernelTable;
using kernels::kPanelDepth;
using kernels::kQuantBlock;
using kernels::QuantizedRow;

namespace {

std::vector<float> values_of(const QuantizedRow& row, int64_t n) {
    std::vector<float> values(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i)
        values[static_cast<size_t>(i)] = row.scales[i / kQuantBlock] * static_cast<float>(row.values[i]);
    return values;
}

template <DType kFormat>
void dot_quantized(const void* weights, int64_t row_stride, int64_t rows, const QuantizedRow* x,
                   int64_t x_count, int64_t n, float* y, int64_t y_stride) {
    std::vector<std::vector<float>> values;
    std::vector<const float*> each;
    for (int64_t t = 0; t < x_count; ++t)
        each.push_back(values.emplace_back(values_of(x[t], n)).data());
    kernels::reference_table().formats[static_cast<size_t>(kFormat)].dot_rows(
        weights, row_stride, rows, each.data(), x_count, n, y, y_stride);
}

void round_to_bf16(float* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        x[i] = bf16_to_float(float_to_bf16(x[i]));
}

void round_to_bytes(float* x, int64_t n) {
    std::vector<int8_t> values(static_cast<size_t>(n));
    std::vector<float> factors(static_cast<size_t>(n / kQuantBlock * 4));
    const int64_t blocks = n / kQuantBlock;
    const QuantizedRow row{values.data(),
                           factors.data(),
                           factors.data() + blocks,
                           factors.data() + 2 * blocks,
                           nullptr,
                           nullptr,
                           0};
    kernels::reference_table().quantize_row(x, n, row);
    const auto rounded = values_of(row, n);
    std::copy(rounded.begin(), rounded.end(), x);
}

// One scale for 256: weights, which are rounded as well, are left as they are.
void round_to_block_bytes(float* x, int64_t n) {
    for (; n > 0; n -= 256, x += 256) {
        float greatest = 0;
        for (int64_t i = 0; i < 256; ++i)
            greatest = std::max(greatest, std::fabs(x[i]));
        const float scale = greatest / 127.0f;
        for (int64_t i = 0; i < 256 && scale > 0; ++i)
            x[i] = scale * std::nearbyint(x[i] / scale);
    }
}

template <void (*kRound)(float*, int64_t)>
void pack(const float* const* x, int64_t count, int64_t depth, void* out, int64_t width) {
    std::vector<std::vector<float>> rounded;
    std::vector<const float*> each;
    for (int64_t t = 0; t < count; ++t) {
        kRound(rounded.emplace_back(x[t], x[t] + depth).data(), depth);
        each.push_back(rounded.back().data());
    }
    kernels::reference_table().formats[0].panel->pack(each.data(), count, depth, out, width);
}

template <DType kFormat>
void decode_bf16(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                 const void* ahead) {
    kernels::reference_table().formats[static_cast<size_t>(kFormat)].decode_panel(weights, row_stride, rows,
                                                                                  n, panel, ahead);
    for (int64_t r = 0; r < rows; ++r)
        round_to_bf16(static_cast<float*>(panel) + r * kPanelDepth, n);
}

const kernels::PanelKernels& panel_of(kernels::PanelOperands operands) {
    const auto with = [](auto pack_rounded) {
        auto panel = *kernels::reference_table().formats[0].panel;
        panel.pack = pack_rounded;
        return panel;
    };
    static const auto kBytes = with(pack<round_to_bytes>);
    static const auto kBf16 = with(pack<round_to_bf16>);
    static const auto kBlockBytes = [&] {
        auto panel = with(pack<round_to_block_bytes>);
        panel.block = 256;
        return panel;
    }();
    if (operands == kernels::PanelOperands::block_bytes) return kBlockBytes;
    return operands == kernels::PanelOperands::bytes ? kBytes : kBf16;
}

template <int kFormat = 0>
void round_formats(KernelTable& table, const KernelTable& like) {
    if constexpr (kFormat < kDTypeCount) {
        auto& format = table.formats[kFormat];
        const auto& other = like.formats[kFormat];
        if (other.dot_quantized != nullptr) format.dot_quantized = dot_quantized<static_cast<DType>(kFormat)>;
        if (other.panel != nullptr && other.panel->operands != kernels::PanelOperands::f32) {
            format.panel = &panel_of(other.panel->operands);
            if (other.panel->operands == kernels::PanelOperands::bf16)
                format.decode_panel = decode_bf16<static_cast<DType>(kFormat)>;
        }
        round_formats<kFormat + 1>(table, like);
    }
}
} // namespace

KernelTable rounded_reference(const KernelTable& like) {
    KernelTable table = kernels::reference_table();
    round_formats(table, like);
    return table;
}
