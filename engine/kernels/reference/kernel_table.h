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

// Activations as bytes, for products with weights in blocks: x[i] is about scales[i / 32] * values[i], with
// scales = greatest |x| of 32 / 127, so each is off by at most scales / 2. A block that holds an infinity or
// NaN has that as its scale; one whose greatest is below 1e-30 is zero.
inline constexpr int64_t kQuantBlock = 32;
struct QuantizedRow {           // of n values, n a multiple of kQuantBlock
    int8_t* values = nullptr;   // {n} -127 .. 127
    float* scales = nullptr;    // {n / 32}
    float* sums = nullptr;      // {n / 32} scale * sum of 32 values
    float* half_sums = nullptr; // {n / 16} scale * sum of 16 values
    // The values once more as some tables' kernels read them: in every 256, four of each 16, then the next
    // four, and so on, and the scales of the sixteen. In which order these stand is the table's. Of the whole
    // row of which this may be a part, {n rounded up to 256} and {the same / 16}; null: not wanted.
    int8_t* turned = nullptr;
    float* turned_scales = nullptr;
    int64_t first = 0; // values before this part
};
inline constexpr int64_t kTurnedValues = 256, kTurnedScales = 16;
using QuantizeRow = void (*)(const float* x, int64_t n, const QuantizedRow& out);

// DotRows with activations as bytes: within a block the sums are exact integers, over blocks they are F32.
// n is a multiple of the format's block size and of kQuantBlock.
using DotQuantizedRows = void (*)(const void* weights, int64_t row_stride, int64_t rows,
                                  const QuantizedRow* x, int64_t x_count, int64_t n, float* y,
                                  int64_t y_stride);

// The scalar definition's result (kernels/quant) to the last bit.
using DecodeRowKernel = void (*)(const void* row, float* out, int64_t n);

// A matrix product for many activation rows. Activations are packed once into tiles of `tile` rows, or less
// for the last one, whose width is the rest rounded up to `lanes`; what is added counts as zero. Weights are
// decoded into panels. What stands in a tile or panel is known to these functions alone, but for the kernels
// of F32: packed[i * width + t], and panel rows kPanelDepth floats apart.
inline constexpr int64_t kPanelDepth = 512; // columns of a panel at most; a multiple of every block size
inline constexpr int64_t kPanelRows = 96;   // rows at most: 96 x 512 floats are 192 KiB of a second cache
// What a product sees of weights and activations. bytes: activations as QuantizedRow has them, weights as
// they are. block_bytes: both rounded to bytes with one scale per 256 columns (cpu/amx/block_panel.inl.h).
enum class PanelOperands { f32, bytes, bf16, block_bytes };
struct PanelKernels {
    int64_t tile = 0;         // activation rows of a full tile, at most 64
    int64_t lanes = 0;        // width is a multiple of this
    int64_t group = 0;        // panels of a multiple of this many rows are multiplied fastest
    int64_t packed_bytes = 0; // of one activation row over kQuantBlock columns (the last may be fewer)
    int64_t panel_bytes = 0;  // of one weight row over `depth` columns

    // Packs columns [0, depth) of `count` rows, depth at most kPanelDepth. What stands at a multiple
    // of `block` columns is a pack of its own.
    void (*pack)(const float* const* x, int64_t count, int64_t depth, void* out, int64_t width) = nullptr;
    // c[r * width + t] = (add ? c : 0) + sum_i row_r(i) * x_t(i) over depth columns, at most `depth`.
    // The panel has room for a multiple of `group` rows.
    void (*multiply)(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth,
                     float* c, bool add) = nullptr;
    // y[t * y_stride + r] = c[r * width + t] + (bias ? bias[r] : 0) for t < count.
    void (*store)(const float* c, int64_t rows, int64_t width, int64_t count, const float* bias, float* y,
                  int64_t y_stride) = nullptr;

    int64_t block = kQuantBlock; // columns that are packed as one: pack() is called for whole blocks
    int64_t depth = kPanelDepth; // columns of a panel at most, a multiple of every block size
    int64_t rows = kPanelRows;   // of a panel at most, a multiple of `group`
    // Panels of neighbouring columns that are decoded together, a few rows at a time, so that memory is read
    // in long pieces; they have to stay in the second cache.
    int64_t neighbours = 1;
    PanelOperands operands = PanelOperands::f32;
    bool fetches = false; // decode_panel fetches what lies ahead
    // Called by the thread that multiplies, before and after all else. Null: nothing to do.
    void (*enter)() = nullptr;
    void (*leave)() = nullptr;
};

// `rows` weight rows of n columns, within the limits of the format's PanelKernels -> a panel. Kernels whose
// panels are too short a piece of work to be interrupted (PanelKernels::fetches) meanwhile ask for as many
// bytes from `ahead` on as these rows have, unless it is null.
using DecodePanel = void (*)(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                             const void* ahead);

// Products of F32 factors that are rounded to BF16 (8 bits), with sums in F32, for attention over caches that
// hold less than F32: both factors change from call to call, so neither may cost much to prepare.
struct RoundedProducts {
    const PanelKernels* panel = nullptr; // null: this instruction set has nothing faster than F32
    DecodePanel round = nullptr;         // rows of F32 -> its panels
    // rows {depth, width}, depth at most panel->depth -> what panel->pack makes of `width` activation rows,
    // whose columns they are.
    void (*pack_columns)(const float* rows, int64_t depth, int64_t width, void* packed) = nullptr;
};

struct FormatKernels { // decode and dot_rows are null where the format cannot be decoded
    DecodeRowKernel decode = nullptr;
    DotRows dot_rows = nullptr;
    DotQuantizedRows dot_quantized = nullptr;    // null: products want F32 activations
    const PanelKernels* panel = nullptr;         // the matrix path of this format
    DecodePanel decode_panel = nullptr;          // into that path's panels
    AddWeightedRows add_weighted_rows = nullptr; // null: not a format of KV caches (F32, F16, Q8_0, Q4_0 are)
};

struct KernelTable {
    const char* name = ""; // "reference", "avx2", "avx512", "amx"
    FormatKernels formats[base::kDTypeCount];
    QuantizeRow quantize_row = nullptr;
    RoundedProducts rounded;

    // y = x / sqrt(mean(x^2) + epsilon) * weight; weight may be null (ones). y may be x.
    void (*rms_norm)(const float* x, const float* weight, float epsilon, int64_t n, float* y) = nullptr;
    // max of x; -inf for n = 0. NaN may be passed over.
    float (*row_max)(const float* x, int64_t n) = nullptr;
    // x = exp(x * scale - shift), returns their sum. Arguments below -87 give 0 or a tiny number; exact
    // within 4 units in the last place above.
    float (*exp_sum)(float* x, int64_t n, float scale, float shift) = nullptr;
    // out[i * stride + r] = x[r][i] for r < rows, i < n.
    void (*transpose)(const float* const* x, int64_t rows, int64_t n, float* out, int64_t stride) = nullptr;
    // Of every column t < width of x {rows, width}, width a multiple of F32's panel lanes: greatest[t]
    // becomes g = max(greatest[t], scale * x, the lowest float); x = exp(scale * x - g); factor[t] = exp(old
    // greatest
    // - g); sum[t] = sum[t] * factor[t] + the sum of the new x. scale is positive; -inf in x gives 0.
    void (*soften_columns)(float* x, int64_t rows, int64_t width, float scale, float* greatest, float* sum,
                           float* factor) = nullptr;
    void (*scale_columns)(float* x, int64_t rows, int64_t width, const float* factor) = nullptr;
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
