// Filters to and from JSON and HTML; and the table of all filters.
#include <algorithm>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/json.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {
namespace {

Value filter_escape(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("escape", arguments);
    return escape(interpreter, subject);
}

Value filter_forceescape(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("forceescape", arguments);
    return escape(interpreter, to_plain_text(interpreter, subject));
}

Value filter_safe(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("safe", arguments);
    return with_markup(interpreter.heap(), to_text(interpreter, subject), true);
}

Value filter_striptags(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("striptags", arguments);
    return strip_tags(interpreter, to_plain_text(interpreter, subject));
}

Value filter_xmlattr(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"autospace"};
    const auto bound = bind_parameters("xmlattr", kNames, 0, arguments);
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (!subject.is(Kind::dict)) type_error(std::string("xmlattr needs a dict, not ") + type_name(subject));
    TextBuilder builder(interpreter.heap());
    const bool autospace = !bound.has(0) || truth(interpreter, bound[0]);
    for (const Dict::Entry& entry : subject.as<Dict>().entries()) {
        interpreter.tick();
        if (entry.value.is(Kind::none) || entry.value.is(Kind::undefined)) continue;
        if (!entry.key.is(Kind::text)) type_error("expected string or bytes-like object");
        if (bytes_of(entry.key).find_first_of(" \t\n\r\f\v/>=") != std::string::npos)
            value_error("Invalid character in attribute name: " + short_repr(interpreter, entry.key));
        if (builder.size() > 0 || autospace) builder.append(" ", kTrusted);
        builder.append(escape(interpreter, entry.key).as<Text>());
        builder.append("=\"", kTrusted);
        builder.append(escape(interpreter, entry.value).as<Text>());
        builder.append("\"", kTrusted);
    }
    return builder.finish();
}

// One of the two separators of json.dumps(separators=(item, key)).
std::string separator(const Value& value) {
    if (!value.is(Kind::text)) type_error("separators must be texts");
    return bytes_of(value);
}

Value filter_tojson(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"ensure_ascii", "indent", "separators", "sort_keys"};
    const auto bound = bind_parameters("tojson", kNames, 0, arguments);
    JsonStyle style;
    style.ensure_ascii = bound.has(0) && truth(interpreter, bound[0]);
    style.sort_keys = bound.has(3) && truth(interpreter, bound[3]);
    if (bound.has(1) && !bound[1].is(Kind::none)) {
        style.indented = true;
        style.item_separator = ",";
        if (bound[1].is(Kind::text)) {
            style.indent = bytes_of(bound[1]);
        } else {
            const int64_t spaces = std::max<int64_t>(to_index(bound[1], "indent"), 0);
            interpreter.heap().check_text(static_cast<size_t>(spaces));
            style.indent.assign(static_cast<size_t>(spaces), ' ');
        }
    }
    if (bound.has(2) && !bound[2].is(Kind::none)) {
        const Values parts = collect(interpreter, bound[2]);
        if (parts.size() != 2) value_error("separators must be a pair (item, key)");
        style.item_separator = separator(parts[0]);
        style.key_separator = separator(parts[1]);
    }
    return dump_json(interpreter, subject, style);
}

// Not in Hugging Face's set, but some templates count on it.
Value filter_from_json(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("from_json", arguments);
    if (subject.is(Kind::undefined)) interpreter.raise_undefined(subject);
    if (!subject.is(Kind::text))
        type_error(std::string("the JSON object must be str, not ") + type_name(subject));
    const Text& text = subject.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 16);
    const bool trusted = (text.origin_of_all() & kTrusted) != 0;
    return parse_json(interpreter.heap(), text.bytes, trusted ? kTrusted : kForeign);
}

std::span<const FilterInfo> markup_filters() {
    static constexpr FilterInfo kFilters[] = {
        {"e", filter_escape},
        {"escape", filter_escape},
        {"forceescape", filter_forceescape},
        {"from_json", filter_from_json},
        {"safe", filter_safe},
        {"striptags", filter_striptags},
        {"tojson", filter_tojson},
        {"xmlattr", filter_xmlattr},
    };
    return kFilters;
}

} // namespace

const FilterInfo* find_filter(std::string_view name) {
    for (const auto filters : {text_filters(), number_filters(), sequence_filters(), markup_filters()}) {
        const auto found =
            std::lower_bound(filters.begin(), filters.end(), name,
                             [](const FilterInfo& filter, std::string_view n) { return filter.name < n; });
        if (found != filters.end() && found->name == name) return &*found;
    }
    return nullptr;
}

} // namespace engine::text::jinja
