// The definitions behind decode_row(), encode_row() and encode_row_best(), one of each per block format.
#pragma once

#include <cstdint>

namespace engine::kernels {

void decode_q4_0(const void* blocks, float* out, int64_t values);
void decode_q4_1(const void* blocks, float* out, int64_t values);
void decode_q5_0(const void* blocks, float* out, int64_t values);
void decode_q5_1(const void* blocks, float* out, int64_t values);
void decode_q8_0(const void* blocks, float* out, int64_t values);
void decode_iq4_nl(const void* blocks, float* out, int64_t values);
void decode_mxfp4(const void* blocks, float* out, int64_t values);

void decode_q2_k(const void* blocks, float* out, int64_t values);
void decode_q3_k(const void* blocks, float* out, int64_t values);
void decode_q4_k(const void* blocks, float* out, int64_t values);
void decode_q5_k(const void* blocks, float* out, int64_t values);
void decode_q6_k(const void* blocks, float* out, int64_t values);
void decode_iq4_xs(const void* blocks, float* out, int64_t values);

void decode_iq1_s(const void* blocks, float* out, int64_t values);
void decode_iq1_m(const void* blocks, float* out, int64_t values);
void decode_iq2_xxs(const void* blocks, float* out, int64_t values);
void decode_iq2_xs(const void* blocks, float* out, int64_t values);
void decode_iq2_s(const void* blocks, float* out, int64_t values);
void decode_iq3_xxs(const void* blocks, float* out, int64_t values);
void decode_iq3_s(const void* blocks, float* out, int64_t values);

void decode_f8_b128(const void* blocks, float* out, int64_t values);
void decode_i4_g32(const void* blocks, float* out, int64_t values);
void decode_i4_g64(const void* blocks, float* out, int64_t values);
void decode_i4_g128(const void* blocks, float* out, int64_t values);
void decode_i8_g32(const void* blocks, float* out, int64_t values);
void decode_i8_g64(const void* blocks, float* out, int64_t values);
void decode_i8_g128(const void* blocks, float* out, int64_t values);

void encode_q4_0(const float* in, void* blocks, int64_t values);
void encode_q4_1(const float* in, void* blocks, int64_t values);
void encode_q5_0(const float* in, void* blocks, int64_t values);
void encode_q5_1(const float* in, void* blocks, int64_t values);
void encode_q8_0(const float* in, void* blocks, int64_t values);
void encode_mxfp4(const float* in, void* blocks, int64_t values);
void encode_i4_g32(const float* in, void* blocks, int64_t values);
void encode_i4_g64(const float* in, void* blocks, int64_t values);
void encode_i4_g128(const float* in, void* blocks, int64_t values);
void encode_i8_g32(const float* in, void* blocks, int64_t values);
void encode_i8_g64(const float* in, void* blocks, int64_t values);
void encode_i8_g128(const float* in, void* blocks, int64_t values);

// Behind encode_row_best().
void encode_best_q4_0(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q4_1(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q5_0(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q5_1(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q8_0(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_iq4_nl(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_mxfp4(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q2_k(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q3_k(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q4_k(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q5_k(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_q6_k(const float* in, const float* importance, void* blocks, int64_t values);
void encode_best_iq4_xs(const float* in, const float* importance, void* blocks, int64_t values);

} // namespace engine::kernels
