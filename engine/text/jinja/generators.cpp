// Lazy sequences.
#include "engine/text/jinja/generators.h"

#include <algorithm>

#include "engine/text/jinja/attribute_path.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/text_operations.h"

namespace engine::text::jinja {
namespace {

// A generator: its body begins with the first item that is asked for, and with it its errors.
struct Generator : Lazy {
    Generator(Value s, Arguments a) : source(std::move(s)), arguments(std::move(a)) {}

    bool next(Interpreter& interpreter, Value& item) final {
        if (!started) {
            started = true;
            prepare(interpreter);
        }
        return produce(interpreter, item);
    }
    virtual void prepare(Interpreter& interpreter) = 0;
    virtual bool produce(Interpreter& interpreter, Value& item) = 0;

    Value source;
    Arguments arguments;
    Cursor cursor;
    bool started = false;
};

template <class T>
Value make_generator(Interpreter& interpreter, const Value& source, Arguments& arguments) {
    return Value(interpreter.heap().make<T>(0, source, std::move(arguments)));
}

const FilterInfo& filter_named(const Value& name) {
    const FilterInfo* filter = name.is(Kind::text) ? find_filter(bytes_of(name)) : nullptr;
    if (filter == nullptr)
        fail(FaultKind::raised,
             "No filter named " + quoted(name.is(Kind::text) ? bytes_of(name) : type_name(name)) + ".");
    return *filter;
}

const TestInfo& test_named(const Value& name) {
    const TestInfo* test = name.is(Kind::text) ? find_test(bytes_of(name)) : nullptr;
    if (test == nullptr)
        fail(FaultKind::raised,
             "No test named " + quoted(name.is(Kind::text) ? bytes_of(name) : type_name(name)) + ".");
    return *test;
}

struct MapItems : Generator {
    using Generator::Generator;
    void prepare(Interpreter& interpreter) override {
        if (!truth(interpreter, source)) return;
        const auto named = [this](std::string_view wanted) {
            return std::find_if(arguments.named.begin(), arguments.named.end(),
                                [wanted](const auto& argument) { return argument.first == wanted; });
        };
        if (arguments.positional.empty() && named("attribute") != arguments.named.end()) {
            path = AttributePath(interpreter, named("attribute")->second);
            arguments.named.erase(named("attribute"));
            if (const auto found = named("default"); found != arguments.named.end()) {
                fallback = found->second;
                arguments.named.erase(found);
            }
            if (!arguments.named.empty())
                fail(FaultKind::raised,
                     "Unexpected keyword argument " + quoted(arguments.named.front().first));
        } else {
            if (arguments.positional.empty()) fail(FaultKind::raised, "map requires a filter argument");
            name = arguments.positional.front();
            arguments.positional.erase(arguments.positional.begin());
        }
        cursor = Cursor(source);
        active = true;
    }
    bool produce(Interpreter& interpreter, Value& item) override {
        Value next;
        if (!active || !cursor.next(interpreter, next)) return false;
        if (name.is_missing()) {
            item = path.get(interpreter, std::move(next), fallback);
        } else {
            Arguments copy = arguments;
            item = filter_named(name).apply(interpreter, next, copy);
        }
        return true;
    }
    AttributePath path;
    Value fallback, name;
    bool active = false;
};

struct SelectItems : Generator {
    SelectItems(Value s, Arguments a, bool k, bool b)
        : Generator(std::move(s), std::move(a)), keep(k), by_attribute(b) {}
    void prepare(Interpreter& interpreter) override {
        if (!truth(interpreter, source)) return;
        size_t used = 0;
        if (by_attribute) {
            if (arguments.positional.empty()) fail(FaultKind::raised, "Missing parameter for attribute name");
            path = AttributePath(interpreter, arguments.positional[used++]);
        }
        if (arguments.positional.size() > used) name = arguments.positional[used++];
        arguments.positional.erase(arguments.positional.begin(),
                                   arguments.positional.begin() + static_cast<ptrdiff_t>(used));
        cursor = Cursor(source);
        active = true;
    }
    bool produce(Interpreter& interpreter, Value& item) override {
        if (!active) return false;
        for (Value next; cursor.next(interpreter, next);) {
            const Value subject = path.get(interpreter, next);
            bool holds = false;
            if (name.is_missing()) {
                holds = truth(interpreter, subject);
            } else {
                Arguments copy = arguments;
                holds = test_named(name).holds(interpreter, subject, copy);
            }
            if (holds != keep) continue;
            item = std::move(next);
            return true;
        }
        return false;
    }
    const bool keep, by_attribute;
    AttributePath path;
    Value name;
    bool active = false;
};

struct UniqueItems : Generator {
    using Generator::Generator;
    void prepare(Interpreter& interpreter) override {
        path = AttributePath(interpreter, arguments.positional[1]);
        case_sensitive = !arguments.positional[0].is_missing() && truth(interpreter, arguments.positional[0]);
        seen = make_dict(interpreter.heap());
        cursor = Cursor(source);
    }
    bool produce(Interpreter& interpreter, Value& item) override {
        for (Value next; cursor.next(interpreter, next);) {
            Value key = path.get(interpreter, next);
            if (!case_sensitive && key.is(Kind::text)) key = lower(interpreter, key);
            if (seen.as<Dict>().find(key) != nullptr) continue;
            seen.as<Dict>().set(std::move(key), Value::none());
            item = std::move(next);
            return true;
        }
        return false;
    }
    AttributePath path;
    bool case_sensitive = false;
    Value seen;
};

struct DictItems : Generator {
    using Generator::Generator;
    void prepare(Interpreter& interpreter) override {
        if (source.is(Kind::undefined)) {
            cursor = Cursor(source);
            return;
        }
        if (!source.is(Kind::dict)) type_error("Can only get item pairs from a mapping.");
        cursor = Cursor(Value(interpreter.heap().make<View>(0, source, View::Part::items)));
    }
    bool produce(Interpreter& interpreter, Value& item) override { return cursor.next(interpreter, item); }
};

struct Batches : Generator {
    using Generator::Generator;
    void prepare(Interpreter&) override {
        size = to_index(arguments.positional[0], "linecount");
        cursor = Cursor(source);
    }
    bool produce(Interpreter& interpreter, Value& item) override {
        if (ended) return false;
        Values line = std::exchange(pending, {});
        Value next;
        while (cursor.next(interpreter, next)) {
            if (static_cast<int64_t>(line.size()) == size) {
                pending.push_back(std::move(next));
                item = make_list(interpreter.heap(), std::move(line));
                return true;
            }
            line.push_back(std::move(next));
        }
        ended = true;
        if (line.empty()) return false;
        const Value& fill = arguments.positional[1];
        if (!fill.is_missing() && !fill.is(Kind::none)) {
            const int64_t missing = size - static_cast<int64_t>(line.size());
            interpreter.tick(std::max<int64_t>(missing, 0));
            for (int64_t i = 0; i < missing; ++i)
                line.push_back(fill);
        }
        item = make_list(interpreter.heap(), std::move(line));
        return true;
    }
    int64_t size = 0;
    Values pending;
    bool ended = false;
};

struct Slices : Generator {
    using Generator::Generator;
    void prepare(Interpreter& interpreter) override {
        items = collect(interpreter, source);
        count = to_index(arguments.positional[0], "slices");
        if (count == 0) value_error("integer division or modulo by zero");
        const auto length = static_cast<int64_t>(items.size());
        per_slice = count > 0 ? length / count : 0;
        with_extra = count > 0 ? length % count : 0;
    }
    bool produce(Interpreter& interpreter, Value& item) override {
        if (number >= count) return false;
        interpreter.tick();
        const int64_t size = per_slice + (number < with_extra ? 1 : 0);
        const auto begin = items.begin() + at;
        Values slice(begin, begin + size);
        at += size;
        const Value& fill = arguments.positional[1];
        if (!fill.is_missing() && !fill.is(Kind::none) && number >= with_extra) slice.push_back(fill);
        ++number;
        item = make_list(interpreter.heap(), std::move(slice));
        return true;
    }
    Values items;
    int64_t count = 0, per_slice = 0, with_extra = 0, number = 0, at = 0;
};

struct Reversed : Lazy {
    Reversed(Value s, int64_t l) : source(std::move(s)), left(l) {}
    bool next(Interpreter& interpreter, Value& item) override {
        interpreter.tick();
        if (left <= 0) return false;
        const auto at = static_cast<size_t>(--left);
        switch (source.kind()) {
            case Kind::list:
            case Kind::tuple:
                item = source.as<Sequence>().items[at];
                return true;
            case Kind::dict:
                item = source.as<Dict>().entries()[at].key;
                return true;
            case Kind::range:
                item = Value::integer(source.as<Range>().at(left), source.foreign());
                return true;
            case Kind::text:
                item = get_item(interpreter, source, Value::integer(left));
                return true;
            case Kind::view: {
                const View& view = source.as<View>();
                const Dict::Entry& entry = view.dict.as<Dict>().entries()[at];
                if (view.part == View::Part::items)
                    item = make_tuple(interpreter.heap(), {entry.key, entry.value});
                else
                    item = view.part == View::Part::keys ? entry.key : entry.value;
                return true;
            }
            default:
                return false;
        }
    }
    const Value source;
    int64_t left;
};

} // namespace

bool is_reversible(const Value& value) {
    switch (value.kind()) {
        case Kind::text:
        case Kind::list:
        case Kind::tuple:
        case Kind::dict:
        case Kind::range:
        case Kind::view:
        case Kind::undefined:
            return true;
        default:
            return false;
    }
}

Value make_reversed(Interpreter& interpreter, const Value& value) {
    return Value(interpreter.heap().make<Reversed>(0, value, length_of(interpreter, value)));
}

Value filter_map(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return make_generator<MapItems>(interpreter, subject, arguments);
}

Value filter_select(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return Value(interpreter.heap().make<SelectItems>(0, subject, std::move(arguments), true, false));
}

Value filter_reject(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return Value(interpreter.heap().make<SelectItems>(0, subject, std::move(arguments), false, false));
}

Value filter_selectattr(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return Value(interpreter.heap().make<SelectItems>(0, subject, std::move(arguments), true, true));
}

Value filter_rejectattr(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return Value(interpreter.heap().make<SelectItems>(0, subject, std::move(arguments), false, true));
}

Value filter_items(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("items", arguments);
    return make_generator<DictItems>(interpreter, subject, arguments);
}

namespace {

// Parameters are bound when the filter is applied; the generator finds them by position.
template <size_t n>
Arguments bound_arguments(const Bound<n>& bound) {
    return {Values(std::begin(bound.values), std::end(bound.values)), {}};
}

} // namespace

Value filter_unique(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"case_sensitive", "attribute"};
    Arguments bound = bound_arguments(bind_parameters("unique", kNames, 0, arguments));
    return make_generator<UniqueItems>(interpreter, subject, bound);
}

Value filter_batch(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"linecount", "fill_with"};
    Arguments bound = bound_arguments(bind_parameters("batch", kNames, 1, arguments));
    return make_generator<Batches>(interpreter, subject, bound);
}

Value filter_slice(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"slices", "fill_with"};
    Arguments bound = bound_arguments(bind_parameters("slice", kNames, 1, arguments));
    return make_generator<Slices>(interpreter, subject, bound);
}

} // namespace engine::text::jinja
