// Which format has which definition; the unpacked formats F32, F16 and BF16.
#include "engine/kernels/quant/quant.h"

#include <cstring>

#include "engine/base/half.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

using base::DType;

namespace {
// Rows may start at any address, hence memcpy for every element.
template <float (*Convert)(uint16_t)>
void decode_16_bit(const void* blocks, float* out, int64_t values) {
    const auto* in = static_cast<const unsigned char*>(blocks);
    for (int64_t i = 0; i < values; ++i) {
        uint16_t bits;
        std::memcpy(&bits, in + 2 * i, 2);
        out[i] = Convert(bits);
    }
}

template <uint16_t (*Convert)(float)>
void encode_16_bit(const float* in, void* blocks, int64_t values) {
    auto* out = static_cast<unsigned char*>(blocks);
    for (int64_t i = 0; i < values; ++i) {
        const uint16_t bits = Convert(in[i]);
        std::memcpy(out + 2 * i, &bits, 2);
    }
}

// Nothing to search where every value stands alone.
template <EncodeRow Encode>
void without_search(const float* in, const float* /*importance*/, void* blocks, int64_t values) {
    Encode(in, blocks, values);
}

void decode_f32(const void* blocks, float* out, int64_t values) {
    std::memcpy(out, blocks, static_cast<size_t>(values) * sizeof(float));
}
void encode_f32(const float* in, void* blocks, int64_t values) {
    std::memcpy(blocks, in, static_cast<size_t>(values) * sizeof(float));
}
} // namespace

DecodeRow decode_row(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return decode_f32;
        case DType::F16:
            return decode_16_bit<base::half_to_float>;
        case DType::BF16:
            return decode_16_bit<base::bf16_to_float>;
        case DType::Q4_0:
            return decode_q4_0;
        case DType::Q4_1:
            return decode_q4_1;
        case DType::Q5_0:
            return decode_q5_0;
        case DType::Q5_1:
            return decode_q5_1;
        case DType::Q8_0:
            return decode_q8_0;
        case DType::Q2_K:
            return decode_q2_k;
        case DType::Q3_K:
            return decode_q3_k;
        case DType::Q4_K:
            return decode_q4_k;
        case DType::Q5_K:
            return decode_q5_k;
        case DType::Q6_K:
            return decode_q6_k;
        case DType::IQ1_S:
            return decode_iq1_s;
        case DType::IQ1_M:
            return decode_iq1_m;
        case DType::IQ2_XXS:
            return decode_iq2_xxs;
        case DType::IQ2_XS:
            return decode_iq2_xs;
        case DType::IQ2_S:
            return decode_iq2_s;
        case DType::IQ3_XXS:
            return decode_iq3_xxs;
        case DType::IQ3_S:
            return decode_iq3_s;
        case DType::IQ4_NL:
            return decode_iq4_nl;
        case DType::IQ4_XS:
            return decode_iq4_xs;
        case DType::MXFP4:
            return decode_mxfp4;
        case DType::F8_B128:
            return decode_f8_b128;
        case DType::I4_G32:
            return decode_i4_g32;
        case DType::I4_G64:
            return decode_i4_g64;
        case DType::I4_G128:
            return decode_i4_g128;
        case DType::I8_G32:
            return decode_i8_g32;
        case DType::I8_G64:
            return decode_i8_g64;
        case DType::I8_G128:
            return decode_i8_g128;
        default:
            return nullptr;
    }
}

EncodeRow encode_row(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return encode_f32;
        case DType::F16:
            return encode_16_bit<base::float_to_half>;
        case DType::BF16:
            return encode_16_bit<base::float_to_bf16>;
        case DType::Q4_0:
            return encode_q4_0;
        case DType::Q4_1:
            return encode_q4_1;
        case DType::Q5_0:
            return encode_q5_0;
        case DType::Q5_1:
            return encode_q5_1;
        case DType::Q8_0:
            return encode_q8_0;
        case DType::MXFP4:
            return encode_mxfp4;
        case DType::I4_G32:
            return encode_i4_g32;
        case DType::I4_G64:
            return encode_i4_g64;
        case DType::I4_G128:
            return encode_i4_g128;
        case DType::I8_G32:
            return encode_i8_g32;
        case DType::I8_G64:
            return encode_i8_g64;
        case DType::I8_G128:
            return encode_i8_g128;
        default:
            return nullptr;
    }
}

EncodeRowBest encode_row_best(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return without_search<encode_f32>;
        case DType::F16:
            return without_search<encode_16_bit<base::float_to_half>>;
        case DType::BF16:
            return without_search<encode_16_bit<base::float_to_bf16>>;
        case DType::Q4_0:
            return encode_best_q4_0;
        case DType::Q4_1:
            return encode_best_q4_1;
        case DType::Q5_0:
            return encode_best_q5_0;
        case DType::Q5_1:
            return encode_best_q5_1;
        case DType::Q8_0:
            return encode_best_q8_0;
        case DType::IQ4_NL:
            return encode_best_iq4_nl;
        case DType::MXFP4:
            return encode_best_mxfp4;
        case DType::Q2_K:
            return encode_best_q2_k;
        case DType::Q3_K:
            return encode_best_q3_k;
        case DType::Q4_K:
            return encode_best_q4_k;
        case DType::Q5_K:
            return encode_best_q5_k;
        case DType::Q6_K:
            return encode_best_q6_k;
        case DType::IQ4_XS:
            return encode_best_iq4_xs;
        default:
            return nullptr;
    }
}

} // namespace engine::kernels
