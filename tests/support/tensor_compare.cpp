// One pass over all elements; the worst is reported.
#include "tests/support/tensor_compare.h"

#include <bit>
#include <cstdio>
#include <limits>

namespace support {

namespace {
std::string describe(size_t index, size_t count, double actual, double expected, double allowed) {
    char text[200];
    std::snprintf(text, sizeof text, "element %zu of %zu is %.9g, expected %.9g, off by %.3g, allowed %.3g",
                  index, count, actual, expected, std::fabs(actual - expected), allowed);
    return text;
}

// How many times the allowed error; infinite for whatever can not be right.
double badness(double actual, const Expected& expected) {
    constexpr double kHopeless = std::numeric_limits<double>::infinity();
    if (!std::isfinite(actual) || !std::isfinite(expected.value)) return kHopeless;
    if (!std::isfinite(expected.allowed) || expected.allowed < 0) return kHopeless;
    const double error = std::fabs(actual - expected.value);
    if (error == 0) return 0;
    return expected.allowed == 0 ? kHopeless : error / expected.allowed;
}

Comparison wrong_sizes(size_t actual, size_t expected) {
    if (actual == expected) return {false, "nothing was compared", 0};
    return {false, std::to_string(actual) + " elements, expected " + std::to_string(expected), 0};
}
} // namespace

Comparison compare(std::span<const float> actual, std::span<const Expected> expected) {
    if (actual.size() != expected.size() || actual.empty())
        return wrong_sizes(actual.size(), expected.size());
    Comparison result{true, "", 0};
    for (size_t i = 0; i < actual.size(); ++i) {
        const double times = badness(static_cast<double>(actual[i]), expected[i]);
        if (times <= result.worst) continue;
        result.worst = times;
        if (times <= 1) continue;
        result.ok = false;
        result.message = describe(i, actual.size(), static_cast<double>(actual[i]), expected[i].value,
                                  expected[i].allowed);
    }
    return result;
}

Comparison compare_bits(std::span<const float> actual, std::span<const float> expected) {
    if (actual.size() != expected.size() || actual.empty())
        return wrong_sizes(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
        if (std::isnan(actual[i]) && std::isnan(expected[i])) continue;
        if (std::bit_cast<uint32_t>(actual[i]) == std::bit_cast<uint32_t>(expected[i])) continue;
        return {
            false,
            describe(i, actual.size(), static_cast<double>(actual[i]), static_cast<double>(expected[i]), 0),
            std::numeric_limits<double>::infinity()};
    }
    return {true, "", 0};
}

} // namespace support
