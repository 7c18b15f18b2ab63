// Truth, equality, order and containment.
#include <algorithm>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"

namespace engine::text::jinja {
namespace {

bool equal_sequences(Interpreter& interpreter, const Values& a, const Values& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (!equal(interpreter, a[i], b[i])) return false;
    }
    return true;
}

bool equal_dicts(Interpreter& interpreter, const Dict& a, const Dict& b) {
    if (a.size() != b.size()) return false;
    for (const Dict::Entry& entry : a.entries()) {
        const Value* other = b.find(entry.key);
        if (other == nullptr || !equal(interpreter, entry.value, *other)) return false;
    }
    return true;
}

// Views of keys and of items are sets, one of values equals only itself.
bool equal_views(Interpreter& interpreter, const Value& a, const Value& b) {
    const View &left = a.as<View>(), &right = b.as<View>();
    if (left.part != right.part || left.part == View::Part::values) return a.object() == b.object();
    const Dict &x = left.dict.as<Dict>(), &y = right.dict.as<Dict>();
    if (left.part == View::Part::items) return equal_dicts(interpreter, x, y);
    return x.size() == y.size() &&
           std::all_of(x.entries().begin(), x.entries().end(), [&](const Dict::Entry& entry) {
               interpreter.tick();
               return y.find(entry.key) != nullptr;
           });
}

// -1, 0, 1 or 2 (unordered).
int order(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
    interpreter.tick();
    if (a.is_number() && b.is_number()) return compare_numbers(a, b);
    if (a.is(Kind::undefined)) interpreter.raise_undefined(a);
    if (b.is(Kind::undefined)) interpreter.raise_undefined(b);
    if (a.is(Kind::big_integer) || b.is(Kind::big_integer)) refuse_big(a, b);
    if (a.kind() == b.kind() && a.is(Kind::text)) {
        // UTF-8 sorts as its code points do.
        interpreter.tick_bytes(std::min(bytes_of(a).size(), bytes_of(b).size()), 256);
        const int order = bytes_of(a).compare(bytes_of(b));
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    if (a.kind() == b.kind() && (a.is(Kind::list) || a.is(Kind::tuple))) {
        const Values &left = a.as<Sequence>().items, &right = b.as<Sequence>().items;
        for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
            if (!equal(interpreter, left[i], right[i])) return order(interpreter, op, left[i], right[i]);
        }
        return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
    }
    type_error(quoted(symbol_of(op)) + " not supported between instances of " + quoted(type_name(a)) +
               " and " + quoted(type_name(b)));
}

} // namespace

bool truth(Interpreter& interpreter, const Value& value) {
    switch (value.kind()) {
        case Kind::missing:
        case Kind::none:
            return false;
        case Kind::boolean:
        case Kind::integer:
            return value.as_integer() != 0;
        case Kind::floating:
            return value.as_floating() != 0;
        default: {
            const int64_t length = length_of(interpreter, value);
            return length != 0; // what has no length is true
        }
    }
}

bool equal(Interpreter& interpreter, const Value& a, const Value& b) {
    interpreter.tick();
    if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::text:
            if (bytes_of(a).size() != bytes_of(b).size()) return false;
            interpreter.tick_bytes(bytes_of(a).size(), 256);
            return bytes_of(a) == bytes_of(b);
        case Kind::list:
        case Kind::tuple:
            return a.object() == b.object() ||
                   equal_sequences(interpreter, a.as<Sequence>().items, b.as<Sequence>().items);
        case Kind::dict:
            return a.object() == b.object() || equal_dicts(interpreter, a.as<Dict>(), b.as<Dict>());
        case Kind::view:
            return equal_views(interpreter, a, b);
        default:
            return same_key(a, b);
    }
}

bool contains(Interpreter& interpreter, const Value& container, const Value& item) {
    switch (container.kind()) {
        case Kind::text:
            if (!item.is(Kind::text))
                type_error(std::string("'in <string>' requires string as left operand, not ") +
                           type_name(item));
            interpreter.tick_bytes(bytes_of(container).size(), 256);
            return find_bytes(bytes_of(container), bytes_of(item), 0) != std::string::npos;
        case Kind::dict:
            return container.as<Dict>().find(item) != nullptr;
        case Kind::view:
            if (container.as<View>().part == View::Part::keys)
                return container.as<View>().dict.as<Dict>().find(item) != nullptr;
            break;
        default:
            if (!is_iterable(container))
                type_error("argument of type " + quoted(type_name(container)) + " is not iterable");
            break;
    }
    Cursor cursor(container);
    for (Value next; cursor.next(interpreter, next);) {
        if (equal(interpreter, next, item)) return true;
    }
    return false;
}

bool compare(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
    switch (op) {
        case Operator::eq:
            return equal(interpreter, a, b);
        case Operator::ne:
            return !equal(interpreter, a, b);
        case Operator::in:
            return contains(interpreter, b, a);
        case Operator::not_in:
            return !contains(interpreter, b, a);
        case Operator::lt:
            return order(interpreter, op, a, b) == -1;
        case Operator::gt:
            return order(interpreter, op, a, b) == 1;
        case Operator::le:
            return order(interpreter, op, a, b) <= 0;
        default: {
            const int result = order(interpreter, op, a, b);
            return result == 0 || result == 1;
        }
    }
}

} // namespace engine::text::jinja
