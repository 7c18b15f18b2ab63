// Attributes, items and slices.
#include <algorithm>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"

namespace engine::text::jinja {
namespace {

// Attributes that every Python object has; the sandbox hides them even where a dict has such a key.
bool is_python_internal(std::string_view name) {
    static constexpr std::string_view kNames[] = {
        "__class__",   "__delattr__", "__dir__",           "__doc__",         "__eq__",
        "__format__",  "__ge__",      "__getattribute__",  "__getstate__",    "__gt__",
        "__hash__",    "__init__",    "__init_subclass__", "__le__",          "__lt__",
        "__ne__",      "__new__",     "__reduce__",        "__reduce_ex__",   "__repr__",
        "__setattr__", "__sizeof__",  "__str__",           "__subclasshook__"};
    return name.starts_with("__") &&
           std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// Methods that would change a list or dict: there, but not to be touched.
bool is_forbidden(const Value& object, std::string_view name) {
    static constexpr std::string_view kList[] = {"append", "clear",  "extend",  "insert",
                                                 "pop",    "remove", "reverse", "sort"};
    static constexpr std::string_view kDict[] = {"clear", "pop", "popitem", "setdefault", "update"};
    if (object.is(Kind::list)) return std::find(std::begin(kList), std::end(kList), name) != std::end(kList);
    if (object.is(Kind::dict)) return std::find(std::begin(kDict), std::end(kDict), name) != std::end(kDict);
    return false;
}

Value unsafe(Interpreter& interpreter, const Value& object, std::string_view name) {
    return interpreter.undefined("access to attribute " + quoted(name) + " of " + quoted(type_name(object)) +
                                 " object is unsafe.");
}

Value number_attribute(const Value& value, std::string_view name) {
    if (name == "real" || (name == "numerator" && value.is_integer()))
        return value.is_integer() ? Value::integer(value.as_integer(), value.foreign()) : value;
    if (name == "imag") return value.is_integer() ? Value::integer(0) : Value::floating(0);
    if (name == "denominator" && value.is_integer()) return Value::integer(1);
    return {};
}

Value text_of(Interpreter& interpreter, std::string_view text) {
    return make_text(interpreter.heap(), std::string(text), kTrusted);
}

Value macro_attribute(Interpreter& interpreter, const MacroValue& macro, std::string_view name) {
    if (name == "name") return macro.name.empty() ? Value::none() : text_of(interpreter, macro.name);
    if (name == "caller") return Value::boolean(macro.code.wants_caller);
    if (name == "catch_kwargs") return Value::boolean(macro.code.wants_named);
    if (name == "catch_varargs") return Value::boolean(macro.code.wants_positional);
    if (name == "explicit_caller") return Value::boolean(macro.code.has_caller_parameter);
    if (name != "arguments") return {};
    Values names;
    for (const Name* parameter : macro.code.parameters)
        names.push_back(text_of(interpreter, parameter->name));
    return make_tuple(interpreter.heap(), std::move(names));
}

Value range_attribute(const Value& value, std::string_view name) {
    const Range& range = value.as<Range>();
    if (name == "start") return Value::integer(range.start, value.foreign());
    if (name == "stop") return Value::integer(range.stop, value.foreign());
    if (name == "step") return Value::integer(range.step, value.foreign());
    return {};
}

Value cycler_attribute(const CyclerValue& cycler, std::string_view name) {
    if (name == "current") return cycler.items.as<Sequence>().items[cycler.position];
    if (name == "items") return cycler.items;
    if (name == "pos") return Value::integer(static_cast<int64_t>(cycler.position));
    return {};
}

// Attributes that are not methods.
Value data_attribute(Interpreter& interpreter, const Value& object, std::string_view name) {
    switch (object.kind()) {
        case Kind::boolean:
        case Kind::integer:
        case Kind::floating:
            return number_attribute(object, name);
        case Kind::tuple: {
            const Sequence& group = object.as<Sequence>();
            if (!group.is_group) return {};
            return name == "grouper" ? group.items[0] : name == "list" ? group.items[1] : Value();
        }
        case Kind::range:
            return range_attribute(object, name);
        case Kind::names: {
            const Value* found = object.as<Names>().attributes.as<Dict>().find(name);
            return found != nullptr ? *found : Value();
        }
        case Kind::macro:
            return macro_attribute(interpreter, object.as<MacroValue>(), name);
        case Kind::loop:
            return interpreter.loop_attribute(object, name);
        case Kind::cycler:
            return cycler_attribute(object.as<CyclerValue>(), name);
        case Kind::joiner:
            if (name == "sep") return object.as<JoinerValue>().separator;
            return name == "used" ? Value::boolean(object.as<JoinerValue>().used) : Value();
        case Kind::blocks:
            return interpreter.block_of(object, name);
        default:
            return {};
    }
}

// Position of a Python index in `length` items; -1 when it is outside.
int64_t position_of(int64_t index, int64_t length) {
    if (index < 0) index += length;
    return index >= 0 && index < length ? index : -1;
}

// object[key] in Python; missing where that raises a TypeError or LookupError.
Value subscript(Interpreter& interpreter, const Value& object, const Value& key) {
    switch (object.kind()) {
        case Kind::dict: {
            const bool unhashable = key.is(Kind::list) || key.is(Kind::dict) || key.is(Kind::view);
            const Value* found = unhashable ? nullptr : object.as<Dict>().find(key);
            return found != nullptr ? *found : Value();
        }
        case Kind::list:
        case Kind::tuple: {
            if (!key.is_integer()) return {};
            const Values& items = object.as<Sequence>().items;
            const int64_t at = position_of(key.as_integer(), static_cast<int64_t>(items.size()));
            return at < 0 ? Value() : items[static_cast<size_t>(at)];
        }
        case Kind::text: {
            if (!key.is_integer()) return {};
            const Text& text = object.as<Text>();
            const int64_t at = position_of(key.as_integer(), text.length);
            if (at < 0) return {};
            if (!text.ascii()) interpreter.tick_bytes(text.bytes.size(), 64);
            const size_t begin = text.position_of(at);
            size_t end = begin + 1;
            while (end < text.bytes.size() && (static_cast<unsigned char>(text.bytes[end]) & 0xC0u) == 0x80)
                ++end;
            return slice_text(interpreter.heap(), object, begin, end);
        }
        case Kind::range: {
            if (!key.is_integer()) return {};
            const Range& range = object.as<Range>();
            const int64_t at = position_of(key.as_integer(), range.size());
            return at < 0 ? Value() : Value::integer(range.at(at), object.foreign());
        }
        default:
            return {};
    }
}

// The bounds of a slice over `length` items, as Python's slice.indices().
struct Bounds {
    int64_t start, stop, step, count;
    int64_t given_step;
};

Bounds slice_bounds(const Value& start, const Value& stop, const Value& step, int64_t length) {
    const auto given = [](const Value& value) { return !value.is_missing() && !value.is(Kind::none); };
    Bounds bounds{};
    bounds.step = given(step) ? to_index(step, "slice index") : 1;
    if (bounds.step == 0) value_error("slice step cannot be zero");
    bounds.given_step = bounds.step;
    const bool backwards = bounds.step < 0;
    const int64_t lowest = backwards ? -1 : 0;
    const int64_t highest = backwards ? length - 1 : length;
    const auto clamp = [&](const Value& value, int64_t otherwise) {
        if (!given(value)) return otherwise;
        int64_t index = to_index(value, "slice index");
        if (index < 0) index += length; // cannot overflow: length >= 0
        return std::clamp(index, lowest, highest);
    };
    bounds.start = clamp(start, backwards ? highest : lowest);
    bounds.stop = clamp(stop, backwards ? lowest : highest);
    const int64_t distance = backwards ? bounds.start - bounds.stop : bounds.stop - bounds.start;
    const uint64_t stride =
        backwards ? 0 - static_cast<uint64_t>(bounds.step) : static_cast<uint64_t>(bounds.step);
    bounds.count =
        distance <= 0 ? 0 : static_cast<int64_t>((static_cast<uint64_t>(distance) - 1) / stride + 1);
    // A stride beyond the items takes one at most; keeps what follows from overflowing.
    if (bounds.count <= 1) bounds.step = 1;
    return bounds;
}

Value slice_of_text(Interpreter& interpreter, const Value& object, const Value& start, const Value& stop,
                    const Value& step) {
    const Text& text = object.as<Text>();
    const Bounds bounds = slice_bounds(start, stop, step, text.length);
    interpreter.tick_bytes(text.bytes.size(), 64);
    if (bounds.step == 1)
        return slice_text(interpreter.heap(), object, text.position_of(bounds.start),
                          text.position_of(bounds.start + bounds.count));
    TextBuilder builder(interpreter.heap());
    interpreter.tick(bounds.count / 4);
    // Byte positions of all characters, so that any stride costs the same.
    std::vector<uint32_t> positions;
    if (!text.ascii()) {
        interpreter.heap().check_room(text.length * static_cast<int64_t>(sizeof(uint32_t)));
        positions.reserve(static_cast<size_t>(text.length) + 1);
        for (size_t i = 0; i < text.bytes.size(); ++i) {
            if ((static_cast<unsigned char>(text.bytes[i]) & 0xC0u) != 0x80)
                positions.push_back(static_cast<uint32_t>(i));
        }
        positions.push_back(static_cast<uint32_t>(text.bytes.size()));
    }
    for (int64_t i = 0; i < bounds.count; ++i) {
        const auto at = static_cast<size_t>(bounds.start + i * bounds.step);
        if (positions.empty())
            builder.append(text, at, at + 1);
        else
            builder.append(text, positions[at], positions[at + 1]);
    }
    return builder.finish(text.markup);
}

// Its end is shown as Python computes it, which need not lie on a step.
Value slice_of_range(Interpreter& interpreter, const Range& range, const Bounds& bounds) {
    int64_t begin = 0, end = 0, stride = 0;
    const auto at = [&](int64_t index, int64_t& value) {
        return !__builtin_mul_overflow(index, range.step, &value) &&
               !__builtin_add_overflow(value, range.start, &value);
    };
    if (!at(bounds.start, begin) || !at(bounds.stop, end) ||
        __builtin_mul_overflow(range.step, bounds.given_step, &stride))
        fail(FaultKind::overflow, "the slice of a range is beyond 64 bits");
    return Value(interpreter.heap().make<Range>(0, begin, end, stride));
}

} // namespace

Value python_attribute(Interpreter& interpreter, const Value& object, std::string_view name) {
    if (is_python_internal(name)) return unsafe(interpreter, object, name);
    if (Value value = data_attribute(interpreter, object, name); !value.is_missing()) return value;
    if (is_forbidden(object, name)) return unsafe(interpreter, object, name);
    if (const MethodInfo* method = find_method(object, name))
        return Value(interpreter.heap().make<Method>(0, object, *method));
    return {};
}

Value get_attribute(Interpreter& interpreter, const Value& object, std::string_view name) {
    // Even of an undefined value: what all Python objects have is hidden, not missing.
    if (object.is(Kind::undefined) && !is_python_internal(name)) interpreter.raise_undefined(object);
    if (Value value = python_attribute(interpreter, object, name); !value.is_missing()) return value;
    if (object.is(Kind::dict)) {
        if (const Value* found = object.as<Dict>().find(name)) return *found;
    }
    return interpreter.undefined_in(object, text_of(interpreter, name));
}

Value get_item(Interpreter& interpreter, const Value& object, const Value& key) {
    if (object.is(Kind::undefined)) interpreter.raise_undefined(object);
    if (Value value = subscript(interpreter, object, key); !value.is_missing()) return value;
    if (key.is(Kind::text)) {
        if (Value value = python_attribute(interpreter, object, bytes_of(key)); !value.is_missing())
            return value;
    }
    return interpreter.undefined_in(object, key);
}

Value get_slice(Interpreter& interpreter, const Value& object, const Value& start, const Value& stop,
                const Value& step) {
    switch (object.kind()) {
        case Kind::undefined:
            interpreter.raise_undefined(object);
        case Kind::text:
            return slice_of_text(interpreter, object, start, stop, step);
        case Kind::list:
        case Kind::tuple: {
            const Values& items = object.as<Sequence>().items;
            const Bounds bounds = slice_bounds(start, stop, step, static_cast<int64_t>(items.size()));
            interpreter.tick(bounds.count / 8);
            Values taken;
            taken.reserve(static_cast<size_t>(bounds.count));
            for (int64_t i = 0; i < bounds.count; ++i)
                taken.push_back(items[static_cast<size_t>(bounds.start + i * bounds.step)]);
            return object.is(Kind::list) ? make_list(interpreter.heap(), std::move(taken), object.foreign())
                                         : make_tuple(interpreter.heap(), std::move(taken), object.foreign());
        }
        case Kind::range: {
            const Range& range = object.as<Range>();
            return slice_of_range(interpreter, range, slice_bounds(start, stop, step, range.size()))
                .with_foreign(object.foreign());
        }
        case Kind::dict:
            type_error("unhashable type: 'slice'");
        default:
            type_error(quoted(type_name(object)) + " object is not subscriptable");
    }
}

} // namespace engine::text::jinja
