// The tests that `is` knows.
#include <algorithm>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"

namespace engine::text::jinja {
namespace {

Value other_operand(std::string_view test, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"other"};
    return bind_parameters(test, kNames, 1, arguments)[0];
}

template <Operator op>
bool test_compare(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return compare(interpreter, op, subject, other_operand("comparison", arguments));
}

// A test of the value alone.
template <bool (*holds)(const Value&)>
bool test_value(Interpreter&, const Value& subject, Arguments& arguments) {
    bind_nothing("test", arguments);
    return holds(subject);
}

bool is_defined(const Value& value) {
    return !value.is(Kind::undefined);
}
bool is_undefined(const Value& value) {
    return value.is(Kind::undefined);
}
bool is_none(const Value& value) {
    return value.is(Kind::none);
}
bool is_boolean(const Value& value) {
    return value.is(Kind::boolean);
}
bool is_true(const Value& value) {
    return value.is(Kind::boolean) && value.as_boolean();
}
bool is_false(const Value& value) {
    return value.is(Kind::boolean) && !value.as_boolean();
}
bool is_an_integer(const Value& value) {
    return value.is(Kind::integer) || value.is(Kind::big_integer);
}
bool is_float(const Value& value) {
    return value.is(Kind::floating);
}
bool is_a_number(const Value& value) {
    return value.is_number() || value.is(Kind::big_integer);
}
bool is_string(const Value& value) {
    return value.is(Kind::text);
}
bool is_mapping(const Value& value) {
    return value.is(Kind::dict);
}
bool is_escaped(const Value& value) {
    return value.is(Kind::text) && value.as<Text>().markup;
}
bool is_sequence(const Value& value) {
    switch (value.kind()) { // has a length and items
        case Kind::text:
        case Kind::list:
        case Kind::tuple:
        case Kind::dict:
        case Kind::range:
        case Kind::undefined:
            return true;
        default:
            return false;
    }
}
bool is_callable(const Value& value) {
    switch (value.kind()) {
        case Kind::undefined:
        case Kind::macro:
        case Kind::loop:
        case Kind::joiner:
        case Kind::method:
        case Kind::function:
        case Kind::block:
            return true;
        default:
            return false;
    }
}

bool test_odd(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("odd", arguments);
    const Value rest = binary(interpreter, Operator::mod, subject, Value::integer(2));
    return equal(interpreter, rest, Value::integer(1));
}

bool test_even(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("even", arguments);
    const Value rest = binary(interpreter, Operator::mod, subject, Value::integer(2));
    return equal(interpreter, rest, Value::integer(0));
}

bool test_divisibleby(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"num"};
    const auto bound = bind_parameters("divisibleby", kNames, 1, arguments);
    const Value rest = binary(interpreter, Operator::mod, subject, bound[0]);
    return equal(interpreter, rest, Value::integer(0));
}

bool test_lower(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("lower", arguments);
    const Value text = to_text(interpreter, subject);
    interpreter.tick_bytes(bytes_of(text).size(), 16);
    return is_lower_text(text.as<Text>());
}

bool test_upper(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("upper", arguments);
    const Value text = to_text(interpreter, subject);
    interpreter.tick_bytes(bytes_of(text).size(), 16);
    return is_upper_text(text.as<Text>());
}

bool test_in(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"seq"};
    return contains(interpreter, bind_parameters("in", kNames, 1, arguments)[0], subject);
}

bool test_sameas(Interpreter&, const Value& subject, Arguments& arguments) {
    return subject.same_as(other_operand("sameas", arguments));
}

// Lists and dicts cannot be keys, nor can what holds them: asking for a filter of that name is a TypeError.
std::string_view key_text(Interpreter& interpreter, const Value& subject) {
    if (subject.is(Kind::text)) return bytes_of(subject);
    static_cast<void>(hash_of(subject, interpreter.heap()));
    return {};
}

bool test_filter(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("filter", arguments);
    return find_filter(key_text(interpreter, subject)) != nullptr;
}

bool test_test(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("test", arguments);
    return find_test(key_text(interpreter, subject)) != nullptr;
}

} // namespace

const TestInfo* find_test(std::string_view name) {
    static constexpr TestInfo kTests[] = {
        {"!=", test_compare<Operator::ne>},
        {"<", test_compare<Operator::lt>},
        {"<=", test_compare<Operator::le>},
        {"==", test_compare<Operator::eq>},
        {">", test_compare<Operator::gt>},
        {">=", test_compare<Operator::ge>},
        {"boolean", test_value<is_boolean>},
        {"callable", test_value<is_callable>},
        {"defined", test_value<is_defined>},
        {"divisibleby", test_divisibleby},
        {"eq", test_compare<Operator::eq>},
        {"equalto", test_compare<Operator::eq>},
        {"escaped", test_value<is_escaped>},
        {"even", test_even},
        {"false", test_value<is_false>},
        {"filter", test_filter},
        {"float", test_value<is_float>},
        {"ge", test_compare<Operator::ge>},
        {"greaterthan", test_compare<Operator::gt>},
        {"gt", test_compare<Operator::gt>},
        {"in", test_in},
        {"integer", test_value<is_an_integer>},
        {"iterable", test_value<is_iterable>},
        {"le", test_compare<Operator::le>},
        {"lessthan", test_compare<Operator::lt>},
        {"lower", test_lower},
        {"lt", test_compare<Operator::lt>},
        {"mapping", test_value<is_mapping>},
        {"ne", test_compare<Operator::ne>},
        {"none", test_value<is_none>},
        {"number", test_value<is_a_number>},
        {"odd", test_odd},
        {"sameas", test_sameas},
        {"sequence", test_value<is_sequence>},
        {"string", test_value<is_string>},
        {"test", test_test},
        {"true", test_value<is_true>},
        {"undefined", test_value<is_undefined>},
        {"upper", test_upper},
    };
    const auto* found =
        std::lower_bound(std::begin(kTests), std::end(kTests), name,
                         [](const TestInfo& test, std::string_view n) { return test.name < n; });
    return found != std::end(kTests) && found->name == name ? found : nullptr;
}

} // namespace engine::text::jinja
