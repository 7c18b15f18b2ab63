// Rows of F8_E4M3 with scales in a tensor beside them, one for every 128 columns (DeepSeek's layout).
#pragma once

#include <cstdint>

namespace engine::kernels {

inline constexpr int64_t kF8Block = 128;

// As blocks of F8_B128; n is a multiple of 128.
void pack_f8_row(const void* row, const float* scales, int64_t n, void* blocks);
// As floats, for any n; the same values.
void decode_f8_row(const void* row, const float* scales, int64_t n, float* out);

} // namespace engine::kernels
