// Formats with blocks of 32 values. Every expression keeps the reference's order of float32 operations.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

using base::float_to_half;
using base::half_to_float;

namespace {
constexpr int kHalf = kBlock / 2;

uint32_t fifth_bits(const uint8_t (&qh)[4]) {
    return qh[0] | uint32_t{qh[1]} << 8 | uint32_t{qh[2]} << 16 | uint32_t{qh[3]} << 24;
}

int low_nibble(uint8_t byte) {
    return byte & 15;
}
int high_nibble(uint8_t byte) {
    return byte >> 4;
}

// The value of largest magnitude (the first of several), with its sign.
float extreme(const float* in) {
    float best = in[0];
    for (int i = 1; i < kBlock; ++i) {
        if (std::fabs(in[i]) > std::fabs(best)) best = in[i];
    }
    return best;
}

float reciprocal(float d) {
    return d == 0 ? 0 : 1 / d;
}

// Truncates to 0..top. The scale of a block of denormals has an infinite reciprocal; what is not finite then
// becomes 0, as in the reference, and the stored scale is 0 anyway.
uint8_t level(float x, int top) {
    if (!(x >= 0 && x < 256)) return 0;
    return static_cast<uint8_t>(std::min(static_cast<int>(x), top));
}

struct Levels {
    uint8_t q[kBlock];
};

void pack_nibbles(const Levels& levels, uint8_t (&qs)[kHalf]) {
    for (int i = 0; i < kHalf; ++i)
        qs[i] = static_cast<uint8_t>((levels.q[i] & 15) | (levels.q[i + kHalf] & 15) << 4);
}

void pack_fifth_bits(const Levels& levels, uint8_t (&qh)[4]) {
    for (int byte = 0; byte < 4; ++byte) {
        int bits = 0;
        for (int i = 0; i < 8; ++i)
            bits |= (levels.q[8 * byte + i] >> 4) << i;
        qh[byte] = static_cast<uint8_t>(bits);
    }
}

// Symmetric formats: levels around `middle`, the extreme value lies exactly on level 0.
float symmetric_levels(const float* in, int middle, Levels& levels) {
    const float d = extreme(in) / static_cast<float>(-middle);
    const float inverse = reciprocal(d);
    for (int i = 0; i < kBlock; ++i)
        levels.q[i] = level(in[i] * inverse + (static_cast<float>(middle) + 0.5f), 2 * middle - 1);
    return d;
}

// Formats with a minimum: levels 0..top from the smallest to the largest value.
float affine_levels(const float* in, int top, float& minimum, Levels& levels) {
    const auto [low, high] = std::minmax_element(in, in + kBlock);
    minimum = *low;
    const float d = (*high - minimum) / static_cast<float>(top);
    const float inverse = reciprocal(d);
    for (int i = 0; i < kBlock; ++i)
        levels.q[i] = level((in[i] - minimum) * inverse + 0.5f, top);
    return d;
}

// 2^(e - 128), exact also where it is subnormal: half the E8M0 scale, for the table holds doubled values.
float half_e8m0(uint8_t e) {
    return std::bit_cast<float>(e < 2 ? 0x00200000u << e : (e - 1u) << 23);
}
} // namespace

void decode_q4_0(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ4_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kHalf; ++i) {
            out[i] = d * static_cast<float>(low_nibble(b->qs[i]) - 8);
            out[i + kHalf] = d * static_cast<float>(high_nibble(b->qs[i]) - 8);
        }
    }
}

void decode_q4_1(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ4_1*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        const float m = half_to_float(b->m);
        for (int i = 0; i < kHalf; ++i) {
            out[i] = d * static_cast<float>(low_nibble(b->qs[i])) + m;
            out[i + kHalf] = d * static_cast<float>(high_nibble(b->qs[i])) + m;
        }
    }
}

void decode_q5_0(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ5_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        const uint32_t fifth = fifth_bits(b->qh);
        for (int i = 0; i < kHalf; ++i) {
            const int low = low_nibble(b->qs[i]) | static_cast<int>(fifth >> i & 1) << 4;
            const int high = high_nibble(b->qs[i]) | static_cast<int>(fifth >> (i + kHalf) & 1) << 4;
            out[i] = d * static_cast<float>(low - 16);
            out[i + kHalf] = d * static_cast<float>(high - 16);
        }
    }
}

void decode_q5_1(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ5_1*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        const float m = half_to_float(b->m);
        const uint32_t fifth = fifth_bits(b->qh);
        for (int i = 0; i < kHalf; ++i) {
            const int low = low_nibble(b->qs[i]) | static_cast<int>(fifth >> i & 1) << 4;
            const int high = high_nibble(b->qs[i]) | static_cast<int>(fifth >> (i + kHalf) & 1) << 4;
            out[i] = d * static_cast<float>(low) + m;
            out[i + kHalf] = d * static_cast<float>(high) + m;
        }
    }
}

void decode_q8_0(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockQ8_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kBlock; ++i)
            out[i] = static_cast<float>(b->qs[i]) * d;
    }
}

void decode_iq4_nl(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ4_NL*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_to_float(b->d);
        for (int i = 0; i < kHalf; ++i) {
            out[i] = d * static_cast<float>(kIq4Values[low_nibble(b->qs[i])]);
            out[i + kHalf] = d * static_cast<float>(kIq4Values[high_nibble(b->qs[i])]);
        }
    }
}

void decode_mxfp4(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockMXFP4*>(blocks);
    for (; values > 0; values -= kBlock, ++b, out += kBlock) {
        const float d = half_e8m0(b->e);
        for (int i = 0; i < kHalf; ++i) {
            out[i] = d * static_cast<float>(kMxfp4Values[low_nibble(b->qs[i])]);
            out[i + kHalf] = d * static_cast<float>(kMxfp4Values[high_nibble(b->qs[i])]);
        }
    }
}

void encode_q4_0(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockQ4_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        Levels levels;
        b->d = float_to_half(symmetric_levels(in, 8, levels));
        pack_nibbles(levels, b->qs);
    }
}

void encode_q4_1(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockQ4_1*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        Levels levels;
        float minimum = 0;
        b->d = float_to_half(affine_levels(in, 15, minimum, levels));
        b->m = float_to_half(minimum);
        pack_nibbles(levels, b->qs);
    }
}

void encode_q5_0(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockQ5_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        Levels levels;
        b->d = float_to_half(symmetric_levels(in, 16, levels));
        pack_fifth_bits(levels, b->qh);
        pack_nibbles(levels, b->qs);
    }
}

void encode_q5_1(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockQ5_1*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        Levels levels;
        float minimum = 0;
        b->d = float_to_half(affine_levels(in, 31, minimum, levels));
        b->m = float_to_half(minimum);
        pack_fifth_bits(levels, b->qh);
        pack_nibbles(levels, b->qs);
    }
}

void encode_q8_0(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockQ8_0*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        const float d = std::fabs(extreme(in)) / 127;
        const float inverse = reciprocal(d);
        b->d = float_to_half(d);
        for (int i = 0; i < kBlock; ++i) {
            const float q = std::round(in[i] * inverse); // halves away from zero
            b->qs[i] = q >= -128 && q <= 127 ? static_cast<int8_t>(q) : int8_t{0};
        }
    }
}

void encode_mxfp4(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<BlockMXFP4*>(blocks);
    for (; values > 0; values -= kBlock, ++b, in += kBlock) {
        const float magnitude = std::fabs(extreme(in));
        // The largest value of E2M1 is 6 = 1.5 * 2^2: its exponent 2 is taken off. Below 2^-125 the exponent
        // wraps round to a huge scale, as in the reference; all levels are then 0, so the block still decodes
        // to 0.
        const float exponent = magnitude > 0 ? std::floor(std::log2(magnitude)) - 2 + 127 : 0;
        b->e = std::isfinite(exponent) ? static_cast<uint8_t>(static_cast<int>(exponent)) : uint8_t{254};
        const float d = half_e8m0(b->e);
        Levels levels{};
        for (int i = 0; i < kBlock; ++i) {
            float least = std::numeric_limits<float>::infinity();
            for (uint8_t q = 0; q < 16; ++q) {
                const float error = std::fabs(d * static_cast<float>(kMxfp4Values[q]) - in[i]);
                if (error < least) {
                    least = error;
                    levels.q[i] = q;
                }
            }
        }
        pack_nibbles(levels, b->qs);
    }
}

} // namespace engine::kernels
