// Reading and writing numbers.
#include "engine/text/jinja/numbers.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "engine/text/jinja/characters.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

const char* special_name(double value) {
    if (std::isnan(value)) return "nan";
    return value < 0 ? "-inf" : "inf";
}

// Python strips and translates digits of other scripts before it reads a number.
std::string to_ascii_number(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        at += step.length;
        if (step.code_point < 0x80 && !is_space(step.code_point))
            out += static_cast<char>(step.code_point);
        else if (is_space(step.code_point))
            out += ' ';
        else if (const int digit = decimal_value(step.code_point); digit >= 0)
            out += static_cast<char>('0' + digit);
        else
            return {}; // no number has other characters
    }
    const size_t begin = out.find_first_not_of(' ');
    return begin == std::string::npos ? std::string()
                                      : out.substr(begin, out.find_last_not_of(' ') - begin + 1);
}

// Takes the underscores out; false when one does not stand between two digits (or behind a base prefix).
bool drop_underscores(std::string& digits, bool (*is_digit_char)(char)) {
    for (size_t i = 0; i < digits.size(); ++i) {
        if (digits[i] != '_') continue;
        if (i == 0 || i + 1 == digits.size() || !is_digit_char(digits[i - 1]) ||
            !is_digit_char(digits[i + 1]))
            return false;
    }
    std::erase(digits, '_');
    return true;
}

} // namespace

std::string float_repr(double value) {
    if (!std::isfinite(value)) return special_name(value);
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    const std::string_view text(buffer, static_cast<size_t>(end - buffer));
    const size_t mark = text.find('e');
    const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
    // Python writes exponents below -4 and from 16 on.
    if (exponent < -4 || exponent >= 16) return std::string(text);
    std::string digits;
    const std::string_view sign = text.front() == '-' ? "-" : "";
    for (const char c : text.substr(sign.size(), mark - sign.size())) {
        if (c != '.') digits += c;
    }
    std::string out(sign);
    if (exponent < 0) return out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
    const auto whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out.append(digits, 0, whole).append(".").append(digits.size() > whole ? digits.substr(whole) : "0");
    return out;
}

std::string float_digits(double value, char type, int precision, bool alternate) {
    const bool capital = type < 'a';
    const char kind = static_cast<char>(type | 0x20);
    std::string out;
    if (!std::isfinite(value)) {
        out = special_name(value);
    } else {
        const auto format = kind == 'f'   ? std::chars_format::fixed
                            : kind == 'e' ? std::chars_format::scientific
                                          : std::chars_format::general;
        if (kind == 'g' && precision == 0) precision = 1;
        std::vector<char> buffer(static_cast<size_t>(precision) + 400);
        const auto end =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision).ptr;
        out.assign(buffer.data(), end);
        if (alternate) {
            size_t mark = out.find('e');
            if (mark == std::string::npos) mark = out.size();
            if (out.find('.') == std::string::npos) out.insert(mark++, ".");
            if (kind == 'g') { // all significant digits
                const size_t first = out.find_first_of("123456789");
                size_t shown = 0;
                for (size_t i = first; first < mark && i < mark; ++i)
                    shown += out[i] != '.';
                if (first >= mark) shown = 1;
                if (shown < static_cast<size_t>(precision))
                    out.insert(mark, static_cast<size_t>(precision) - shown, '0');
            }
        }
    }
    if (capital) {
        for (char& c : out)
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return out;
}

std::optional<int64_t> parse_integer(std::string_view text, int base, bool& overflows) {
    overflows = false;
    std::string digits = to_ascii_number(text);
    bool negative = false;
    if (!digits.empty() && (digits[0] == '+' || digits[0] == '-')) {
        negative = digits[0] == '-';
        digits.erase(0, 1);
    }
    if (digits.size() > 1 && digits[0] == '0' && (base == 0 || base == 2 || base == 8 || base == 16)) {
        const char mark = static_cast<char>(digits[1] | 0x20);
        const int marked = mark == 'b' ? 2 : mark == 'o' ? 8 : mark == 'x' ? 16 : 0;
        if (marked != 0 && (base == 0 || base == marked)) {
            base = marked;
            digits.erase(0, digits.size() > 2 && digits[2] == '_' ? 3 : 2);
        }
    }
    const auto is_digit_char = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (digits.empty() || !drop_underscores(digits, is_digit_char)) return {};
    if (base == 0) {
        if (digits[0] == '0' && digits.find_first_not_of('0') != std::string::npos) return {}; // 012
        base = 10;
    }
    if (digits[0] == '-' || digits[0] == '+') return {};
    uint64_t magnitude = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
    if (result.ptr != digits.data() + digits.size()) return {};
    constexpr uint64_t kLimit = uint64_t{1} << 63;
    if (result.ec != std::errc() || magnitude > kLimit || (magnitude == kLimit && !negative)) {
        overflows = true;
        return {};
    }
    return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<double> parse_float(std::string_view text) {
    std::string digits = to_ascii_number(text);
    if (!drop_underscores(digits, [](char c) { return c >= '0' && c <= '9'; })) return {};
    size_t begin = 0;
    bool negative = false;
    if (!digits.empty() && (digits[0] == '+' || digits[0] == '-')) {
        negative = digits[0] == '-';
        begin = 1;
    }
    std::string body = digits.substr(begin);
    for (char& c : body)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    double value = 0;
    if (body == "inf" || body == "infinity")
        value = HUGE_VAL;
    else if (body == "nan")
        value = NAN;
    else {
        if (body.empty() || (body[0] != '.' && (body[0] < '0' || body[0] > '9'))) return {};
        const auto result = std::from_chars(body.data(), body.data() + body.size(), value);
        if (result.ptr != body.data() + body.size()) return {};
        // Too large or too small for a double: from_chars leaves the value alone.
        if (result.ec == std::errc::result_out_of_range) {
            const size_t mark = body.find('e');
            const bool tiny = mark != std::string::npos && body.find('-', mark) != std::string::npos;
            value = tiny ? 0.0 : HUGE_VAL;
        } else if (result.ec != std::errc()) {
            return {};
        }
    }
    return negative ? -value : value;
}

std::string integer_digits(int64_t value, int base) {
    const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    char buffer[72];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, base).ptr;
    return {buffer, end};
}

double round_float(double value, int64_t digits) {
    if (!std::isfinite(value) || digits > 323) return value;
    if (digits < -308) return std::copysign(0.0, value);
    if (digits >= 0) {
        const std::string text = float_digits(value, 'f', static_cast<int>(digits), false);
        double rounded = 0;
        std::from_chars(text.data(), text.data() + text.size(), rounded);
        return rounded;
    }
    // Tens, hundreds ...: round the whole part's digits, halves to even.
    std::string text = float_digits(std::abs(value), 'f', 0, false);
    const auto drop = static_cast<size_t>(-digits);
    // The fraction matters only for exact halves.
    const bool has_fraction = std::floor(value) != value;
    if (has_fraction) text = float_digits(std::floor(std::abs(value)), 'f', 0, false);
    if (text.size() < drop) return std::copysign(0.0, value);
    std::string kept = text.substr(0, text.size() - drop);
    const std::string cut = text.substr(text.size() - drop);
    const bool above = cut[0] > '5' || (cut[0] == '5' &&
                                        (cut.find_first_not_of('0', 1) != std::string::npos || has_fraction));
    const bool half = cut[0] == '5' && !above;
    const bool odd = !kept.empty() && ((kept.back() - '0') & 1) != 0;
    double result = 0;
    kept += "e" + std::to_string(drop);
    if (kept[0] == 'e') kept.insert(0, "0");
    std::from_chars(kept.data(), kept.data() + kept.size(), result);
    if (above || (half && odd)) {
        double step = 0;
        const std::string unit = "1e" + std::to_string(drop);
        std::from_chars(unit.data(), unit.data() + unit.size(), step);
        result += step;
    }
    return std::copysign(result, value);
}

} // namespace engine::text::jinja
