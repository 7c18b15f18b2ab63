// F8_E4M3 with a scale for each 128 values.
#include "engine/kernels/quant/fp8.h"

#include <algorithm>
#include <cstring>

#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

namespace {
void decode_block(const uint8_t* qs, float d, int64_t values, float* out) {
    const float scale = d * 256;
    for (int64_t i = 0; i < values; ++i)
        out[i] = scale * (base::e4m3_to_float(qs[i]) * 0x1p-8f);
}
} // namespace

void decode_f8_b128(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockF8_B128*>(blocks);
    for (; values > 0; values -= kF8Block, ++b, out += kF8Block)
        decode_block(b->qs, b->d, kF8Block, out);
}

void pack_f8_row(const void* row, const float* scales, int64_t n, void* blocks) {
    const auto* from = static_cast<const uint8_t*>(row);
    auto* to = static_cast<BlockF8_B128*>(blocks);
    for (; n > 0; n -= kF8Block, from += kF8Block, ++to) {
        to->d = *scales++;
        std::memcpy(to->qs, from, kF8Block);
    }
}

void decode_f8_row(const void* row, const float* scales, int64_t n, float* out) {
    const auto* from = static_cast<const uint8_t*>(row);
    for (int64_t i = 0; i < n; i += kF8Block)
        decode_block(from + i, *scales++, std::min(kF8Block, n - i), out + i);
}

} // namespace engine::kernels
