// Lanes: eight blocks side by side, one in each lane of a vector, so that a search runs for all at once.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "engine/base/half.h"

namespace engine::kernels {

// Vectors of the compiler as wide as every machine's registers, and no instruction set's flags: a quantised
// file is bit-identical on every machine. (Vectors of eight in one piece make GCC 12 compare and select lane
// by lane.)
inline constexpr int kLanes = 8;
using Quad [[gnu::vector_size(16)]] = float;
using QuadMask [[gnu::vector_size(16)]] = int32_t;

#define TANDEM_LANES_INLINE inline __attribute__((always_inline))

struct Lanes {
    Quad low{}, high{};
    TANDEM_LANES_INLINE float operator[](int lane) const { return lane < 4 ? low[lane] : high[lane - 4]; }
    TANDEM_LANES_INLINE void set(int lane, float value) { (lane < 4 ? low : high)[lane & 3] = value; }
};
struct LaneMask {
    QuadMask low, high;
};

TANDEM_LANES_INLINE Quad all_quad(float x) {
    return Quad{x, x, x, x};
}
TANDEM_LANES_INLINE Lanes all_lanes(float x) {
    return {all_quad(x), all_quad(x)};
}

#define TANDEM_LANES_OPERATOR(op)                                  \
    TANDEM_LANES_INLINE Lanes operator op(Lanes a, Lanes b) {      \
        return {a.low op b.low, a.high op b.high};                 \
    }                                                              \
    TANDEM_LANES_INLINE Lanes operator op(Lanes a, float b) {      \
        return a op all_lanes(b);                                  \
    }                                                              \
    TANDEM_LANES_INLINE Lanes operator op(float a, Lanes b) {      \
        return all_lanes(a) op b;                                  \
    }                                                              \
    TANDEM_LANES_INLINE Lanes& operator op##=(Lanes& a, Lanes b) { \
        return a = a op b;                                         \
    }
TANDEM_LANES_OPERATOR(+)
TANDEM_LANES_OPERATOR(-)
TANDEM_LANES_OPERATOR(*)
TANDEM_LANES_OPERATOR(/)
#undef TANDEM_LANES_OPERATOR

#define TANDEM_LANES_COMPARISON(op)                              \
    TANDEM_LANES_INLINE LaneMask operator op(Lanes a, Lanes b) { \
        return {a.low op b.low, a.high op b.high};               \
    }                                                            \
    TANDEM_LANES_INLINE LaneMask operator op(Lanes a, float b) { \
        return a op all_lanes(b);                                \
    }
TANDEM_LANES_COMPARISON(<)
TANDEM_LANES_COMPARISON(>)
TANDEM_LANES_COMPARISON(>=)
TANDEM_LANES_COMPARISON(!=)
#undef TANDEM_LANES_COMPARISON

TANDEM_LANES_INLINE LaneMask operator&(LaneMask a, LaneMask b) {
    return {a.low & b.low, a.high & b.high};
}
TANDEM_LANES_INLINE Lanes operator-(Lanes x) {
    return {-x.low, -x.high};
}
TANDEM_LANES_INLINE Lanes select(LaneMask mask, Lanes a, Lanes b) {
    return {mask.low ? a.low : b.low, mask.high ? a.high : b.high};
}
TANDEM_LANES_INLINE Lanes lesser(Lanes a, Lanes b) {
    return {a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}
TANDEM_LANES_INLINE Lanes greater(Lanes a, Lanes b) {
    return {a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}
// To the nearest integer, ties to even; exact for |x| < 2^22.
TANDEM_LANES_INLINE Lanes nearest(Lanes x) {
    constexpr float kShift = 12582912.0f; // 1.5 * 2^23: the unit of its last place is 1
    return (x + kShift) - kShift;
}
TANDEM_LANES_INLINE Lanes clamp(Lanes x, float low, float high) {
    return lesser(greater(x, all_lanes(low)), all_lanes(high));
}
TANDEM_LANES_INLINE Lanes reciprocal(Lanes d) { // of 0: 0
    return select(d != 0, 1.0f / select(d != 0, d, all_lanes(1)), Lanes{});
}
TANDEM_LANES_INLINE Lanes square_root(Lanes x) {
    Lanes root;
    for (int l = 0; l < kLanes; ++l)
        root.set(l, std::sqrt(x[l]));
    return root;
}
TANDEM_LANES_INLINE Lanes magnitude(Lanes x) {
    return greater(x, -x);
}
TANDEM_LANES_INLINE float sum(Lanes x) {
    float total = 0;
    for (int l = 0; l < kLanes; ++l)
        total += x[l];
    return total;
}
TANDEM_LANES_INLINE float largest(Lanes x) {
    float most = x[0];
    for (int l = 1; l < kLanes; ++l)
        most = x[l] > most ? x[l] : most;
    return most;
}

// Eight blocks of N values: value i of block l is x[i][l], its importance w[i][l].
template <int N>
struct Group {
    Lanes x[N], w[N];
};

// A power of two that brings the values of a group to magnitudes below 2, so that no sum of squares
// overflows or vanishes, and back.
struct PowerOfTwo {
    float down = 1, up = 1; // in = value * up
};

// A scale as it is stored: an IEEE half.
struct StoredScale {
    uint16_t bits = 0;
    float value = 0; // what the bits mean, in the group's units
};
inline StoredScale store_scale(float scale, PowerOfTwo unit) {
    constexpr float kLargest = 65504, kSmallest = 0x1p-24f;
    float wanted = scale * unit.up;
    if (!(wanted > -kLargest)) wanted = -kLargest; // a larger one would become infinite
    if (wanted > kLargest) wanted = kLargest;
    uint16_t bits = base::float_to_half(wanted);
    // Where the scale has integers beside it a scale of nothing would lose what they could still say.
    if ((bits & 0x7fff) == 0 && wanted != 0) bits = base::float_to_half(wanted < 0 ? -kSmallest : kSmallest);
    return {bits, base::half_to_float(bits) * unit.down};
}

inline float power_of_two(int exponent) { // from -127 on, exact also where that is subnormal
    const uint32_t bits = exponent < -126 ? 0x00400000u : static_cast<uint32_t>(exponent + 127) << 23;
    float f;
    std::memcpy(&f, &bits, 4);
    return f;
}
inline int exponent_of(float x) { // of what is not negative
    uint32_t bits;
    std::memcpy(&bits, &x, 4);
    return static_cast<int>(bits >> 23) - 127;
}

enum class Content { nothing, values }; // nothing: zeros, numbers below 2^-100, or what is no number

// Finds the unit of `count` values.
inline Content measure(const float* in, int count, PowerOfTwo& unit) {
    uint32_t most = 0;
    for (int i = 0; i < count; ++i) {
        uint32_t bits;
        std::memcpy(&bits, in + i, 4);
        bits &= 0x7fffffffu; // orders magnitudes, infinity and NaN last
        most = bits > most ? bits : most;
    }
    const int exponent = static_cast<int>(most >> 23) - 127;
    if (exponent < -100 || exponent > 127) return Content::nothing;
    unit = {power_of_two(-exponent), power_of_two(exponent)};
    return Content::values;
}

// Brings importances to (0, 2) by a power of two. Columns of none still cost a little, so that they stay near
// what they were.
class Weighting {
 public:
    Weighting(const float* importance, int count) : importance_(importance) {
        float most = 0;
        for (int i = 0; i < count && importance != nullptr; ++i)
            most = importance[i] > most && importance[i] < 3e38f ? importance[i] : most;
        if (most > 1e-30f)
            scale_ = power_of_two(-exponent_of(most));
        else
            importance_ = nullptr;
    }
    float operator()(int i) const {
        if (importance_ == nullptr) return 1;
        const float w = importance_[i] * scale_;
        return w > 1e-6f ? (w < 2 ? w : 2.0f) : 1e-6f; // what is no number counts as nothing
    }

 private:
    const float* importance_;
    float scale_ = 1;
};

} // namespace engine::kernels
