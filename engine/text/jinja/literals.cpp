// Reading numbers and escapes.
#include "engine/text/jinja/literals.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/text/jinja/fault.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

[[noreturn]] void stop(std::string reason) {
    fail(FaultKind::syntax, std::move(reason));
}

// End of a run of digits with single underscores between them; `at` when there is none.
template <class IsDigit>
size_t digits_end(std::string_view source, size_t at, IsDigit is_one) {
    size_t end = at;
    while (end < source.size()) {
        if (is_one(source[end]))
            ++end;
        else if (end > at && source[end] == '_' && end + 1 < source.size() && is_one(source[end + 1]))
            ++end;
        else
            break;
    }
    return end;
}

size_t decimal_end(std::string_view source, size_t at) {
    return digits_end(source, at, [](char c) { return c >= '0' && c <= '9'; });
}

// End of a float literal that starts here, or 0.
size_t float_end(std::string_view source, size_t at) {
    if (at > 0 && source[at - 1] == '.') return 0; // x.1.2 are two subscripts
    const size_t whole = decimal_end(source, at);
    size_t end = whole;
    if (end < source.size() && source[end] == '.' && decimal_end(source, end + 1) > end + 1)
        end = decimal_end(source, end + 1);
    if (end < source.size() && (source[end] == 'e' || source[end] == 'E')) {
        const bool sign = end + 1 < source.size() && (source[end + 1] == '+' || source[end + 1] == '-');
        const size_t digits = end + 1 + (sign ? 1 : 0);
        if (decimal_end(source, digits) > digits) end = decimal_end(source, digits);
    }
    return end > whole ? end : 0;
}

std::string without_underscores(std::string_view text) {
    std::string digits(text);
    std::erase(digits, '_');
    return digits;
}

double to_float(const std::string& digits) {
    double value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec != std::errc::result_out_of_range) return value;
    // from_chars leaves the value alone: 1e999 is infinite, 1e-999 is zero.
    return digits.find("e-") != std::string::npos || digits.find("E-") != std::string::npos ? 0 : HUGE_VAL;
}

} // namespace

NumberLiteral read_number_literal(std::string_view source, size_t at) {
    NumberLiteral number;
    number.end = float_end(source, at);
    if (number.end != 0) {
        number.is_float = true;
        number.floating = to_float(without_underscores(source.substr(at, number.end - at)));
        return number;
    }
    const auto peek = [&](size_t ahead) { return at + ahead < source.size() ? source[at + ahead] : '\0'; };
    int base = 10;
    size_t begin = at;
    if (peek(0) == '0') {
        const char mark = static_cast<char>(peek(1) | 0x20);
        base = mark == 'b' ? 2 : mark == 'o' ? 8 : mark == 'x' ? 16 : 10;
    }
    const auto is_one = [&base](char c) {
        int value = 99;
        if (c >= '0' && c <= '9')
            value = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            value = (c | 0x20) - 'a' + 10;
        return value < base;
    };
    if (base != 10) {
        begin += peek(2) == '_' ? 3 : 2;
        number.end = digits_end(source, begin, is_one);
        if (number.end == begin) base = 10, begin = at; // "0x" alone: the integer 0 and a name
    }
    // A leading zero stands alone: 012 are two numbers.
    if (base == 10) {
        number.end = peek(0) == '0' ? digits_end(source, at, [](char c) { return c == '0'; })
                                    : digits_end(source, at, is_one);
    }
    const std::string digits = without_underscores(source.substr(begin, number.end - begin));
    const char* end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, number.integer, base).ec != std::errc())
        stop("the integer " + digits.substr(0, 40) + " is beyond 64 bits");
    return number;
}

size_t read_escape(std::string_view source, size_t position, size_t end, std::string& out) {
    static constexpr std::string_view kSimple = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
    const char c = source[position];
    if (c == '\n') return position + 1; // continues the line
    for (size_t i = 0; i < kSimple.size(); i += 2) {
        if (kSimple[i] != c) continue;
        out += kSimple[i + 1];
        return position + 1;
    }
    uint32_t code = 0;
    if (c >= '0' && c <= '7') {
        size_t i = position;
        for (; i < end && i < position + 3 && source[i] >= '0' && source[i] <= '7'; ++i)
            code = code * 8 + static_cast<uint32_t>(source[i] - '0');
        append_utf8(out, code);
        return i;
    }
    const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits != 0) {
        const size_t first = position + 1;
        const size_t last = std::min(first + digits, end);
        const auto read = std::from_chars(source.data() + first, source.data() + last, code, 16);
        if (last - first != digits || read.ptr != source.data() + last)
            stop(std::string("truncated \\") + c + " escape");
        if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            stop("illegal Unicode character in a string");
        append_utf8(out, code);
        return last;
    }
    if (c == 'N') stop("character names (\\N{...}) are not supported");
    out += '\\'; // unknown escapes stay
    if (static_cast<unsigned char>(c) < 0x80) return position;
    // jinja2 turns other characters into escapes before it resolves them, and so loses this backslash's one.
    const Utf8Step here = utf8_step(source, position);
    static constexpr char kHex[] = "0123456789abcdef";
    const int width = here.code_point < 0x100 ? 2 : here.code_point < 0x10000 ? 4 : 8;
    out += width == 2 ? 'x' : width == 4 ? 'u' : 'U';
    for (int shift = 4 * (width - 1); shift >= 0; shift -= 4)
        out += kHex[here.code_point >> shift & 15];
    return position + here.length;
}

} // namespace engine::text::jinja
