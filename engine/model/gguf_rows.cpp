// A row is copied, or decoded to F32.
#include "engine/model/gguf_rows.h"

#include <cstring>

#include "engine/kernels/quant/fp8.h"
#include "engine/kernels/quant/quant.h"

namespace engine::model {

namespace {

// Row 2j + s of a head was its row j + s * dims / 2.
int64_t row_before_turning(int64_t row, int64_t dims) {
    const int64_t within = row % dims;
    return row - within + within / 2 + within % 2 * (dims / 2);
}

void read_scaled(const WeightRows& weight, int64_t row, float* to) {
    std::vector<float> scales(static_cast<size_t>(weight.scales.shape.inner()));
    kernels::decode_row(weight.scales.dtype)(
        weight.scales.row((weight.first_scaled_row + row) / kernels::kF8Block), scales.data(),
        weight.scales.shape.inner());
    kernels::decode_f8_row(weight.values.row(row), scales.data(), weight.values.shape.inner(), to);
}

// `values` elements from element `first` of a row on.
void convert(const TensorView& from, const std::byte* first, int64_t values, DType dtype, std::byte* to) {
    if (dtype == from.dtype) {
        std::memcpy(to, first, static_cast<size_t>(row_bytes(dtype, values)));
    } else {
        kernels::decode_row(from.dtype)(first, reinterpret_cast<float*>(to), values);
    }
}

} // namespace

void GgufRows::read(int64_t row, std::byte* to) const {
    const TensorView& first = parts.front().values;
    if (first.shape.rank == 1 && turned_dims > 0) { // a bias: its elements are what rows are elsewhere
        for (int64_t i = 0; i < first.shape.inner(); ++i, to += row_bytes(dtype, 1))
            convert(first, first.data + row_bytes(first.dtype, row_before_turning(i, turned_dims)), 1, dtype,
                    to);
        return;
    }
    const int64_t rows = first.shape.rows();
    const WeightRows& part = parts[static_cast<size_t>(row / rows)];
    int64_t within = row % rows;
    if (turned_dims > 0) within = row_before_turning(within, turned_dims);
    if (part.scales) return read_scaled(part, within, reinterpret_cast<float*>(to));
    convert(part.values, part.values.row(within), part.values.shape.inner(), dtype, to);
}

} // namespace engine::model
