// Comparing computed numbers with true ones, each with its own allowed error.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace support {

// What an element should be and how far off it may be. The allowed error is derived from the arithmetic that
// the code under test may use (see rounding_of_sum), not tuned until a test passes.
struct Expected {
    double value = 0;
    double allowed = 0;
};

struct Comparison {
    bool ok = false;
    std::string message; // "" or the worst element with all that is needed to look into it
    double worst = 0;    // largest error as a multiple of what is allowed; > 1 fails
    explicit operator bool() const { return ok; }
};

// Fails when the sizes differ or are 0 (nothing was compared), when an actual or expected number is NaN or
// infinite, when an allowed error is negative or not finite, and when any one element is off by more than it
// may.
Comparison compare(std::span<const float> actual, std::span<const Expected> expected);
// The same bits, except that any NaN equals any NaN.
Comparison compare_bits(std::span<const float> actual, std::span<const float> expected);

inline constexpr double kUnit =
    0x1p-24; // half a step of F32 around 1: the largest relative error of one rounding

// Bound for a sum of products a_i b_i in F32 in any order in which no term passes through more than `depth`
// additions: |error| <= depth * u / (1 - depth * u) * sum |a_i b_i| (Higham, Accuracy and Stability of
// Numerical Algorithms, section 4.2; fused multiply-add saves the products' roundings, +1 covers a separate
// one).
inline double rounding_of_sum(int64_t depth, double sum_of_magnitudes) {
    const double d = static_cast<double>(depth + 1) * kUnit;
    return d / (1 - d) * sum_of_magnitudes;
}

} // namespace support
