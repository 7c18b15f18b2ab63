// Loops as in the textbook, summed in double precision.
#include "engine/kernels/reference/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/base/half.h"
#include "engine/kernels/quant/quant.h"

namespace engine::kernels {

namespace {
constexpr int64_t kChunk = 256; // values decoded at once: a multiple of every block size

const std::byte* at(const void* base, int64_t bytes) {
    return static_cast<const std::byte*>(base) + bytes;
}

template <DType kFormat>
void decode(const void* row, float* out, int64_t n) {
    decode_row(kFormat)(row, out, n);
}

template <DType kFormat>
void dot_rows(const void* weights, int64_t row_stride, int64_t rows, const float* const* x, int64_t x_count,
              int64_t n, float* y, int64_t y_stride) {
    const DecodeRow decode_chunk = decode_row(kFormat);
    float w[kChunk];
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t t = 0; t < x_count; ++t) {
            double sum = 0;
            for (int64_t i = 0; i < n; i += kChunk) {
                const int64_t length = std::min(kChunk, n - i);
                decode_chunk(at(weights, r * row_stride + row_bytes(kFormat, i)), w, length);
                for (int64_t j = 0; j < length; ++j)
                    sum += static_cast<double>(w[j]) * static_cast<double>(x[t][i + j]);
            }
            y[t * y_stride + r] = static_cast<float>(sum);
        }
    }
}

template <DType kFormat>
void add_weighted_rows(const void* values, int64_t row_stride, int64_t rows, const float* p, int64_t p_stride,
                       int64_t p_count, int64_t n, float* out, int64_t out_stride) {
    const DecodeRow decode_chunk = decode_row(kFormat);
    float v[kChunk];
    for (int64_t i = 0; i < n; i += kChunk) {
        const int64_t length = std::min(kChunk, n - i);
        for (int64_t r = 0; r < rows; ++r) {
            decode_chunk(at(values, r * row_stride + row_bytes(kFormat, i)), v, length);
            for (int64_t t = 0; t < p_count; ++t) {
                float* sums = out + t * out_stride + i;
                const float weight = p[t * p_stride + r];
                for (int64_t j = 0; j < length; ++j)
                    sums[j] = std::fma(weight, v[j], sums[j]);
            }
        }
    }
}

void pack(const float* const* x, int64_t count, int64_t depth, void* out, int64_t width) {
    auto* const to = static_cast<float*>(out);
    for (int64_t i = 0; i < depth; ++i) {
        for (int64_t t = 0; t < width; ++t)
            to[i * width + t] = t < count ? x[t][i] : 0.0f;
    }
}

void multiply(const void* panel, int64_t rows, const void* packed, int64_t width, int64_t depth, float* c,
              bool add) {
    const auto* const w = static_cast<const float*>(panel);
    const auto* const x = static_cast<const float*>(packed);
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t t = 0; t < width; ++t) {
            double sum = add ? static_cast<double>(c[r * width + t]) : 0.0;
            for (int64_t i = 0; i < depth; ++i)
                sum += static_cast<double>(w[r * kPanelDepth + i]) * static_cast<double>(x[i * width + t]);
            c[r * width + t] = static_cast<float>(sum);
        }
    }
}

void store(const float* c, int64_t rows, int64_t width, int64_t count, const float* bias, float* y,
           int64_t y_stride) {
    for (int64_t t = 0; t < count; ++t) {
        for (int64_t r = 0; r < rows; ++r)
            y[t * y_stride + r] = c[r * width + t] + (bias != nullptr ? bias[r] : 0.0f);
    }
}

void rms_norm(const float* x, const float* weight, float epsilon, int64_t n, float* y) {
    double squares = 0;
    for (int64_t i = 0; i < n; ++i)
        squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    const double factor = 1.0 / std::sqrt(squares / static_cast<double>(n) + static_cast<double>(epsilon));
    for (int64_t i = 0; i < n; ++i) {
        const float normed = static_cast<float>(static_cast<double>(x[i]) * factor);
        y[i] = weight != nullptr ? normed * weight[i] : normed;
    }
}

float row_max(const float* x, int64_t n) {
    float greatest = -std::numeric_limits<float>::infinity();
    for (int64_t i = 0; i < n; ++i)
        greatest = std::max(greatest, x[i]);
    return greatest;
}

float exp_sum(float* x, int64_t n, float scale, float shift) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) {
        x[i] = std::exp(std::fma(x[i], scale, -shift));
        sum += static_cast<double>(x[i]);
    }
    return static_cast<float>(sum);
}

void transpose(const float* const* x, int64_t rows, int64_t n, float* out, int64_t stride) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t i = 0; i < n; ++i)
            out[i * stride + r] = x[r][i];
    }
}

void soften_columns(float* x, int64_t rows, int64_t width, float scale, float* greatest, float* sum,
                    float* factor) {
    for (int64_t t = 0; t < width; ++t) {
        float g = std::max(greatest[t], std::numeric_limits<float>::lowest());
        for (int64_t r = 0; r < rows; ++r)
            g = std::max(g, x[r * width + t] * scale);
        double total = 0;
        for (int64_t r = 0; r < rows; ++r) {
            float& own = x[r * width + t];
            own = std::exp(std::fma(own, scale, -g));
            total += static_cast<double>(own);
        }
        factor[t] = std::exp(greatest[t] - g);
        sum[t] = static_cast<float>(static_cast<double>(sum[t] * factor[t]) + total);
        greatest[t] = g;
    }
}

void scale_columns(float* x, int64_t rows, int64_t width, const float* factor) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t t = 0; t < width; ++t)
            x[r * width + t] *= factor[t];
    }
}

void scale(float* x, int64_t n, float factor) {
    for (int64_t i = 0; i < n; ++i)
        x[i] *= factor;
}

void add(float* y, const float* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        y[i] += x[i];
}

void add_scaled(float* y, const float* x, int64_t n, float a) {
    for (int64_t i = 0; i < n; ++i)
        y[i] = std::fma(a, x[i], y[i]);
}

void silu_mul(const float* gate, const float* up, int64_t n, float* y) {
    for (int64_t i = 0; i < n; ++i) {
        const double g = static_cast<double>(gate[i]);
        y[i] = static_cast<float>(g / (1.0 + std::exp(-g)) * static_cast<double>(up[i]));
    }
}

void gelu_tanh_mul(const float* gate, const float* up, int64_t n, float* y) {
    constexpr double kTwiceSqrt2OverPi = 2 * 0.79788456080286535588;
    for (int64_t i = 0; i < n; ++i) {
        const double g = static_cast<double>(gate[i]);
        // 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2 u)), without the left side's cancellation
        const double gelu = g / (1.0 + std::exp(-kTwiceSqrt2OverPi * (g + 0.044715 * g * g * g)));
        y[i] = static_cast<float>(gelu * static_cast<double>(up[i]));
    }
}

void rope_halves(float* x, const float* cosine, const float* sine, int64_t half) {
    for (int64_t i = 0; i < half; ++i) {
        const float a = x[i];
        const float b = x[i + half];
        x[i] = a * cosine[i] - b * sine[i];
        x[i + half] = b * cosine[i] + a * sine[i];
    }
}

void rope_interleaved(float* x, const float* cosine, const float* sine, int64_t half) {
    for (int64_t i = 0; i < half; ++i) {
        const float a = x[2 * i];
        const float b = x[2 * i + 1];
        x[2 * i] = a * cosine[i] - b * sine[i];
        x[2 * i + 1] = b * cosine[i] + a * sine[i];
    }
}

void encode_f16(const float* in, void* out, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
        const uint16_t bits = float_to_half(in[i]);
        std::memcpy(static_cast<std::byte*>(out) + 2 * i, &bits, 2);
    }
}

template <DType kFormat>
void decode_panel(const void* weights, int64_t row_stride, int64_t rows, int64_t n, void* panel,
                  const void* /*ahead*/) {
    for (int64_t r = 0; r < rows; ++r)
        decode_row(kFormat)(at(weights, r * row_stride), static_cast<float*>(panel) + r * kPanelDepth, n);
}

constexpr PanelKernels kPanel = {
    8, 1, 1, kQuantBlock * sizeof(float), kPanelDepth * sizeof(float), pack, multiply, store};

void quantize_row(const float* x, int64_t n, const QuantizedRow& out) {
    for (int64_t b = 0; b < n / kQuantBlock; ++b) {
        const float* const from = x + b * kQuantBlock;
        float greatest = 0;
        for (int64_t i = 0; i < kQuantBlock; ++i) {
            const float magnitude = std::fabs(from[i]);
            if (magnitude > greatest || std::isnan(magnitude)) greatest = magnitude;
            if (std::isnan(greatest)) break;
        }
        const float scale = greatest < 1e-30f ? 0.0f : greatest / 127.0f;
        const float inverse = scale > 0 && std::isfinite(scale) ? 127.0f / greatest : 0.0f;
        int sums[2] = {0, 0};
        for (int64_t i = 0; i < kQuantBlock; ++i) {
            const int value = inverse > 0 ? static_cast<int>(std::nearbyint(from[i] * inverse)) : 0;
            out.values[b * kQuantBlock + i] = static_cast<int8_t>(value);
            sums[i / 16] += value;
        }
        out.scales[b] = scale;
        out.sums[b] = scale * static_cast<float>(sums[0] + sums[1]);
        out.half_sums[2 * b] = scale * static_cast<float>(sums[0]);
        out.half_sums[2 * b + 1] = scale * static_cast<float>(sums[1]);
    }
}

template <int kFormat = 0>
void fill_formats(KernelTable& table) {
    if constexpr (kFormat < kDTypeCount) {
        constexpr auto kDType = static_cast<DType>(kFormat);
        if (decode_row(kDType) != nullptr)
            table.formats[kFormat] = {decode<kDType>, dot_rows<kDType>,     nullptr,
                                      &kPanel,        decode_panel<kDType>, add_weighted_rows<kDType>};
        fill_formats<kFormat + 1>(table);
    }
}

KernelTable make_table() {
    KernelTable table;
    table.name = "reference";
    fill_formats(table);
    table.quantize_row = quantize_row;
    table.rms_norm = rms_norm;
    table.row_max = row_max;
    table.exp_sum = exp_sum;
    table.transpose = transpose;
    table.soften_columns = soften_columns;
    table.scale_columns = scale_columns;
    table.scale = scale;
    table.add = add;
    table.add_scaled = add_scaled;
    table.silu_mul = silu_mul;
    table.gelu_tanh_mul = gelu_tanh_mul;
    table.rope_halves = rope_halves;
    table.rope_interleaved = rope_interleaved;
    table.encode_f16 = encode_f16;
    return table;
}
} // namespace

const KernelTable& reference_table() {
    static const KernelTable kTable = make_table();
    return kTable;
}

} // namespace engine::kernels
