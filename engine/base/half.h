// Small floats as bit patterns: IEEE half and bfloat16 <-> float, round to nearest even; E4M3 -> float.
#pragma once

#include <bit>
#include <cstdint>

namespace engine::base {

inline float half_to_float(uint16_t h) {
    const uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16;
    const uint32_t exponent = (h >> 10) & 0x1fu;
    const uint32_t mantissa = h & 0x3ffu;
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13)); // inf, NaN
    if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
    const float subnormal = static_cast<float>(mantissa) * 0x1p-24f; // exact: 10 bits times a power of two
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(subnormal));
}

inline uint16_t float_to_half(float f) {
    const uint32_t bits = std::bit_cast<uint32_t>(f);
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude >= 0x7f800000u) { // inf stays inf; NaN keeps its top bits and is made quiet
        const uint32_t nan = magnitude > 0x7f800000u ? 0x200u | ((magnitude >> 13) & 0x3ffu) : 0u;
        return static_cast<uint16_t>(sign | 0x7c00u | nan);
    }
    if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u); // rounds past 65504
    if (magnitude < 0x38800000u) {                                              // below 2^-14: subnormal half
        const float scaled = std::bit_cast<float>(magnitude) * 0x1p24f;         // exact scaling
        const uint32_t integer = static_cast<uint32_t>(scaled);
        const float rest = scaled - static_cast<float>(integer);
        const uint32_t up = rest > 0.5f || (rest == 0.5f && (integer & 1u)) ? 1u : 0u;
        return static_cast<uint16_t>(sign | (integer + up));
    }
    const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
    return static_cast<uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

inline float bf16_to_float(uint16_t b) {
    return std::bit_cast<float>(static_cast<uint32_t>(b) << 16);
}

inline uint16_t float_to_bf16(float f) {
    const uint32_t bits = std::bit_cast<uint32_t>(f);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u); // quiet NaN
    return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

// OCP's 8-bit float without infinities: the lowest seven bits all set are NaN. As the bits of a half it is
// 256 times smaller, exactly, subnormal or not.
inline float e4m3_to_float(uint8_t e) {
    const auto low = static_cast<uint32_t>(e & 0x7f);
    const auto half = static_cast<uint16_t>((e & 0x80u) << 8 | (low == 0x7f ? 0x7e00u : low << 7));
    return half_to_float(half) * 256;
}

} // namespace engine::base

namespace engine {
using namespace base;
}
