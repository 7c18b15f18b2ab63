// Filters on lists, dicts and other iterables.
#include <algorithm>

#include "engine/text/jinja/attribute_path.h"
#include "engine/text/jinja/generators.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"

namespace engine::text::jinja {

AttributePath::AttributePath(Interpreter& interpreter, const Value& attribute) {
    if (attribute.is_missing() || attribute.is(Kind::none)) return;
    if (!attribute.is(Kind::text)) {
        parts_.push_back(attribute);
        return;
    }
    const Value dot = make_text(interpreter.heap(), ".", kTrusted);
    for (Value& part : split(interpreter, attribute, dot, -1)) {
        const std::string& bytes = bytes_of(part);
        const bool number = !bytes.empty() && bytes.find_first_not_of("0123456789") == std::string::npos;
        bool overflows = false;
        const auto index = number ? parse_integer(bytes, 10, overflows) : std::nullopt;
        parts_.push_back(index ? Value::integer(*index) : std::move(part));
    }
}

Value AttributePath::get(Interpreter& interpreter, Value item, const Value& fallback) const {
    const bool has_fallback = !fallback.is_missing() && !fallback.is(Kind::none);
    for (const Value& part : parts_) {
        item = get_item(interpreter, item, part);
        if (has_fallback && item.is(Kind::undefined)) item = fallback;
    }
    return item;
}

namespace {

bool flag(Interpreter& interpreter, const Value& value) {
    return !value.is_missing() && truth(interpreter, value);
}

// Strings compare without case unless asked otherwise.
Value ignore_case(Interpreter& interpreter, Value value, bool case_sensitive) {
    return !case_sensitive && value.is(Kind::text) ? lower(interpreter, value) : value;
}

struct Keyed {
    Value key, item;
};

void sort_by_key(Interpreter& interpreter, std::vector<Keyed>& items, bool reverse) {
    std::stable_sort(items.begin(), items.end(), [&](const Keyed& a, const Keyed& b) {
        return reverse ? compare(interpreter, Operator::lt, b.key, a.key)
                       : compare(interpreter, Operator::lt, a.key, b.key);
    });
}

Value filter_length(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("length", arguments);
    const int64_t length = length_of(interpreter, subject);
    if (length < 0) type_error("object of type " + quoted(type_name(subject)) + " has no len()");
    return Value::integer(length);
}

Value filter_default(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"default_value", "boolean"};
    const auto bound = bind_parameters("default", kNames, 0, arguments);
    if (!subject.is(Kind::undefined) && !(flag(interpreter, bound[1]) && !truth(interpreter, subject)))
        return subject;
    return bound.has(0) ? bound[0] : make_text(interpreter.heap(), "", kTrusted);
}

Value filter_list(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("list", arguments);
    return make_list(interpreter.heap(), collect(interpreter, subject), subject.foreign());
}

Value filter_first(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("first", arguments);
    Cursor cursor(subject);
    Value item;
    return cursor.next(interpreter, item) ? item
                                          : interpreter.undefined("No first item, sequence was empty.");
}

Value filter_last(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("last", arguments);
    if (!is_reversible(subject)) type_error(quoted(type_name(subject)) + " object is not reversible");
    Value reversed = make_reversed(interpreter, subject);
    Value item;
    return reversed.as<Lazy>().next(interpreter, item)
               ? item
               : interpreter.undefined("No last item, sequence was empty.");
}

Value filter_reverse(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("reverse", arguments);
    if (subject.is(Kind::text)) return get_slice(interpreter, subject, Value(), Value(), Value::integer(-1));
    if (is_reversible(subject)) return make_reversed(interpreter, subject);
    if (!is_iterable(subject)) fail(FaultKind::raised, "argument must be iterable");
    Values items = collect(interpreter, subject);
    std::reverse(items.begin(), items.end());
    return make_list(interpreter.heap(), std::move(items));
}

Value filter_random(Interpreter&, const Value&, Arguments&) {
    fail(FaultKind::raised, "the filter 'random' is not supported: a prompt must not vary");
}

Value filter_attr(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"name"};
    const auto bound = bind_parameters("attr", kNames, 1, arguments);
    if (!bound[0].is(Kind::text))
        type_error(std::string("attribute name must be string, not ") + type_name(bound[0]));
    if (subject.is(Kind::undefined)) return get_attribute(interpreter, subject, bytes_of(bound[0]));
    Value value = python_attribute(interpreter, subject, bytes_of(bound[0]));
    return value.is_missing() ? interpreter.undefined_in(subject, bound[0]) : value;
}

Value filter_dictsort(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"case_sensitive", "by", "reverse"};
    const auto bound = bind_parameters("dictsort", kNames, 0, arguments);
    const std::string by = bound.has(1) && bound[1].is(Kind::text) ? bytes_of(bound[1])
                           : bound.has(1)                          ? "?"
                                                                   : "key";
    if (by != "key" && by != "value")
        fail(FaultKind::raised, "You can only sort by either \"key\" or \"value\"");
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (!subject.is(Kind::dict)) type_error(std::string("dictsort needs a dict, not ") + type_name(subject));
    std::vector<Keyed> items;
    for (const Dict::Entry& entry : subject.as<Dict>().entries()) {
        interpreter.tick();
        Value key =
            ignore_case(interpreter, by == "key" ? entry.key : entry.value, flag(interpreter, bound[0]));
        items.push_back(
            {std::move(key), make_tuple(interpreter.heap(), {entry.key, entry.value}, subject.foreign())});
    }
    sort_by_key(interpreter, items, flag(interpreter, bound[2]));
    Values sorted;
    for (Keyed& item : items)
        sorted.push_back(std::move(item.item));
    return make_list(interpreter.heap(), std::move(sorted), subject.foreign());
}

// "a.b,c": the attributes that sort compares, in this order.
std::vector<AttributePath> attribute_paths(Interpreter& interpreter, const Value& attribute) {
    std::vector<AttributePath> paths;
    if (!attribute.is(Kind::text)) {
        paths.emplace_back(interpreter, attribute);
        return paths;
    }
    const Value comma = make_text(interpreter.heap(), ",", kTrusted);
    for (const Value& part : split(interpreter, attribute, comma, -1))
        paths.emplace_back(interpreter, part);
    return paths;
}

Value filter_sort(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"reverse", "case_sensitive", "attribute"};
    const auto bound = bind_parameters("sort", kNames, 0, arguments);
    const bool case_sensitive = flag(interpreter, bound[1]);
    const auto paths = attribute_paths(interpreter, bound[2]);
    std::vector<Keyed> items;
    Cursor cursor(subject);
    for (Value item; cursor.next(interpreter, item);) {
        Values keys;
        for (const AttributePath& path : paths)
            keys.push_back(ignore_case(interpreter, path.get(interpreter, item), case_sensitive));
        items.push_back({make_list(interpreter.heap(), std::move(keys)), std::move(item)});
    }
    sort_by_key(interpreter, items, flag(interpreter, bound[0]));
    Values sorted;
    for (Keyed& item : items)
        sorted.push_back(std::move(item.item));
    return make_list(interpreter.heap(), std::move(sorted), subject.foreign());
}

Value extreme(Interpreter& interpreter, const Value& subject, Arguments& arguments, Operator better) {
    static constexpr std::string_view kNames[] = {"case_sensitive", "attribute"};
    const auto bound = bind_parameters(better == Operator::lt ? "min" : "max", kNames, 0, arguments);
    const bool case_sensitive = flag(interpreter, bound[0]);
    const AttributePath path(interpreter, bound[1]);
    Cursor cursor(subject);
    Value best;
    if (!cursor.next(interpreter, best))
        return interpreter.undefined("No aggregated item, sequence was empty.");
    Value best_key = ignore_case(interpreter, path.get(interpreter, best), case_sensitive);
    for (Value item; cursor.next(interpreter, item);) {
        Value key = ignore_case(interpreter, path.get(interpreter, item), case_sensitive);
        if (!compare(interpreter, better, key, best_key)) continue;
        best = std::move(item);
        best_key = std::move(key);
    }
    return best;
}

Value filter_min(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return extreme(interpreter, subject, arguments, Operator::lt);
}

Value filter_max(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    return extreme(interpreter, subject, arguments, Operator::gt);
}

Value filter_sum(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"attribute", "start"};
    const auto bound = bind_parameters("sum", kNames, 0, arguments);
    const AttributePath path(interpreter, bound[0]);
    Value total = bound.has(1) ? bound[1] : Value::integer(0);
    if (total.is(Kind::text)) type_error("sum() can't sum strings [use ''.join(seq) instead]");
    Cursor cursor(subject);
    for (Value item; cursor.next(interpreter, item);)
        total = binary(interpreter, Operator::add, total, path.get(interpreter, std::move(item)));
    return total;
}

Value filter_groupby(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"attribute", "default", "case_sensitive"};
    const auto bound = bind_parameters("groupby", kNames, 1, arguments);
    const bool case_sensitive = flag(interpreter, bound[2]);
    const AttributePath path(interpreter, bound[0]);
    std::vector<Keyed> items;
    Cursor cursor(subject);
    for (Value item; cursor.next(interpreter, item);) {
        Value key = ignore_case(interpreter, path.get(interpreter, item, bound[1]), case_sensitive);
        items.push_back({std::move(key), std::move(item)});
    }
    sort_by_key(interpreter, items, false);
    Values groups;
    for (size_t begin = 0, end = 0; begin < items.size(); begin = end) {
        Values members;
        for (end = begin; end < items.size() && equal(interpreter, items[begin].key, items[end].key); ++end)
            members.push_back(items[end].item);
        if (members.empty()) { // a key that differs from itself (NaN) stands alone
            members.push_back(items[begin].item);
            end = begin + 1;
        }
        Value grouper = case_sensitive ? items[begin].key : path.get(interpreter, members.front(), bound[1]);
        Value group = make_tuple(interpreter.heap(),
                                 {std::move(grouper), make_list(interpreter.heap(), std::move(members))});
        group.as<Sequence>().is_group = true;
        groups.push_back(std::move(group));
    }
    return make_list(interpreter.heap(), std::move(groups));
}

} // namespace

std::span<const FilterInfo> sequence_filters() {
    static constexpr FilterInfo kFilters[] = {
        {"attr", filter_attr},       {"batch", filter_batch},     {"count", filter_length},
        {"d", filter_default},       {"default", filter_default}, {"dictsort", filter_dictsort},
        {"first", filter_first},     {"groupby", filter_groupby}, {"items", filter_items},
        {"last", filter_last},       {"length", filter_length},   {"list", filter_list},
        {"map", filter_map},         {"max", filter_max},         {"min", filter_min},
        {"random", filter_random},   {"reject", filter_reject},   {"rejectattr", filter_rejectattr},
        {"reverse", filter_reverse}, {"select", filter_select},   {"selectattr", filter_selectattr},
        {"slice", filter_slice},     {"sort", filter_sort},       {"sum", filter_sum},
        {"unique", filter_unique},
    };
    return kFilters;
}

} // namespace engine::text::jinja
