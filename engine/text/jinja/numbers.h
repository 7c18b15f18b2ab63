// Numbers as Python reads and writes them, independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::text::jinja {

// repr(float): the shortest digits that read back the same; 1e+16, 1.0, inf, nan.
std::string float_repr(double value);

// The digits of a float as printf's %e, %f or %g give them ('e', 'f', 'g' or capitals), exact for any
// precision. `alternate`: keeps the point and, for g, trailing zeros.
std::string float_digits(double value, char type, int precision, bool alternate);

// int(text, base) and float(text): white space around, underscores between digits, decimal digits of any
// script. Empty when it is not a number; `overflows` tells an integer beyond 64 bits.
std::optional<int64_t> parse_integer(std::string_view text, int base, bool& overflows);
std::optional<double> parse_float(std::string_view text);

// Digits of an integer's magnitude in base 2, 8, 10 or 16.
std::string integer_digits(int64_t value, int base);

// round(value, digits): correctly rounded, halves to even.
double round_float(double value, int64_t digits);

} // namespace engine::text::jinja
