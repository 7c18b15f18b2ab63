// The methods of lists, tuples, dicts, ranges, numbers, loops and cyclers; and finding a method by its name.
#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"

namespace engine::text::jinja {
namespace {

Value dict_get(Interpreter&, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"key", "default"};
    if (!arguments.named.empty()) type_error("get() takes no keyword arguments");
    const auto bound = bind_parameters("get", kNames, 1, arguments);
    const Value* found = self.as<Dict>().find(bound[0]);
    if (found != nullptr) return *found;
    return bound.has(1) ? bound[1] : Value::none();
}

template <View::Part part>
Value dict_view(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    bind_nothing("items", arguments);
    return Value(interpreter.heap().make<View>(0, self, part));
}

Value dict_copy(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    bind_nothing("copy", arguments);
    Value copy = make_dict(interpreter.heap(), self.foreign());
    for (const Dict::Entry& entry : self.as<Dict>().entries()) {
        interpreter.tick();
        copy.as<Dict>().set(entry.key, entry.value);
    }
    return copy;
}

Value list_copy(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("copy", arguments);
    return self; // it never changes
}

Value sequence_count(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"value"};
    const auto bound = bind_parameters("count", kNames, 1, arguments);
    int64_t count = 0;
    Cursor cursor(self);
    for (Value item; cursor.next(interpreter, item);)
        count += equal(interpreter, item, bound[0]) ? 1 : 0;
    return Value::integer(count);
}

Value sequence_index(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"value", "start", "stop"};
    const auto bound = bind_parameters("index", kNames, 1, arguments);
    const int64_t length = length_of(interpreter, self);
    const auto limit = [&](size_t i, int64_t otherwise) {
        if (!bound.has(i)) return otherwise;
        const int64_t index = to_index(bound[i], "index");
        return index < 0 ? std::max<int64_t>(index + length, 0) : index;
    };
    const int64_t begin = limit(1, 0), end = limit(2, length);
    Cursor cursor(self);
    int64_t i = 0;
    for (Value item; i < end && cursor.next(interpreter, item); ++i) {
        if (i >= begin && equal(interpreter, item, bound[0])) return Value::integer(i);
    }
    value_error("the value is not in the " + std::string(type_name(self)));
}

Value float_is_integer(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("is_integer", arguments);
    const double value = self.as_floating();
    return Value::boolean(std::isfinite(value) && value == std::floor(value));
}

Value number_conjugate(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("conjugate", arguments);
    return self.is_integer() ? Value::integer(self.as_integer(), self.foreign()) : self;
}

uint64_t magnitude(const Value& value) {
    const int64_t number = value.as_integer();
    return number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
}

Value integer_bit_length(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("bit_length", arguments);
    return Value::integer(std::bit_width(magnitude(self)), self.foreign());
}

Value integer_bit_count(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("bit_count", arguments);
    return Value::integer(std::popcount(magnitude(self)), self.foreign());
}

Value loop_cycle(Interpreter&, const Value& self, Arguments& arguments) {
    if (!arguments.named.empty()) type_error("cycle() takes no keyword arguments");
    if (arguments.positional.empty()) type_error("no items for cycling given");
    const auto count = static_cast<int64_t>(arguments.positional.size());
    const int64_t at = (self.as<LoopValue>().index0 % count + count) % count;
    return arguments.positional[static_cast<size_t>(at)];
}

Value loop_changed(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    if (!arguments.named.empty()) type_error("changed() takes no keyword arguments");
    Value now = make_tuple(interpreter.heap(), std::move(arguments.positional));
    Value& last = self.as<LoopValue>().last_changed;
    if (!last.is_missing() && equal(interpreter, last, now)) return Value::boolean(false);
    last = std::move(now);
    return Value::boolean(true);
}

Value cycler_next(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("next", arguments);
    CyclerValue& cycler = self.as<CyclerValue>();
    const Values& items = cycler.items.as<Sequence>().items;
    return items[std::exchange(cycler.position, (cycler.position + 1) % items.size())];
}

Value cycler_reset(Interpreter&, const Value& self, Arguments& arguments) {
    bind_nothing("reset", arguments);
    self.as<CyclerValue>().position = 0;
    return Value::none();
}

constexpr MethodInfo kDictMethods[] = {
    {"copy", dict_copy},
    {"fromkeys", make_dict_from_keys},
    {"get", dict_get},
    {"items", dict_view<View::Part::items>},
    {"keys", dict_view<View::Part::keys>},
    {"values", dict_view<View::Part::values>},
};
constexpr MethodInfo kListMethods[] = {
    {"copy", list_copy}, {"count", sequence_count}, {"index", sequence_index}};
constexpr MethodInfo kSequenceMethods[] = {{"count", sequence_count}, {"index", sequence_index}};
constexpr MethodInfo kFloatMethods[] = {{"conjugate", number_conjugate}, {"is_integer", float_is_integer}};
constexpr MethodInfo kIntegerMethods[] = {
    {"bit_count", integer_bit_count}, {"bit_length", integer_bit_length}, {"conjugate", number_conjugate}};
constexpr MethodInfo kLoopMethods[] = {{"changed", loop_changed}, {"cycle", loop_cycle}};
constexpr MethodInfo kCyclerMethods[] = {{"next", cycler_next}, {"reset", cycler_reset}};
constexpr MethodInfo kFunctionMethods[] = {{"fromkeys", make_dict_from_keys}};

std::span<const MethodInfo> methods_of(const Value& object) {
    switch (object.kind()) {
        case Kind::text:
            return text_methods();
        case Kind::dict:
            return kDictMethods;
        case Kind::list:
            return kListMethods;
        case Kind::tuple:
        case Kind::range:
            return kSequenceMethods;
        case Kind::boolean:
        case Kind::integer:
            return kIntegerMethods;
        case Kind::floating:
            return kFloatMethods;
        case Kind::loop:
            return kLoopMethods;
        case Kind::cycler:
            return kCyclerMethods;
        case Kind::function:
            if (object.as<Function>().info.name == "dict") return kFunctionMethods;
            return {};
        default:
            return {};
    }
}

} // namespace

const MethodInfo* find_method(const Value& object, std::string_view name) {
    const auto methods = methods_of(object);
    const auto found =
        std::lower_bound(methods.begin(), methods.end(), name,
                         [](const MethodInfo& method, std::string_view n) { return method.name < n; });
    return found != methods.end() && found->name == name ? &*found : nullptr;
}

} // namespace engine::text::jinja
