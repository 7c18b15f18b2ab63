// SplitMix64 by counter (Steele, Lea, Flood 2014): 8 random bytes in 4 cycles, where Philox takes 40.
#include "engine/measure/block_noise.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "engine/base/check.h"
#include "engine/base/half.h"
#include "engine/base/random.h"
#include "engine/kernels/quant/quant.h"

namespace engine::measure {

namespace {

uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

constexpr uint64_t kGamma = 0x9e3779b97f4a7c15u;

bool is_plain(DType dtype) {
    return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16;
}

uint16_t load_half(const std::byte* at) {
    uint16_t bits = 0;
    std::memcpy(&bits, at, 2);
    return bits;
}
void store_half(std::byte* at, uint16_t bits) {
    std::memcpy(at, &bits, 2);
}

// The 12 bytes in which Q4_K and Q5_K pack eight scales and minima of 6 bits (kernels/quant/blocks.h), with
// numbers from 32 to 63 that are the same for both.
using PackedScales = std::array<uint8_t, 12>;
const std::array<PackedScales, 64>& packed_scales() {
    static const std::array<PackedScales, 64> kAll = [] {
        std::array<PackedScales, 64> all{};
        Random random(1);
        for (PackedScales& packed : all) {
            uint32_t scale[8];
            for (uint32_t& s : scale)
                s = 32 + random.next_u32() % 32;
            for (size_t s = 0; s < 4; ++s) {
                packed[s] = packed[s + 4] = static_cast<uint8_t>((scale[s] & 63) | (scale[s + 4] >> 4) << 6);
                packed[s + 8] = static_cast<uint8_t>((scale[s + 4] & 15) * 17);
            }
        }
        return all;
    }();
    return kAll;
}

// Values of the normal distribution and their negatives, so that the mean is exactly 0.
constexpr size_t kValues = 4096;
std::vector<float> normal_values(double deviation) {
    std::vector<double> half;
    Random random(2);
    double squares = 0;
    while (half.size() < kValues / 2) { // Box and Muller 1958
        const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
        half.push_back(radius * std::cos(2 * std::numbers::pi * random.uniform()));
        squares += half.back() * half.back();
    }
    const double scale = deviation / std::sqrt(squares / static_cast<double>(half.size()));
    std::vector<float> values;
    for (const double x : half) {
        values.push_back(static_cast<float>(scale * x));
        values.push_back(static_cast<float>(-scale * x));
    }
    return values;
}

uint32_t encoded(DType dtype, float x) {
    if (dtype == DType::F32) return std::bit_cast<uint32_t>(x);
    return dtype == DType::F16 ? float_to_half(x) : float_to_bf16(x);
}

} // namespace

// Where a block holds its scale, where its scale of minima, and how large that must be for a mean of 0.
struct BlockNoise::Layout {
    DType dtype;
    int scale_at;        // bytes; -1: the format has no half
    int minimum_at = -1; // -1: no minimum
    float minimum = 0;   // times the scale
};

const BlockNoise::Layout* BlockNoise::layout_of(DType dtype) {
    // Q4_1 and Q5_1 add the minimum, the K-quants subtract it. Those of Q2_K, Q4_K and Q5_K are multiplied by
    // the sub-block's own number, which is made equal to that of its scale.
    static constexpr std::array kLayouts = std::to_array<Layout>({
        {DType::Q4_0, 0},           {DType::Q4_1, 0, 2, -7.5f},
        {DType::Q5_0, 0},           {DType::Q5_1, 0, 2, -15.5f},
        {DType::Q8_0, 0},           {DType::Q2_K, 80, 82, 1.5f},
        {DType::Q3_K, 108},         {DType::Q4_K, 0, 2, 7.5f},
        {DType::Q5_K, 0, 2, 15.5f}, {DType::Q6_K, 208},
        {DType::IQ1_S, 0},          {DType::IQ1_M, -1},
        {DType::IQ2_XXS, 0},        {DType::IQ2_XS, 0},
        {DType::IQ2_S, 0},          {DType::IQ3_XXS, 0},
        {DType::IQ3_S, 0},          {DType::IQ4_NL, 0},
        {DType::IQ4_XS, 0},         {DType::MXFP4, -1},
    });
    for (const Layout& layout : kLayouts) {
        if (layout.dtype == dtype) return &layout;
    }
    return nullptr;
}

bool BlockNoise::serves(DType dtype) {
    return kernels::decode_row(dtype) != nullptr && (is_plain(dtype) || layout_of(dtype) != nullptr);
}

BlockNoise::BlockNoise(DType dtype, double deviation, uint64_t seed)
    : dtype_(dtype),
      layout_(layout_of(dtype)),
      key_(mix(seed * kGamma + 1)),
      words_((traits(dtype).block_bytes + 7) / 8) {
    ENGINE_CHECK(serves(dtype));
    if (is_plain(dtype)) {
        for (const float x : normal_values(deviation))
            values_.push_back(encoded(dtype, x));
        return;
    }
    // What a scale of 1 gives is seen by decoding some.
    constexpr int64_t kBlocks = 512;
    use_scale(1);
    std::vector<std::byte> blocks(static_cast<size_t>(kBlocks * traits(dtype).block_bytes));
    fill(0, blocks);
    std::vector<float> sample(static_cast<size_t>(kBlocks * traits(dtype).block_size));
    kernels::decode_row(dtype)(blocks.data(), sample.data(), static_cast<int64_t>(sample.size()));
    double squares = 0;
    for (const float x : sample)
        squares += static_cast<double>(x) * static_cast<double>(x);
    use_scale(deviation / std::sqrt(squares / static_cast<double>(sample.size())));
}

void BlockNoise::use_scale(double scale) {
    scale_ = float_to_half(static_cast<float>(scale));
    // From the rounded scale, so that the mean is 0 for small ones, too.
    minimum_ = float_to_half(half_to_float(scale_) * layout_->minimum);
    // MXFP4 knows powers of two only: a mixture of two neighbours has any mean square.
    exponent_ = static_cast<int>(std::floor(std::log2(scale)));
    const double over = scale * scale / std::pow(4.0, exponent_); // 1 .. 4
    larger_ = static_cast<uint32_t>((over - 1) / 3 * 65536);
}

void BlockNoise::set_scale(int64_t index, std::byte* block) const {
    if (dtype_ == DType::MXFP4) {
        const uint64_t bits = mix(key_ ^ static_cast<uint64_t>(~index)) & 0xffff;
        block[0] = static_cast<std::byte>(128 + exponent_ + (bits < larger_ ? 1 : 0));
        return;
    }
    if (dtype_ == DType::IQ1_M) { // four bits of the half at the top of each of four words
        uint16_t scale = static_cast<uint16_t>(scale_ | (load_half(block + 48) & 0x8000));
        for (int i = 0; i < 4; ++i, scale = static_cast<uint16_t>(scale >> 4)) {
            std::byte* const at = block + 48 + 2 * i;
            store_half(at, static_cast<uint16_t>((load_half(at) & 0x0fff) | (scale & 15) << 12));
        }
        return;
    }
    // The sign is a random bit of those that the scale replaces.
    const uint16_t sign = load_half(block + layout_->scale_at) & 0x8000;
    if (dtype_ == DType::Q4_K || dtype_ == DType::Q5_K)
        std::memcpy(block + 4, packed_scales()[static_cast<size_t>(block[4]) & 63].data(), 12);
    if (dtype_ == DType::Q2_K) {
        for (int i = 0; i < 16; ++i)
            block[i] = static_cast<std::byte>((static_cast<unsigned>(block[i]) & 15) * 17);
    }
    if (dtype_ == DType::Q8_0) { // odd numbers from -127 to 127: -128 would have no counterpart
        for (int i = 2; i < 34; ++i)
            block[i] |= std::byte{1};
    }
    store_half(block + layout_->scale_at, scale_ ^ sign);
    if (layout_->minimum_at >= 0) store_half(block + layout_->minimum_at, minimum_ ^ sign);
}

// Whole words are written, 7 bytes too many at most.
void BlockNoise::fill_one(int64_t index, std::byte* block, bool room_behind) const {
    const auto bytes = static_cast<size_t>(traits(dtype_).block_bytes);
    std::array<std::byte, 304> own;
    std::byte* const to = room_behind ? block : own.data();
    uint64_t counter = key_ + static_cast<uint64_t>(index * words_) * kGamma;
    for (int64_t w = 0; w < words_; ++w, counter += kGamma) {
        const uint64_t bits = mix(counter);
        std::memcpy(to + 8 * w, &bits, 8);
    }
    set_scale(index, to);
    if (!room_behind) std::memcpy(block, own.data(), bytes);
}

template <typename T>
void BlockNoise::fill_values(int64_t first, std::span<std::byte> out) const {
    const auto count = static_cast<int64_t>(out.size() / sizeof(T));
    std::byte* to = out.data();
    uint64_t bits = 0;
    for (int64_t i = first; i < first + count; ++i, to += sizeof(T)) { // 16 bits of a word for each
        if (i == first || i % 4 == 0)
            bits = mix(key_ + static_cast<uint64_t>(i / 4) * kGamma) >> (16 * (i % 4));
        const auto value = static_cast<T>(values_[bits % kValues]);
        std::memcpy(to, &value, sizeof(T));
        bits >>= 16;
    }
}

void BlockNoise::fill(int64_t first_block, std::span<std::byte> out) const {
    if (dtype_ == DType::F32) return fill_values<uint32_t>(first_block, out);
    if (is_plain(dtype_)) return fill_values<uint16_t>(first_block, out);
    const auto bytes = static_cast<size_t>(traits(dtype_).block_bytes);
    ENGINE_CHECK(out.size() % bytes == 0);
    const auto count = static_cast<int64_t>(out.size() / bytes);
    std::byte* to = out.data();
    for (int64_t i = 0; i < count; ++i, to += bytes)
        fill_one(first_block + i, to, i + 1 < count);
}

} // namespace engine::measure
