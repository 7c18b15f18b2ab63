// Filters on texts.
#include <algorithm>

#include "engine/text/jinja/attribute_path.h"
#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"

namespace engine::text::jinja {
namespace {

Value empty_text(Interpreter& interpreter) {
    return make_text(interpreter.heap(), "", kTrusted);
}

// The subject must be a text, as where Python would miss a method of str.
const Value& need_text(const Value& value, std::string_view filter) {
    if (value.is(Kind::undefined)) fail(FaultKind::undefined, value.as<Undefined>().message());
    if (!value.is(Kind::text)) type_error(std::string(filter) + " needs a text, not " + type_name(value));
    return value;
}

bool flag(Interpreter& interpreter, const Value& value) {
    return !value.is_missing() && truth(interpreter, value);
}

Value filter_upper(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("upper", arguments);
    return upper(interpreter, to_text(interpreter, subject));
}

Value filter_lower(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("lower", arguments);
    return lower(interpreter, to_text(interpreter, subject));
}

Value filter_capitalize(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("capitalize", arguments);
    return capitalize(interpreter, to_text(interpreter, subject));
}

Value filter_title(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("title", arguments);
    return title_words(interpreter, to_text(interpreter, subject));
}

Value filter_trim(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"chars"};
    const auto bound = bind_parameters("trim", kNames, 0, arguments);
    return strip(interpreter, to_text(interpreter, subject), bound[0], Side::both);
}

Value filter_string(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("string", arguments);
    return to_text(interpreter, subject);
}

Value filter_replace(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"old", "new", "count"};
    const auto bound = bind_parameters("replace", kNames, 2, arguments);
    const bool limited = bound.has(2) && !bound[2].is(Kind::none);
    return replace(interpreter, to_plain_text(interpreter, subject), to_plain_text(interpreter, bound[0]),
                   to_plain_text(interpreter, bound[1]), limited ? to_index(bound[2], "count") : -1);
}

Value filter_center(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"width"};
    const auto bound = bind_parameters("center", kNames, 0, arguments);
    return center(interpreter, to_text(interpreter, subject), bound.has(0) ? to_index(bound[0], "width") : 80,
                  Value());
}

Value filter_indent(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"width", "first", "blank"};
    const auto bound = bind_parameters("indent", kNames, 0, arguments);
    return indent(interpreter, need_text(subject, "indent"), bound.has(0) ? bound[0] : Value::integer(4),
                  flag(interpreter, bound[1]), flag(interpreter, bound[2]));
}

Value filter_truncate(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"length", "killwords", "end", "leeway"};
    const auto bound = bind_parameters("truncate", kNames, 0, arguments);
    const bool has_leeway = bound.has(3) && !bound[3].is(Kind::none);
    const Value end = bound.has(2) ? bound[2] : make_text(interpreter.heap(), "...", kTrusted);
    const int64_t length = bound.has(0) ? to_index(bound[0], "length") : 255;
    const int64_t leeway = has_leeway ? to_index(bound[3], "leeway") : 5;
    need_text(end, "truncate");
    check_truncation(end.as<Text>(), length, leeway);
    // What is short enough is let through, lists and undefined values as well.
    const int64_t size = length_of(interpreter, subject);
    if (size >= 0 && (size <= length || size - length <= leeway)) return subject;
    return truncate(interpreter, need_text(subject, "truncate"), length, flag(interpreter, bound[1]), end);
}

Value filter_wordcount(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("wordcount", arguments);
    return Value::integer(count_words(interpreter, to_text(interpreter, subject).as<Text>()));
}

Value filter_wordwrap(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"width", "break_long_words", "wrapstring",
                                                  "break_on_hyphens"};
    const auto bound = bind_parameters("wordwrap", kNames, 0, arguments);
    WrapStyle style;
    if (bound.has(0)) style.width = to_index(bound[0], "width");
    if (bound.has(1)) style.break_long_words = truth(interpreter, bound[1]);
    if (bound.has(3)) style.break_on_hyphens = truth(interpreter, bound[3]);
    const bool has_separator = bound.has(2) && !bound[2].is(Kind::none);
    const Value separator = has_separator ? bound[2] : make_text(interpreter.heap(), "\n", kTrusted);
    return wrap(interpreter, need_text(subject, "wordwrap"), style, need_text(separator, "wordwrap"));
}

// "%s and %s"|format(a, b)
Value filter_format(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    if (!arguments.positional.empty() && !arguments.named.empty())
        fail(FaultKind::raised, "can't handle positional and keyword arguments at the same time");
    const Value text = to_text(interpreter, subject);
    if (arguments.named.empty())
        return percent_format(interpreter, text,
                              make_tuple(interpreter.heap(), std::move(arguments.positional)));
    Value mapping = make_dict(interpreter.heap());
    for (auto& [name, value] : arguments.named)
        mapping.as<Dict>().set(make_text(interpreter.heap(), name, kTrusted), std::move(value));
    return percent_format(interpreter, text, mapping);
}

void write_url_quoted(const Text& text, bool for_query, TextBuilder& out) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (size_t at = 0; at < text.bytes.size(); ++at) {
        const char c = text.bytes[at];
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           std::string_view("_.-~").find(c) != std::string_view::npos ||
                           (c == '/' && !for_query);
        if (plain) {
            out.append(text, at, at + 1);
        } else if (c == ' ' && for_query) {
            out.append("+", text.origin_at(at));
        } else {
            const char escape[] = {'%', kHex[byte >> 4], kHex[byte & 15]};
            out.append({escape, 3}, text.origin_at(at));
        }
    }
}

Value filter_urlencode(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("urlencode", arguments);
    TextBuilder builder(interpreter.heap());
    const auto quote = [&](const Value& value, bool for_query) {
        const Value text = to_text(interpreter, value);
        interpreter.tick_bytes(bytes_of(text).size(), 4);
        write_url_quoted(text.as<Text>(), for_query, builder);
    };
    if (subject.is(Kind::text) || !is_iterable(subject)) {
        quote(subject, false);
        return builder.finish();
    }
    const bool is_dict = subject.is(Kind::dict);
    Cursor cursor(is_dict ? Value(interpreter.heap().make<View>(0, subject, View::Part::items)) : subject);
    bool first = true;
    for (Value pair; cursor.next(interpreter, pair); first = false) {
        const Values items = collect(interpreter, pair);
        if (items.size() != 2) value_error("urlencode needs pairs of key and value");
        if (!first) builder.append("&", kTrusted);
        quote(items[0], true);
        builder.append("=", kTrusted);
        quote(items[1], true);
    }
    return builder.finish();
}

Value filter_urlize(Interpreter&, const Value&, Arguments&) {
    fail(FaultKind::raised, "the filter 'urlize' is not supported");
}

Value filter_join(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"d", "attribute"};
    const auto bound = bind_parameters("join", kNames, 0, arguments);
    const Value separator = bound.has(0) ? to_plain_text(interpreter, bound[0]) : empty_text(interpreter);
    const AttributePath path(interpreter, bound[1]);
    TextBuilder builder(interpreter.heap());
    Cursor cursor(subject);
    bool first = true;
    for (Value item; cursor.next(interpreter, item); first = false) {
        if (!first) builder.append(separator.as<Text>());
        write_str(interpreter, path.get(interpreter, std::move(item)), builder);
    }
    return builder.finish();
}

Value filter_pprint(Interpreter& interpreter, const Value& subject, Arguments& arguments) {
    bind_nothing("pprint", arguments);
    return pretty(interpreter, subject);
}

} // namespace

std::span<const FilterInfo> text_filters() {
    static constexpr FilterInfo kFilters[] = {
        {"capitalize", filter_capitalize}, {"center", filter_center},       {"format", filter_format},
        {"indent", filter_indent},         {"join", filter_join},           {"lower", filter_lower},
        {"pprint", filter_pprint},         {"replace", filter_replace},     {"string", filter_string},
        {"title", filter_title},           {"trim", filter_trim},           {"truncate", filter_truncate},
        {"upper", filter_upper},           {"urlencode", filter_urlencode}, {"urlize", filter_urlize},
        {"wordcount", filter_wordcount},   {"wordwrap", filter_wordwrap},
    };
    return kFilters;
}

} // namespace engine::text::jinja
