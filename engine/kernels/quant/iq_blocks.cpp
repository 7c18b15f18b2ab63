// Formats whose code words name points of a grid: IQ1, IQ2 and IQ3. Bit-identical to the reference, whose
// scales are rounded as here: all factors are powers of two apart from d, 2 s + 1 and the value.
#include <bit>

#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

using base::half_to_float;

namespace {
constexpr int kWords = kSuperBlock / 8; // of a format whose points have 8 values

int nibble(const uint8_t* bytes, int i) {
    return bytes[i / 2] >> (i % 2 * 4) & 15;
}

float scale_of(float unit, int s) {
    return unit * static_cast<float>(2 * s + 1);
}

// Seven bits and the one that makes their number even.
int eight_signs(uint32_t seven) {
    seven &= 127;
    return static_cast<int>(seven | (static_cast<uint32_t>(std::popcount(seven)) & 1) << 7);
}

// `signs` holds a bit for every value of the point.
template <int kWidth>
void put_point(float scale, const int8_t (&point)[kWidth], int signs, float*& out) {
    for (int i = 0; i < kWidth; ++i)
        *out++ = scale * static_cast<float>((signs >> i & 1) != 0 ? -point[i] : point[i]);
}

void put_shifted(float scale, const int8_t (&point)[8], bool down, float*& out) {
    for (const int8_t value : point)
        *out++ = scale * static_cast<float>(value + (down ? -1 : 1));
}
} // namespace

void decode_iq2_xxs(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ2_XXS*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float unit = half_to_float(b->d) * 0.125f;
        for (int g = 0; g < kWords / 4; ++g) {
            // Blocks begin at any address, so there is no pointer into one.
            const uint16_t q[4] = {b->qs[4 * g], b->qs[4 * g + 1], b->qs[4 * g + 2], b->qs[4 * g + 3]};
            const uint32_t bits = q[2] | static_cast<uint32_t>(q[3]) << 16;
            const float scale = scale_of(unit, static_cast<int>(bits >> 28));
            for (int k = 0; k < 4; ++k)
                put_point(scale, kIq2XxsGrid.at[q[k / 2] >> (k % 2 * 8) & 255], eight_signs(bits >> 7 * k),
                          out);
        }
    }
}

void decode_iq2_xs(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ2_XS*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float unit = half_to_float(b->d) * 0.125f;
        for (int j = 0; j < kWords; ++j)
            put_point(scale_of(unit, nibble(b->scales, j / 2)), kIq2XsGrid.at[b->qs[j] & 511],
                      eight_signs(b->qs[j] >> 9), out);
    }
}

void decode_iq2_s(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ2_S*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float unit = half_to_float(b->d) * 0.125f;
        for (int j = 0; j < kWords; ++j) {
            const int high = b->qh[j / 4] >> (j % 4 * 2) & 3;
            put_point(scale_of(unit, nibble(b->scales, j / 2)), kIq2SGrid.at[b->qs[j] | high << 8],
                      b->signs[j], out);
        }
    }
}

void decode_iq3_xxs(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ3_XXS*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float unit = half_to_float(b->d) * 0.25f;
        for (int g = 0; g < kWords / 4; ++g) {
            const uint32_t bits = b->signs[g];
            const float scale = scale_of(unit, static_cast<int>(bits >> 28));
            for (int k = 0; k < 4; ++k) {
                const uint8_t* q = b->qs + 8 * g + 2 * k;
                const int signs = eight_signs(bits >> 7 * k);
                put_point(scale, kIq3XxsGrid.at[q[0]], signs & 15, out);
                put_point(scale, kIq3XxsGrid.at[q[1]], signs >> 4, out);
            }
        }
    }
}

void decode_iq3_s(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ3_S*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float d = half_to_float(b->d);
        for (int j = 0; j < 2 * kWords; ++j) {
            const int high = b->qh[j / 8] >> (j % 8) & 1;
            put_point(scale_of(d, nibble(b->scales, j / 8)), kIq3SGrid.at[b->qs[j] | high << 8],
                      b->signs[j / 2] >> (j % 2 * 4) & 15, out);
        }
    }
}

void decode_iq1_s(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ1_S*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        const float unit = half_to_float(b->d) * 0.125f;
        for (int j = 0; j < kWords; ++j) {
            const int qh = b->qh[j / 4], high = qh >> (j % 4 * 3) & 7;
            put_shifted(scale_of(unit, qh >> 12 & 7), kIq1Grid.at[b->qs[j] | high << 8], qh >> 15 != 0, out);
        }
    }
}

void decode_iq1_m(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const BlockIQ1_M*>(blocks);
    for (; values > 0; values -= kSuperBlock, ++b) {
        int d = 0;
        for (int k = 0; k < 4; ++k)
            d |= b->scales[k] >> 12 << 4 * k;
        const float unit = half_to_float(static_cast<half>(d)) * 0.125f;
        for (int j = 0; j < kWords; ++j) {
            const int s = b->scales[j / 8] >> (j / 2 % 4 * 3) & 7, qh = nibble(b->qh, j);
            put_shifted(scale_of(unit, s), kIq1Grid.at[b->qs[j] | (qh & 7) << 8], qh >> 3 != 0, out);
        }
    }
}

} // namespace engine::kernels
