// Groups of 4- and 8-bit whole numbers with a scale and a zero.
#include <algorithm>
#include <cmath>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"

namespace engine::kernels {

namespace {
template <int kGroup>
int level(const BlockI4<kGroup>& b, int i) {
    return b.qs[i / 32 * 16 + i % 16] >> (i % 32 / 16 * 4) & 15;
}
template <int kGroup>
int level(const BlockI8<kGroup>& b, int i) {
    return b.qs[i];
}

template <int kGroup>
void put(BlockI4<kGroup>& b, int i, uint8_t q) {
    uint8_t& byte = b.qs[i / 32 * 16 + i % 16];
    byte = static_cast<uint8_t>(i % 32 < 16 ? q : byte | q << 4); // the low nibble comes first
}
template <int kGroup>
void put(BlockI8<kGroup>& b, int i, uint8_t q) {
    b.qs[i] = q;
}

template <class Block, int kGroup>
void decode(const void* blocks, float* out, int64_t values) {
    const auto* b = static_cast<const Block*>(blocks);
    for (; values > 0; values -= kGroup, ++b, out += kGroup) {
        for (int i = 0; i < kGroup; ++i)
            out[i] = b->d * static_cast<float>(level(*b, i) - b->zero);
    }
}

// Rounds to 0..top, halves to even; what is not finite becomes 0.
uint8_t rounded(float x, int top) {
    if (!std::isfinite(x)) return 0;
    return static_cast<uint8_t>(std::clamp(std::nearbyint(x), 0.0f, static_cast<float>(top)));
}

// Levels 0..kTop from the least to the greatest value; 0 is among them and stays exactly 0.
template <class Block, int kGroup, int kTop>
void encode(const float* in, void* blocks, int64_t values) {
    auto* b = static_cast<Block*>(blocks);
    for (; values > 0; values -= kGroup, ++b, in += kGroup) {
        const auto [least, greatest] = std::minmax_element(in, in + kGroup);
        const float low = std::min(*least, 0.0f), high = std::max(*greatest, 0.0f);
        const float d = high / kTop - low / kTop; // the difference may be past the largest float
        b->d = d;
        b->zero = d > 0 ? rounded(-low / d, kTop) : uint8_t{0};
        for (int i = 0; i < kGroup; ++i)
            put(*b, i, d > 0 ? rounded(in[i] / d + static_cast<float>(b->zero), kTop) : uint8_t{0});
    }
}
} // namespace

void decode_i4_g32(const void* blocks, float* out, int64_t values) {
    decode<BlockI4<32>, 32>(blocks, out, values);
}
void decode_i4_g64(const void* blocks, float* out, int64_t values) {
    decode<BlockI4<64>, 64>(blocks, out, values);
}
void decode_i4_g128(const void* blocks, float* out, int64_t values) {
    decode<BlockI4<128>, 128>(blocks, out, values);
}
void decode_i8_g32(const void* blocks, float* out, int64_t values) {
    decode<BlockI8<32>, 32>(blocks, out, values);
}
void decode_i8_g64(const void* blocks, float* out, int64_t values) {
    decode<BlockI8<64>, 64>(blocks, out, values);
}
void decode_i8_g128(const void* blocks, float* out, int64_t values) {
    decode<BlockI8<128>, 128>(blocks, out, values);
}
void encode_i4_g32(const float* in, void* blocks, int64_t values) {
    encode<BlockI4<32>, 32, 15>(in, blocks, values);
}
void encode_i4_g64(const float* in, void* blocks, int64_t values) {
    encode<BlockI4<64>, 64, 15>(in, blocks, values);
}
void encode_i4_g128(const float* in, void* blocks, int64_t values) {
    encode<BlockI4<128>, 128, 15>(in, blocks, values);
}
void encode_i8_g32(const float* in, void* blocks, int64_t values) {
    encode<BlockI8<32>, 32, 255>(in, blocks, values);
}
void encode_i8_g64(const float* in, void* blocks, int64_t values) {
    encode<BlockI8<64>, 64, 255>(in, blocks, values);
}
void encode_i8_g128(const float* in, void* blocks, int64_t values) {
    encode<BlockI8<128>, 128, 255>(in, blocks, values);
}

} // namespace engine::kernels
