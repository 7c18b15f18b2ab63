// Arithmetic, and joining and repeating of texts and lists.
#include "engine/text/jinja/operators.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"

namespace engine::text::jinja {
namespace {

[[noreturn]] void unsupported(Operator op, const Value& a, const Value& b) {
    type_error(std::string("unsupported operand type(s) for ") + symbol_of(op) + ": " + quoted(type_name(a)) +
               " and " + quoted(type_name(b)));
}

[[noreturn]] void zero_division(const char* what) {
    value_error(std::string("division by zero in ") + what);
}

int64_t floor_divide(int64_t a, int64_t b) {
    if (b == 0) zero_division("//");
    if (b == -1) {
        if (a == std::numeric_limits<int64_t>::min()) overflow("//");
        return -a;
    }
    const int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

int64_t floor_modulo(int64_t a, int64_t b) {
    if (b == 0) zero_division("%");
    if (b == -1) return 0;
    const int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

// Python's float % and //: the rest has the divisor's sign, the quotient is floored from it.
double float_modulo(double a, double b) {
    if (b == 0) zero_division("%");
    double rest = std::fmod(a, b);
    if (rest == 0) return std::copysign(0.0, b);
    if ((rest < 0) != (b < 0)) rest += b;
    return rest;
}

double float_floor_divide(double a, double b) {
    if (b == 0) zero_division("//");
    double rest = std::fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0 && (rest < 0) != (b < 0)) quotient -= 1.0;
    if (quotient == 0) return std::copysign(0.0, a / b);
    double whole = std::floor(quotient);
    if (quotient - whole > 0.5) whole += 1.0;
    return whole;
}

int64_t integer_power(int64_t base, int64_t exponent) {
    int64_t result = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) overflow("**");
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) overflow("**");
    }
    return result;
}

double float_power(double a, double b) {
    if (a == 0 && b < 0) zero_division("**");
    if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b))
        value_error("a negative number to a fractional power is complex, which is not supported");
    const double result = std::pow(a, b);
    if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) overflow("**");
    return result;
}

Value integer_operation(Operator op, int64_t a, int64_t b, bool foreign) {
    int64_t result = 0;
    switch (op) {
        case Operator::add:
            if (__builtin_add_overflow(a, b, &result)) overflow("+");
            break;
        case Operator::sub:
            if (__builtin_sub_overflow(a, b, &result)) overflow("-");
            break;
        case Operator::mul:
            if (__builtin_mul_overflow(a, b, &result)) overflow("*");
            break;
        case Operator::div:
            if (b == 0) zero_division("/");
            // 64 bits of mantissa hold any integer, so that only the quotient is rounded.
            return Value::floating(
                static_cast<double>(static_cast<long double>(a) / static_cast<long double>(b)), foreign);
        case Operator::floordiv:
            result = floor_divide(a, b);
            break;
        case Operator::mod:
            result = floor_modulo(a, b);
            break;
        default:
            if (b < 0)
                return Value::floating(float_power(static_cast<double>(a), static_cast<double>(b)), foreign);
            result = integer_power(a, b);
            break;
    }
    return Value::integer(result, foreign);
}

double float_operation(Operator op, double a, double b) {
    switch (op) {
        case Operator::add:
            return a + b;
        case Operator::sub:
            return a - b;
        case Operator::mul:
            return a * b;
        case Operator::div:
            if (b == 0) zero_division("/");
            return a / b;
        case Operator::floordiv:
            return float_floor_divide(a, b);
        case Operator::mod:
            return float_modulo(a, b);
        default:
            return float_power(a, b);
    }
}

Value concatenate(Interpreter& interpreter, const Value& a, const Value& b) {
    const Text &left = a.as<Text>(), &right = b.as<Text>();
    interpreter.tick_bytes(left.bytes.size() + right.bytes.size(), 256);
    if (left.markup || right.markup) return concatenate_markup(interpreter, a, b);
    TextBuilder builder(interpreter.heap());
    builder.append(left);
    builder.append(right);
    return builder.finish();
}

Value concatenate_sequences(Interpreter& interpreter, const Value& a, const Value& b) {
    const Values &left = a.as<Sequence>().items, &right = b.as<Sequence>().items;
    interpreter.tick(static_cast<int64_t>(left.size() + right.size()) / 8);
    interpreter.heap().check_room(static_cast<int64_t>((left.size() + right.size()) * sizeof(Value)));
    Values items;
    items.reserve(left.size() + right.size());
    items.insert(items.end(), left.begin(), left.end());
    items.insert(items.end(), right.begin(), right.end());
    const bool foreign = a.foreign() || b.foreign();
    return a.is(Kind::list) ? make_list(interpreter.heap(), std::move(items), foreign)
                            : make_tuple(interpreter.heap(), std::move(items), foreign);
}

Value repeat(Interpreter& interpreter, const Value& value, int64_t times) {
    times = std::max<int64_t>(times, 0);
    if (value.is(Kind::text)) {
        const Text& text = value.as<Text>();
        TextBuilder builder(interpreter.heap());
        if (text.runs.empty()) {
            builder.repeat(text.bytes, text.uniform, times);
        } else {
            interpreter.heap().check_text(static_cast<size_t>(times));
            for (int64_t i = 0; i < times; ++i) {
                interpreter.tick();
                builder.append(text);
            }
        }
        interpreter.tick_bytes(builder.size(), 256);
        return builder.finish(text.markup);
    }
    const Values& once = value.as<Sequence>().items;
    Values items;
    if (!once.empty()) {
        interpreter.tick(times); // also bounds the product
        interpreter.tick(times * static_cast<int64_t>(once.size()) / 8);
        interpreter.heap().check_room(times * static_cast<int64_t>(once.size() * sizeof(Value)));
        items.reserve(once.size() * static_cast<size_t>(times));
        for (int64_t i = 0; i < times; ++i)
            items.insert(items.end(), once.begin(), once.end());
    }
    return value.is(Kind::list) ? make_list(interpreter.heap(), std::move(items), value.foreign())
                                : make_tuple(interpreter.heap(), std::move(items), value.foreign());
}

bool is_repeatable(const Value& value) {
    return value.is(Kind::text) || value.is(Kind::list) || value.is(Kind::tuple);
}

} // namespace

const char* symbol_of(Operator op) {
    switch (op) {
        case Operator::add:
            return "+";
        case Operator::sub:
            return "-";
        case Operator::mul:
            return "*";
        case Operator::div:
            return "/";
        case Operator::floordiv:
            return "//";
        case Operator::mod:
            return "%";
        case Operator::pow:
            return "**";
        case Operator::lt:
            return "<";
        case Operator::le:
            return "<=";
        case Operator::gt:
            return ">";
        case Operator::ge:
            return ">=";
        default:
            return "";
    }
}

void refuse_big(const Value& a, const Value& b) {
    const BigInteger& big = a.is(Kind::big_integer) ? a.as<BigInteger>() : b.as<BigInteger>();
    fail(FaultKind::overflow, "the integer " + big.digits.substr(0, 40) + " is beyond 64 bits");
}

void overflow(std::string_view what) {
    fail(FaultKind::overflow, "integer result of " + std::string(what) + " is beyond 64 bits");
}

int64_t to_index(const Value& value, std::string_view what) {
    if (value.is_integer()) return value.as_integer();
    if (value.is(Kind::big_integer)) overflow(what);
    if (value.is(Kind::undefined)) fail(FaultKind::undefined, value.as<Undefined>().message());
    type_error(std::string(what) + " must be an integer, not " + type_name(value));
}

double to_double(const Value& value) {
    if (value.is_integer()) return static_cast<double>(value.as_integer());
    if (value.is(Kind::floating)) return value.as_floating();
    if (value.is(Kind::undefined)) fail(FaultKind::undefined, value.as<Undefined>().message());
    if (value.is(Kind::big_integer)) overflow("float");
    type_error(std::string("must be real number, not ") + type_name(value));
}

Value binary(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
    const bool foreign = a.foreign() || b.foreign();
    if (a.is_integer() && b.is_integer())
        return integer_operation(op, a.as_integer(), b.as_integer(), foreign);
    if (a.is_number() && b.is_number())
        return Value::floating(float_operation(op, to_double(a), to_double(b)), foreign);
    if (op == Operator::mod && a.is(Kind::text)) return percent_format(interpreter, a, b);
    if (a.is(Kind::undefined)) interpreter.raise_undefined(a);
    if (b.is(Kind::undefined)) interpreter.raise_undefined(b);
    if (op == Operator::add && a.kind() == b.kind()) {
        if (a.is(Kind::text)) return concatenate(interpreter, a, b);
        if (a.is(Kind::list) || a.is(Kind::tuple)) return concatenate_sequences(interpreter, a, b);
    }
    if (op == Operator::add && a.is(Kind::text))
        type_error(std::string("can only concatenate str (not \"") + type_name(b) + "\") to str");
    if (op == Operator::mul) {
        if (is_repeatable(a) && b.is_integer()) return repeat(interpreter, a, b.as_integer());
        if (is_repeatable(b) && a.is_integer()) return repeat(interpreter, b, a.as_integer());
    }
    if (a.is(Kind::big_integer) || b.is(Kind::big_integer)) refuse_big(a, b);
    unsupported(op, a, b);
}

Value unary(Interpreter& interpreter, Operator op, const Value& value) {
    if (op == Operator::logical_not) return Value::boolean(!truth(interpreter, value));
    if (value.is(Kind::undefined)) interpreter.raise_undefined(value);
    const bool negative = op == Operator::neg;
    if (value.is_integer()) {
        const int64_t number = value.as_integer();
        if (negative && number == std::numeric_limits<int64_t>::min()) overflow("-");
        return Value::integer(negative ? -number : number, value.foreign());
    }
    if (value.is(Kind::floating))
        return Value::floating(negative ? -value.as_floating() : value.as_floating(), value.foreign());
    if (value.is(Kind::big_integer)) refuse_big(value, value);
    type_error(std::string("bad operand type for unary ") + (negative ? "-" : "+") + ": " +
               quoted(type_name(value)));
}

} // namespace engine::text::jinja
