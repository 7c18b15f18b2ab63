// Formats with super-blocks of 256 values: K-quants and IQ4_XS. Every expression keeps the reference's order
// of float32 operations.
#include <array>

#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

using base::half_to_float;

namespace {
// The 2-bit field of value i in the layout shared by Q2_K, Q3_K (qs) and Q6_K (qh).
int two_bits(const uint8_t* bytes, int i) {
    return bytes[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
}

// Bit of value i where byte l holds the values l, 32 + l, 64 + l, ... (hmask of Q3_K, qh of Q5_K).
int one_bit(const uint8_t* bytes, int i) {
    return bytes[i % 32] >> (i / 32) & 1;
}

// The nibble of value i in Q4_K and Q5_K: 64 values per 32 bytes, low nibbles first.
int nibble_of_64(const uint8_t* bytes, int i) {
    return bytes[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4) & 15;
}

struct SixBitPair {
    int scale, minimum;
};

// Scale and minimum of sub-block s of Q4_K and Q5_K; layout in blocks.h.
SixBitPair scale_and_minimum(const uint8_t* scales, int s) {
    if (s < 4) return {scales[s] & 63, scales[s + 4] & 63};
    return {(scales[s + 4] & 15) | (scales[s - 4] >> 2 & 0x30), scales[s + 4] >> 4 | (scales[s] >> 2 & 0x30)};
}

int q3_scale(const uint8_t* scales, int s) {
    const int low = scales[s % 8] >> (s / 8 * 4) & 15;
    const int high = scales[8 + s % 4] >> (s / 4 * 2) & 3;
    return (low | high << 4) - 32;
}
} // namespace

void decode_q2_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ2_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int i = 0; i < kSuperBlock; ++i) {
            const float scale = d * static_cast<float>(b->scales[i / 16] & 15);
            const float minimum = dmin * static_cast<float>(b->scales[i / 16] >> 4);
            out[i] = scale * static_cast<float>(two_bits(b->qs, i)) - minimum;
        }
    }
}

void decode_q3_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ3_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kSuperBlock; ++i) {
            const float scale = d * static_cast<float>(q3_scale(b->scales, i / 16));
            const int q = two_bits(b->qs, i) - (one_bit(b->hmask, i) ? 0 : 4);
            out[i] = scale * static_cast<float>(q);
        }
    }
}

void decode_q4_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ4_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int i = 0; i < kSuperBlock; ++i) {
            const SixBitPair pair = scale_and_minimum(b->scales, i / 32);
            const float scale = d * static_cast<float>(pair.scale);
            const float minimum = dmin * static_cast<float>(pair.minimum);
            out[i] = scale * static_cast<float>(nibble_of_64(b->qs, i)) - minimum;
        }
    }
}

void decode_q5_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ5_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        const float dmin = half_to_float(b->dmin);
        for (int i = 0; i < kSuperBlock; ++i) {
            const SixBitPair pair = scale_and_minimum(b->scales, i / 32);
            const float scale = d * static_cast<float>(pair.scale);
            const float minimum = dmin * static_cast<float>(pair.minimum);
            const int q = nibble_of_64(b->qs, i) | one_bit(b->qh, i) << 4;
            out[i] = scale * static_cast<float>(q) - minimum;
        }
    }
}

void decode_q6_k(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ6_K*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kSuperBlock; ++i) {
            const float scale = d * static_cast<float>(b->scales[i / 16]);
            const int low = b->ql[i / 128 * 64 + i % 64] >> (i / 64 % 2 * 4) & 15;
            const int q = (low | two_bits(b->qh, i) << 4) - 32;
            out[i] = scale * static_cast<float>(q);
        }
    }
}

void decode_iq4_xs(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ4_XS*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b, out += kSuperBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kSuperBlock; ++i) {
            const int s = i / 32;
            const int low = b->scales_l[s / 2] >> (s % 2 * 4) & 15;
            const int high = b->scales_h >> (2 * s) & 3;
            const float scale = d * static_cast<float>((low | high << 4) - 32);
            const int q = b->qs[s * 16 + i % 16] >> (i / 16 % 2 * 4) & 15;
            out[i] = scale * static_cast<float>(kIq4Values[q]);
        }
    }
}

} // namespace engine::kernels
