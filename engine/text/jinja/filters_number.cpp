// Filters on numbers.
#include <algorithm>
#include <cmath>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/text.h"

namespace engine::text::jinja {
namespace {

Value filter_abs(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("abs", arguments);
    if (subject.is_integer()) {
        const bool negative = subject.as_integer() < 0;
        return unary(interpreter, negative ? Operator::neg : Operator::pos, subject);
    }
    if (subject.is(Kind::floating))
        return Value::floating(std::abs(subject.as_floating()), subject.foreign());
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    type_error("bad operand type for abs(): " + quoted(type_name(subject)));
}

// int(float) beyond 64 bits cannot be represented here.
Value truncated(double value, bool foreign) {
    if (!(std::abs(value) < 9223372036854775808.0)) overflow("int");
    return Value::integer(static_cast<int64_t>(value), foreign);
}

Value filter_int(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"default", "base"};
    const auto bound = bind_parameters("int", kNames, 0, arguments);
    const Value fallback = bound.has(0) ? bound[0] : Value::integer(0);
    if (subject.is_integer()) return Value::integer(subject.as_integer(), subject.foreign());
    if (subject.is(Kind::big_integer)) return subject;
    if (subject.is(Kind::floating)) {
        if (std::isinf(subject.as_floating()))
            fail(FaultKind::overflow, "cannot convert float infinity to integer");
        return std::isnan(subject.as_floating()) ? fallback
                                                 : truncated(subject.as_floating(), subject.foreign());
    }
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (!subject.is(Kind::text)) return fallback;
    const Text& text = subject.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 16);
    const bool foreign = (text.origin_of_all() & kTrusted) == 0;
    const int64_t base = bound.has(1) ? to_index(bound[1], "base") : 10;
    if (base == 0 || (base >= 2 && base <= 36)) {
        bool overflows = false;
        const auto number = parse_integer(text.bytes, static_cast<int>(base), overflows);
        if (number) return Value::integer(*number, foreign);
        if (overflows) overflow("int");
    }
    // "42.23" gives 42.
    const auto number = parse_float(text.bytes);
    return number && std::isfinite(*number) ? truncated(*number, foreign) : fallback;
}

Value filter_float(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"default"};
    const auto bound = bind_parameters("float", kNames, 0, arguments);
    if (subject.is_number()) return Value::floating(to_double(subject), subject.foreign());
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (subject.is(Kind::text)) {
        const Text& text = subject.as<Text>();
        interpreter.tick_bytes(text.bytes.size(), 16);
        if (const auto number = parse_float(text.bytes))
            return Value::floating(*number, (text.origin_of_all() & kTrusted) == 0);
    }
    return bound.has(0) ? bound[0] : Value::floating(0.0);
}

Value filter_round(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"precision", "method"};
    const auto bound = bind_parameters("round", kNames, 0, arguments);
    const int64_t precision = bound.has(0) ? to_index(bound[0], "precision") : 0;
    const std::string method = !bound.has(1) ? "common" : bound[1].is(Kind::text) ? bytes_of(bound[1]) : "?";
    if (method != "common" && method != "ceil" && method != "floor")
        fail(FaultKind::raised, "method must be common, ceil or floor");
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (!subject.is_number())
        type_error(std::string("type ") + type_name(subject) + " doesn't define __round__ method");
    if (method == "common") {
        if (subject.is(Kind::floating))
            return Value::floating(round_float(subject.as_floating(), precision), subject.foreign());
        if (precision >= 0) return Value::integer(subject.as_integer(), subject.foreign());
        return truncated(round_float(to_double(subject), precision), subject.foreign());
    }
    const double scale = std::pow(10.0, static_cast<double>(precision));
    const double scaled = to_double(subject) * scale;
    if (!std::isfinite(scaled)) fail(FaultKind::overflow, "cannot convert float infinity or NaN to integer");
    return Value::floating((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale,
                           subject.foreign());
}

Value filter_filesizeformat(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"binary"};
    const auto bound = bind_parameters("filesizeformat", kNames, 0, arguments);
    const bool binary = bound.has(0) && truth(interpreter, bound[0]);
    double bytes = 0;
    bool foreign = subject.foreign();
    if (subject.is(Kind::text)) {
        const auto number = parse_float(bytes_of(subject));
        if (!number) value_error("could not convert string to float: " + quoted(bytes_of(subject)));
        bytes = *number;
        foreign = (subject.as<Text>().origin_of_all() & kTrusted) == 0;
    } else {
        bytes = to_double(subject);
    }
    const double base = binary ? 1024 : 1000;
    std::string text;
    if (bytes == 1) {
        text = "1 Byte";
    } else if (bytes < base) {
        text = integer_digits(static_cast<int64_t>(std::max(bytes, -9.2e18)), 10) + " Bytes";
        if (bytes <= -1) text.insert(0, "-");
    } else {
        constexpr char kPrefixes[] = {'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'};
        double unit = base;
        size_t i = 0;
        do
            unit *= base;
        while (!(bytes < unit) && ++i < std::size(kPrefixes));
        i = std::min(i, std::size(kPrefixes) - 1);
        const char prefix = binary && i == 0 ? 'K' : kPrefixes[i];
        text = float_digits(base * bytes / unit, 'f', 1, false) + " " + prefix + (binary ? "iB" : "B");
    }
    return make_text(interpreter.heap(), std::move(text), foreign ? kForeign : kTrusted);
}

} // namespace

std::span<const FilterInfo> number_filters() {
    static constexpr FilterInfo kFilters[] = {
        {"abs", filter_abs},     {"filesizeformat", filter_filesizeformat},
        {"float", filter_float}, {"int", filter_int},
        {"round", filter_round},
    };
    return kFilters;
}

} // namespace engine::text::jinja
