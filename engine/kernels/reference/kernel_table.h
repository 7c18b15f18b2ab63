// KernelTable: one instruction set's kernels. Pointers, sizes and strides only; all lengths count elements
// unless they say bytes.
#pragma once

#include <cstdint>

#include "engine/base/dtype.h"

namespace engine::kernels {

// Every output element is summed in an order that depends on its own row, its own activations and n alone,
// never on how many rows or activations a call has. So a product may be split over threads anywhere and the
// result is the same to the last bit.

// y[t * y_stride + r] = sum_i weight(r, i) * x[t][i] for r < rows, t < x_count, i < n. Row r begins
// r * row_stride bytes after `weights`, at any alignment. n is a multiple of the format's block size.
using DotRows = void (*)(const void* weights, int64_t row_stride, int64_t rows, const float* const* x,
                         int64_t x_count, int64_t n, float* y, int64_t y_stride);

// out[t * out_stride + i] += sum_r p[t * p_stride + r] * row(r, i), for r in rising order.
using AddWeightedRows = void (*)(const void* values, int64_t row_stride, int64_t rows, const float* p,
                                 int64_t p_stride, int64_t p_count, int64_t n, float* out,
                                 int64_t out_stride);

// The scalar definition's result (kernels/quant) to the last bit.
using DecodeRowKernel = void (*)(const void* row, float* out, int64_t n);

struct FormatKernels { // all null where the format cannot be decoded
    DecodeRowKernel decode = nullptr;
    DotRows dot_rows = nullptr;
};

// F32 matrix product for many activation rows. Activations are packed once into tiles of `tile` rows, laid
// out [depth][width] with width = tile, or less for the last one: rounded up to `lanes` and filled with
// zeros. Weights are a panel of decoded rows kPanelDepth floats apart. c is [panel rows][width].
inline constexpr int64_t kPanelDepth = 512; // a multiple of every block size; 12 rows of it are 24 KiB
struct PanelKernels {
    int64_t tile = 0;  // activation rows of a full tile, at most 64
    int64_t lanes = 0; // width is a multiple of this
    int64_t group = 0; // panels of a multiple of this many rows are multiplied fastest

    // out[i * width + t] = x[t][i] for t < count, else 0.
    void (*pack)(const float* const* x, int64_t count, int64_t depth, float* out, int64_t width) = nullptr;
    // c[r * width + t] = (add ? c : 0) + sum_i panel[r * kPanelDepth + i] * packed[i * width + t], i rising,
    // depth at most kPanelDepth.
    void (*multiply)(const float* panel, int64_t rows, const float* packed, int64_t width, int64_t depth,
                     float* c, bool add) = nullptr;
    // y[t * y_stride + r] = c[r * width + t] + (bias ? bias[r] : 0) for t < count.
    void (*store)(const float* c, int64_t rows, int64_t width, int64_t count, const float* bias, float* y,
                  int64_t y_stride) = nullptr;
};

struct KernelTable {
    const char* name = ""; // "reference", "avx2", "avx512"
    FormatKernels formats[base::kDTypeCount];
    PanelKernels panel;

    // Key and value rows of a KV cache: index 0 F32, 1 F16.
    AddWeightedRows add_weighted_rows[2] = {};

    // y = x / sqrt(mean(x^2) + epsilon) * weight; weight may be null (ones). y may be x.
    void (*rms_norm)(const float* x, const float* weight, float epsilon, int64_t n, float* y) = nullptr;
    // max of x; -inf for n = 0. NaN may be passed over.
    float (*row_max)(const float* x, int64_t n) = nullptr;
    // x = exp(x * scale - shift), returns their sum. Arguments below -87 give 0 or a tiny number; exact
    // within 4 units in the last place above.
    float (*exp_sum)(float* x, int64_t n, float scale, float shift) = nullptr;
    void (*scale)(float* x, int64_t n, float factor) = nullptr;
    void (*add)(float* y, const float* x, int64_t n) = nullptr;                 // y += x
    void (*add_scaled)(float* y, const float* x, int64_t n, float a) = nullptr; // y += a * x, fused
    // y = gate / (1 + exp(-gate)) * up; y may be gate or up.
    void (*silu_mul)(const float* gate, const float* up, int64_t n, float* y) = nullptr;
    // y = gelu(gate) * up with gelu's tanh form: 0.5 g (1 + tanh(sqrt(2 / pi) (g + 0.044715 g^3))).
    void (*gelu_tanh_mul)(const float* gate, const float* up, int64_t n, float* y) = nullptr;
    // Turns the pairs (x[i], x[i + half]) by the angle whose cosine and sine stand at i < half.
    void (*rope_halves)(float* x, const float* cosine, const float* sine, int64_t half) = nullptr;
    // The pairs (x[2i], x[2i + 1]).
    void (*rope_interleaved)(float* x, const float* cosine, const float* sine, int64_t half) = nullptr;
    void (*encode_f16)(const float* in, void* out,
                       int64_t n) = nullptr; // nearest even; bit-identical to base/half.h
};

} // namespace engine::kernels
