// fmaf() for MinGW-w64, whose own rounds more than once (a fourth of random results is off): the reference
// kernels, which define right, would define something else on Windows.
#include <bit>
#include <cmath>
#include <cstdint>

extern "C" float fmaf(float a, float b, float c) {
    const double addend = static_cast<double>(c);
    const double product = static_cast<double>(a) * static_cast<double>(b); // exact
    const double sum = product + addend;
    // What the addition lost (Knuth's two-sum); NaN where the sum is no finite number.
    const double added = sum - product;
    const double lost = (product - (sum - added)) + (addend - added);
    // Rounded to odd, the sum still shows on which side of every float's half it lies, so that the rounding
    // to float is the only one that counts.
    auto bits = std::bit_cast<uint64_t>(sum);
    const bool even = (bits & 1) == 0;
    if (even && lost > 0) bits += sum > 0 ? 1 : -1;
    if (even && lost < 0) bits += sum > 0 ? -1 : 1;
    return static_cast<float>(std::bit_cast<double>(bits));
}
