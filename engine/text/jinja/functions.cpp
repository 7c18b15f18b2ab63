// The global functions: range, dict, namespace, cycler, joiner, raise_exception, strftime_now.
#include <algorithm>

#include "engine/text/jinja/clock.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {
namespace {

// The sandbox's limit.
constexpr int64_t kLongestRange = 100000;

Value function_range(Interpreter& interpreter, Arguments& arguments) {
    if (!arguments.named.empty()) type_error("range() takes no keyword arguments");
    const Values& given = arguments.positional;
    if (given.empty() || given.size() > 3)
        type_error("range expected 1 to 3 arguments, got " + std::to_string(given.size()));
    int64_t bounds[3] = {0, 0, 1};
    bool foreign = false;
    for (size_t i = 0; i < given.size(); ++i) {
        bounds[given.size() == 1 ? 1 : i] = to_index(given[i], "range() argument");
        foreign = foreign || given[i].foreign();
    }
    if (bounds[2] == 0) value_error("range() arg 3 must not be zero");
    Range* range = interpreter.heap().make<Range>(0, bounds[0], bounds[1], bounds[2]);
    Value value = Value(range).with_foreign(foreign);
    if (range->size() > kLongestRange)
        fail(FaultKind::overflow,
             "Range too big. The sandbox blocks ranges larger than " + std::to_string(kLongestRange) + ".");
    return value;
}

// dict(mapping or pairs, **named)
Value function_dict(Interpreter& interpreter, Arguments& arguments) {
    Heap& heap = interpreter.heap();
    if (arguments.positional.size() > 1)
        type_error("dict expected at most 1 argument, got " + std::to_string(arguments.positional.size()));
    Value result = make_dict(heap);
    Dict& dict = result.as<Dict>();
    if (!arguments.positional.empty()) {
        const Value& from = arguments.positional[0];
        if (from.is(Kind::undefined)) interpreter.raise_undefined(from);
        Cursor cursor(from.is(Kind::dict) ? Value(heap.make<View>(0, from, View::Part::items)) : from);
        for (Value pair; cursor.next(interpreter, pair);) {
            const Values items = collect(interpreter, pair);
            if (items.size() != 2)
                value_error("dictionary update sequence element has length " + std::to_string(items.size()) +
                            "; 2 is required");
            dict.set(items[0], items[1]);
        }
    }
    for (auto& [name, value] : arguments.named)
        dict.set(make_text(heap, name, kTrusted), std::move(value));
    return result;
}

Value function_namespace(Interpreter& interpreter, Arguments& arguments) {
    Value attributes = function_dict(interpreter, arguments);
    for (const Dict::Entry& entry : attributes.as<Dict>().entries()) {
        if (entry.key.is(Kind::text) && bytes_of(entry.key).starts_with("_"))
            fail(FaultKind::undefined, "cannot store the underscore-prefixed attribute " +
                                           quoted(bytes_of(entry.key)) + " on a namespace");
    }
    return Value(interpreter.heap().make<Names>(0, std::move(attributes)));
}

Value function_cycler(Interpreter& interpreter, Arguments& arguments) {
    if (!arguments.named.empty()) type_error("cycler() takes no keyword arguments");
    if (arguments.positional.empty()) fail(FaultKind::raised, "at least one item has to be provided");
    return Value(interpreter.heap().make<CyclerValue>(
        0, make_tuple(interpreter.heap(), std::move(arguments.positional))));
}

Value function_joiner(Interpreter& interpreter, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"sep"};
    const auto bound = bind_parameters("joiner", kNames, 0, arguments);
    return Value(interpreter.heap().make<JoinerValue>(
        0, bound.has(0) ? bound[0] : make_text(interpreter.heap(), ", ", kTrusted)));
}

Value function_lipsum(Interpreter&, Arguments&) {
    fail(FaultKind::raised, "lipsum() is not supported: a prompt must not vary");
}

Value function_raise_exception(Interpreter& interpreter, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"message"};
    const auto bound = bind_parameters("raise_exception", kNames, 1, arguments);
    const Value message = to_text(interpreter, bound[0]);
    fail(FaultKind::raised, std::string(shortened(bytes_of(message), 2000)));
}

Value function_strftime_now(Interpreter& interpreter, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"format"};
    const auto bound = bind_parameters("strftime_now", kNames, 1, arguments);
    if (!bound[0].is(Kind::text))
        type_error(std::string("strftime() argument 1 must be str, not ") + type_name(bound[0]));
    const Text& format = bound[0].as<Text>();
    interpreter.tick_bytes(format.bytes.size(), 1); // a directive of two bytes can become 24
    return make_text(interpreter.heap(), format_time(interpreter.now(), format.bytes),
                     format.origin_of_all());
}

} // namespace

// dict.fromkeys(keys, value)
Value make_dict_from_keys(Interpreter& interpreter, const Value&, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"iterable", "value"};
    const auto bound = bind_parameters("fromkeys", kNames, 1, arguments);
    Value dict = make_dict(interpreter.heap());
    Cursor cursor(bound[0]);
    for (Value key; cursor.next(interpreter, key);)
        dict.as<Dict>().set(std::move(key), bound.has(1) ? bound[1] : Value::none());
    return dict;
}

const FunctionInfo* find_function(std::string_view name) {
    static constexpr FunctionInfo kFunctions[] = {
        {"cycler", function_cycler},       {"dict", function_dict},
        {"joiner", function_joiner},       {"lipsum", function_lipsum},
        {"namespace", function_namespace}, {"raise_exception", function_raise_exception},
        {"range", function_range},         {"strftime_now", function_strftime_now},
    };
    const auto* found =
        std::lower_bound(std::begin(kFunctions), std::end(kFunctions), name,
                         [](const FunctionInfo& function, std::string_view n) { return function.name < n; });
    return found != std::end(kFunctions) && found->name == name ? found : nullptr;
}

} // namespace engine::text::jinja
