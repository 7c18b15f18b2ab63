// Formats with super-blocks of 256 values: K-quants and IQ4_XS. Every expression keeps the reference's order
// of float32 operations. All walk through groups of 32 values (g = value / 32), in which the bits of
// neighbouring values lie in neighbouring bytes at the same shift.
#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

using base::half_to_float;

namespace {
constexpr int kGroup = 32;
constexpr int kGroups = kSuperBlock / kGroup;

struct SixBitPair {
    int scale, minimum;
};

// Scale and minimum of group g of Q4_K and Q5_K; layout in blocks.h.
SixBitPair scale_and_minimum(const uint8_t* scales, int g) {
    if (g < 4) return {scales[g] & 63, scales[g + 4] & 63};
    return {(scales[g + 4] & 15) | (scales[g - 4] >> 2 & 0x30), scales[g + 4] >> 4 | (scales[g] >> 2 & 0x30)};
}

int q3_scale(const uint8_t* scales, int s) {
    const int low = scales[s % 8] >> (s / 8 * 4) & 15;
    const int high = scales[8 + s % 4] >> (s / 4 * 2) & 3;
    return (low | high << 4) - 32;
}
} // namespace

void decode_q2_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ2_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int s = 0; s < kSuperBlock / 16; ++s) {
            const float scale = d * static_cast<float>(b->scales[s] & 15);
            const float minimum = dmin * static_cast<float>(b->scales[s] >> 4);
            const uint8_t* qs = b->qs + s / 8 * 32 + s % 2 * 16;
            const int shift = s / 2 % 4 * 2;
            for (int l = 0; l < 16; ++l)
                *out++ = scale * static_cast<float>(qs[l] >> shift & 3) - minimum;
        }
    }
}

void decode_q3_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ3_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        for (int s = 0; s < kSuperBlock / 16; ++s) {
            const float scale = d * static_cast<float>(q3_scale(b->scales, s));
            const uint8_t* qs = b->qs + s / 8 * 32 + s % 2 * 16;
            const uint8_t* hmask = b->hmask + s % 2 * 16;
            const int shift = s / 2 % 4 * 2, bit = s / 2;
            for (int l = 0; l < 16; ++l)
                *out++ = scale * static_cast<float>((qs[l] >> shift & 3) - 4 + (hmask[l] >> bit & 1) * 4);
        }
    }
}

void decode_q4_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ4_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int g = 0; g < kGroups; ++g) {
            const SixBitPair pair = scale_and_minimum(b->scales, g);
            const float scale = d * static_cast<float>(pair.scale);
            const float minimum = dmin * static_cast<float>(pair.minimum);
            const uint8_t* qs = b->qs + g / 2 * kGroup;
            const int shift = g % 2 * 4;
            for (int l = 0; l < kGroup; ++l)
                *out++ = scale * static_cast<float>(qs[l] >> shift & 15) - minimum;
        }
    }
}

void decode_q5_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ5_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int g = 0; g < kGroups; ++g) {
            const SixBitPair pair = scale_and_minimum(b->scales, g);
            const float scale = d * static_cast<float>(pair.scale);
            const float minimum = dmin * static_cast<float>(pair.minimum);
            const uint8_t* qs = b->qs + g / 2 * kGroup;
            const int shift = g % 2 * 4;
            for (int l = 0; l < kGroup; ++l) {
                const int q = (qs[l] >> shift & 15) | (b->qh[l] >> g & 1) << 4;
                *out++ = scale * static_cast<float>(q) - minimum;
            }
        }
    }
}

void decode_q6_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ6_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        for (int s = 0; s < kSuperBlock / 16; ++s) {
            const float scale = d * static_cast<float>(b->scales[s]);
            const int h = s / 8, j = s / 2 % 4, l0 = s % 2 * 16; // as in blocks.h
            const uint8_t* ql = b->ql + h * 64 + j % 2 * 32 + l0;
            const uint8_t* qh = b->qh + h * 32 + l0;
            for (int l = 0; l < 16; ++l) {
                const int q = (ql[l] >> (j / 2 * 4) & 15) | (qh[l] >> (2 * j) & 3) << 4;
                *out++ = scale * static_cast<float>(q - 32);
            }
        }
    }
}

void decode_iq4_xs(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ4_XS*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        for (int g = 0; g < kGroups; ++g) {
            const int low = b->scales_l[g / 2] >> (g % 2 * 4) & 15;
            const int high = b->scales_h >> (2 * g) & 3;
            const float scale = d * static_cast<float>((low | high << 4) - 32);
            const uint8_t* qs = b->qs + g * 16;
            for (int shift = 0; shift <= 4; shift += 4) {
                for (int l = 0; l < 16; ++l)
                    *out++ = scale * static_cast<float>(kIq4Values[qs[l] >> shift & 15]);
            }
        }
    }
}

} // namespace engine::kernels
