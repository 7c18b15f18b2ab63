// format(value, "[[fill]align][sign][z][#][0][width][grouping][.precision][type]")
#include <algorithm>
#include <cmath>

#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {

std::string shown_sign(bool negative, char style) {
    if (negative) return "-";
    return style == '+' || style == ' ' ? std::string(1, style) : std::string();
}

NumberParts integer_parts(int64_t value, char type, char sign_style, bool alternate) {
    NumberParts parts;
    parts.sign = shown_sign(value < 0, sign_style);
    const int base = type == 'o' ? 8 : type == 'b' ? 2 : (type | 0x20) == 'x' ? 16 : 10;
    parts.digits = integer_digits(value, base);
    if (type == 'X') {
        for (char& c : parts.digits)
            c = c >= 'a' ? static_cast<char>(c - 32) : c;
    }
    if (alternate && base != 10) parts.prefix = {'0', type};
    return parts;
}

NumberParts float_parts(double value, char type, int precision, char sign_style, bool alternate) {
    NumberParts parts;
    parts.sign = shown_sign(std::signbit(value) && !std::isnan(value), sign_style);
    parts.digits = float_digits(std::abs(value), type, precision, alternate);
    return parts;
}

int checked_precision(Interpreter& interpreter, int64_t precision) {
    interpreter.heap().check_text(static_cast<size_t>(std::max<int64_t>(precision, 0)));
    interpreter.tick(precision / 16);
    return static_cast<int>(precision);
}

namespace {

struct Specification {
    std::string fill = " ";
    char align = '\0'; // < > = ^
    char sign = '-';
    bool no_negative_zero = false, alternate = false;
    bool zero = false; // 0 before the width
    int64_t width = 0, precision = -1;
    char grouping = '\0';
    char type = '\0';
};

bool is_align(char c) {
    return c == '<' || c == '>' || c == '=' || c == '^';
}

// A run of digits; -1 when there is none.
int64_t read_digits(Interpreter& interpreter, std::string_view text, size_t& at) {
    const size_t begin = at;
    int64_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        if (number > 1'000'000'000'000) value_error("Too many decimal digits in format string");
        number = number * 10 + (text[at] - '0');
    }
    if (at == begin) return -1;
    interpreter.heap().check_text(static_cast<size_t>(number));
    return number;
}

Specification read_specification(Interpreter& interpreter, std::string_view text, const char* type_of_value) {
    Specification spec;
    size_t at = 0;
    const auto next = [&](char c) { return at < text.size() && text[at] == c; };
    const size_t first = text.empty() ? 0 : utf8_step(text, 0).length;
    if (text.size() > first && is_align(text[first])) {
        spec.fill = text.substr(0, first);
        spec.align = text[first];
        at = first + 1;
    } else if (!text.empty() && is_align(text[0])) {
        spec.align = text[at++];
    }
    if (next('+') || next('-') || next(' ')) spec.sign = text[at++];
    if (next('z')) spec.no_negative_zero = true, ++at;
    if (next('#')) spec.alternate = true, ++at;
    if (next('0')) {
        spec.zero = true;
        if (spec.align == '\0') spec.fill = "0";
        ++at;
    }
    spec.width = std::max<int64_t>(read_digits(interpreter, text, at), 0);
    if (next(',') || next('_')) spec.grouping = text[at++];
    if (next(',') || next('_')) value_error("Cannot specify both ',' and '_'.");
    if (next('.')) {
        ++at;
        spec.precision = read_digits(interpreter, text, at);
        if (spec.precision < 0) value_error("Format specifier missing precision");
    }
    if (at < text.size()) spec.type = text[at++];
    if (at < text.size())
        value_error(std::string("Invalid format specifier for object of type ") + quoted(type_of_value));
    return spec;
}

void write_padded(Interpreter& interpreter, const Specification& spec, Origin fill_origin, char align,
                  int64_t length, const TextBuilder& content, TextBuilder& out) {
    const int64_t missing = std::max<int64_t>(spec.width - length, 0);
    const int64_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0;
    interpreter.tick(missing / 64);
    out.repeat(spec.fill, fill_origin, left);
    size_t from = 0;
    for (const Run& run : content.runs()) {
        out.append(std::string_view(content.bytes()).substr(from, run.end - from), run.origin);
        from = run.end;
    }
    out.repeat(spec.fill, fill_origin, missing - left);
}

void format_text(Interpreter& interpreter, const Value& value, const Specification& spec, Origin fill_origin,
                 TextBuilder& out) {
    if (spec.type != '\0' && spec.type != 's')
        value_error(std::string("Unknown format code ") + quoted({&spec.type, 1}) +
                    " for object of type 'str'");
    if (spec.sign != '-') value_error("Sign not allowed in string format specifier");
    if (spec.alternate) value_error("Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=') value_error("'=' alignment not allowed in string format specifier");
    if (spec.grouping != '\0')
        value_error(std::string("Cannot specify ") + quoted({&spec.grouping, 1}) + " with 's'.");
    const Text& text = value.as<Text>();
    const int64_t length = spec.precision >= 0 ? std::min(spec.precision, text.length) : text.length;
    interpreter.tick_bytes(text.bytes.size(), 256);
    TextBuilder content(interpreter.heap());
    content.append(text, 0, text.position_of(length));
    write_padded(interpreter, spec, fill_origin, spec.align == '\0' ? '<' : spec.align, length, content, out);
}

// Separators between groups of `size` digits of the whole part, with zeros in front up to `width` characters.
std::string grouped(const std::string& digits, char separator, size_t size, int64_t width) {
    size_t whole = digits.find_first_not_of("0123456789abcdefABCDEF");
    if (whole == std::string::npos) whole = digits.size();
    // "1e+16" has an exponent, which is no digit of the whole part.
    if (size == 3)
        whole = std::min(whole, digits.find_first_not_of("0123456789") == std::string::npos
                                    ? digits.size()
                                    : digits.find_first_not_of("0123456789"));
    const std::string rest = digits.substr(whole);
    std::string reversed;
    size_t count = 0;
    const auto put = [&](char c) {
        if (count > 0 && count % size == 0) reversed += separator;
        reversed += c;
        ++count;
    };
    for (size_t i = whole; i-- > 0;)
        put(digits[i]);
    const int64_t wanted = width - static_cast<int64_t>(rest.size());
    while (static_cast<int64_t>(reversed.size()) < wanted)
        put('0');
    std::reverse(reversed.begin(), reversed.end());
    return reversed + rest;
}

void write_number(Interpreter& interpreter, NumberParts parts, const Specification& spec,
                  const std::string& suffix, Origin origin, Origin fill_origin, TextBuilder& out) {
    const char align = spec.align != '\0' ? spec.align : spec.zero ? '=' : '>';
    const auto outside = static_cast<int64_t>(parts.sign.size() + parts.prefix.size() + suffix.size());
    const bool fills_zeros = align == '=' && spec.fill == "0";
    interpreter.tick(spec.width / 16);
    if (spec.grouping != '\0') {
        const bool by_four = spec.type == 'x' || spec.type == 'X' || spec.type == 'b' || spec.type == 'o';
        parts.digits =
            grouped(parts.digits, spec.grouping, by_four ? 4 : 3, fills_zeros ? spec.width - outside : 0);
    }
    TextBuilder content(interpreter.heap());
    content.append(parts.sign + parts.prefix, origin);
    const int64_t length = outside + static_cast<int64_t>(parts.digits.size());
    if (align == '=') content.repeat(spec.fill, fill_origin, std::max<int64_t>(spec.width - length, 0));
    content.append(parts.digits + suffix, origin);
    write_padded(interpreter, spec, fill_origin, align, std::max(length, align == '=' ? spec.width : 0),
                 content, out);
}

// Without a type: as repr(), or like g with at least one digit behind the point.
NumberParts plain_float(double value, const Specification& spec, int precision) {
    NumberParts parts;
    parts.sign = shown_sign(std::signbit(value) && !std::isnan(value), spec.sign);
    value = std::abs(value);
    if (spec.precision < 0) {
        parts.digits = float_repr(value);
        return parts;
    }
    if (!std::isfinite(value)) {
        parts.digits = float_digits(value, 'g', precision, false);
        return parts;
    }
    const int digits = std::max(precision, 1);
    const std::string scientific = float_digits(value, 'e', digits - 1, false);
    const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
    std::string& out = parts.digits;
    if (exponent < -4 || exponent >= digits - 1) {
        out = scientific;
        const size_t mark = out.find('e');
        if (!spec.alternate && out.find('.') != std::string::npos) {
            size_t keep = mark;
            while (out[keep - 1] == '0')
                --keep;
            if (out[keep - 1] == '.') --keep;
            out.erase(keep, mark - keep);
        }
        return parts;
    }
    out = float_digits(value, 'g', digits, spec.alternate);
    if (out.find('.') == std::string::npos)
        out += ".0";
    else if (out.back() == '.')
        out += '0';
    return parts;
}

void format_float(Interpreter& interpreter, double value, const Specification& spec, Origin origin,
                  Origin fill_origin, TextBuilder& out) {
    const int precision = checked_precision(interpreter, spec.precision < 0 ? 6 : spec.precision);
    NumberParts parts;
    std::string suffix;
    switch (spec.type) {
        case '\0':
            parts = plain_float(value, spec, precision);
            break;
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            parts = float_parts(value, spec.type, precision, spec.sign, spec.alternate);
            break;
        case 'n':
            parts = float_parts(value, 'g', precision, spec.sign, spec.alternate);
            break;
        case '%':
            parts = float_parts(value * 100, 'f', precision, spec.sign, spec.alternate);
            suffix = "%";
            break;
        default:
            value_error(std::string("Unknown format code ") + quoted({&spec.type, 1}) +
                        " for object of type 'float'");
    }
    if (spec.no_negative_zero && parts.sign == "-" &&
        parts.digits.find_first_of("123456789in") == std::string::npos)
        parts.sign = shown_sign(false, spec.sign);
    write_number(interpreter, std::move(parts), spec, suffix, origin, fill_origin, out);
}

void format_integer(Interpreter& interpreter, const Value& value, const Specification& spec,
                    Origin fill_origin, TextBuilder& out) {
    const int64_t number = value.as_integer();
    if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos && spec.type != '\0')
        return format_float(interpreter, static_cast<double>(number), spec, value.origin(), fill_origin, out);
    if (spec.precision >= 0) value_error("Precision not allowed in integer format specifier");
    if (spec.no_negative_zero)
        value_error("Negative zero coercion (z) not allowed in integer format specifier");
    switch (spec.type) {
        case 'c': {
            if (spec.sign != '-') value_error("Sign not allowed with integer format specifier 'c'");
            if (number < 0 || number > 0x10FFFF || (number >= 0xD800 && number < 0xE000))
                fail(FaultKind::overflow, "%c arg not in range(0x110000)");
            TextBuilder content(interpreter.heap());
            content.append(static_cast<char32_t>(number), value.origin());
            return write_padded(interpreter, spec, fill_origin, spec.align == '\0' ? '<' : spec.align, 1,
                                content, out);
        }
        case '\0':
        case 'b':
        case 'd':
        case 'n':
        case 'o':
        case 'x':
        case 'X':
            break;
        default:
            value_error(std::string("Unknown format code ") + quoted({&spec.type, 1}) +
                        " for object of type 'int'");
    }
    if (spec.grouping == ',' && spec.type != '\0' && spec.type != 'd')
        value_error(std::string("Cannot specify ',' with ") + quoted({&spec.type, 1}) + ".");
    write_number(interpreter, integer_parts(number, spec.type, spec.sign, spec.alternate), spec, "",
                 value.origin(), fill_origin, out);
}

} // namespace

void write_formatted(Interpreter& interpreter, const Value& value, const Text& specification,
                     TextBuilder& out) {
    if (specification.bytes.empty()) return write_str(interpreter, value, out);
    const Origin fill_origin = specification.origin_of_all();
    if (!value.is(Kind::text) && !value.is_number())
        type_error(std::string("unsupported format string passed to ") + type_name(value) + ".__format__");
    const Specification spec = read_specification(interpreter, specification.bytes, type_name(value));
    if (value.is(Kind::text)) return format_text(interpreter, value, spec, fill_origin, out);
    if (value.is(Kind::floating))
        return format_float(interpreter, value.as_floating(), spec, value.origin(), fill_origin, out);
    format_integer(interpreter, value, spec, fill_origin, out);
}

} // namespace engine::text::jinja
