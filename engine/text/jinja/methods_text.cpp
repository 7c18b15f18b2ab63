// The methods of str.
#include <algorithm>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

const Value& need_text(const Value& value) {
    if (!value.is(Kind::text)) type_error(std::string("argument must be str, not ") + type_name(value));
    return value;
}

void no_keywords(std::string_view method, const Arguments& arguments) {
    if (!arguments.named.empty()) type_error(std::string(method) + "() takes no keyword arguments");
}

int64_t limit_of(const Value& value) {
    return value.is_missing() ? -1 : to_index(value, "maxsplit");
}

template <Value (*operation)(Interpreter&, const Value&)>
Value method_simple(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    bind_nothing("method", arguments);
    return operation(interpreter, self);
}

template <Side side>
Value method_strip(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"chars"};
    no_keywords("strip", arguments);
    return strip(interpreter, self, bind_parameters("strip", kNames, 0, arguments)[0], side);
}

template <Values (*operation)(Interpreter&, const Value&, const Value&, int64_t)>
Value method_split(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"sep", "maxsplit"};
    const auto bound = bind_parameters("split", kNames, 0, arguments);
    return make_list(interpreter.heap(), operation(interpreter, self, bound[0], limit_of(bound[1])));
}

Value method_splitlines(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"keepends"};
    const auto bound = bind_parameters("splitlines", kNames, 0, arguments);
    return make_list(interpreter.heap(),
                     split_lines(interpreter, self, bound.has(0) && truth(interpreter, bound[0])));
}

template <bool from_right>
Value method_partition(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"sep"};
    no_keywords("partition", arguments);
    return partition(interpreter, self, bind_parameters("partition", kNames, 1, arguments)[0], from_right);
}

Value method_replace(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"old", "new", "count"};
    no_keywords("replace", arguments);
    const auto bound = bind_parameters("replace", kNames, 2, arguments);
    Value with = need_text(bound[1]);
    if (self.as<Text>().markup) with = escape(interpreter, with);
    return replace(interpreter, self, need_text(bound[0]), with,
                   bound.has(2) ? to_index(bound[2], "count") : -1);
}

Value method_join(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"iterable"};
    no_keywords("join", arguments);
    return join(interpreter, self, bind_parameters("join", kNames, 1, arguments)[0]);
}

Value method_format(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    return brace_format(interpreter, self, arguments, nullptr);
}

Value method_format_map(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"mapping"};
    no_keywords("format_map", arguments);
    const auto bound = bind_parameters("format_map", kNames, 1, arguments);
    return brace_format(interpreter, self, Arguments(), &bound[0]);
}

// The part of a text that find() and its like look at, in bytes.
struct Window {
    size_t begin, end;
    bool valid; // false: start lies behind the end
};

Window window_of(const Text& text, const Value& start, const Value& stop) {
    const auto bound_of = [&text](const Value& value, int64_t otherwise) {
        if (value.is_missing() || value.is(Kind::none)) return otherwise;
        int64_t index = to_index(value, "slice index");
        if (index < 0) index = std::max<int64_t>(index + text.length, 0);
        return index;
    };
    const int64_t begin = bound_of(start, 0);
    const int64_t end = std::min(bound_of(stop, text.length), text.length);
    if (begin > end) return {0, 0, false};
    return {text.position_of(begin), text.position_of(end), true};
}

// Index of the match, in characters; -1 when there is none.
int64_t find_in(Interpreter& interpreter, const Value& self, Arguments& arguments, bool from_right) {
    static constexpr std::string_view kNames[] = {"sub", "start", "end"};
    no_keywords("find", arguments);
    const auto bound = bind_parameters("find", kNames, 1, arguments);
    const Text& text = self.as<Text>();
    const std::string& wanted = bytes_of(need_text(bound[0]));
    interpreter.tick_bytes(text.bytes.size(), 64);
    const Window window = window_of(text, bound[1], bound[2]);
    if (!window.valid) return -1;
    const std::string_view bytes = std::string_view(text.bytes).substr(0, window.end);
    const size_t found = from_right ? rfind_bytes(bytes.substr(window.begin), wanted, bytes.size())
                                    : find_bytes(bytes, wanted, window.begin);
    if (found == std::string::npos) return -1;
    return text.index_of(from_right ? found + window.begin : found);
}

template <bool from_right>
Value method_find(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    return Value::integer(find_in(interpreter, self, arguments, from_right));
}

template <bool from_right>
Value method_index(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    const int64_t found = find_in(interpreter, self, arguments, from_right);
    if (found < 0) value_error("substring not found");
    return Value::integer(found);
}

Value method_count(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"sub", "start", "end"};
    no_keywords("count", arguments);
    const auto bound = bind_parameters("count", kNames, 1, arguments);
    const Text& text = self.as<Text>();
    const std::string& wanted = bytes_of(need_text(bound[0]));
    interpreter.tick_bytes(text.bytes.size(), 64);
    const Window window = window_of(text, bound[1], bound[2]);
    if (!window.valid) return Value::integer(0);
    const std::string_view bytes = std::string_view(text.bytes).substr(0, window.end);
    if (wanted.empty()) return Value::integer(count_code_points(bytes.substr(window.begin)) + 1);
    int64_t count = 0;
    for (size_t at = find_bytes(bytes, wanted, window.begin); at != std::string::npos;
         at = find_bytes(bytes, wanted, at + wanted.size()))
        ++count;
    return Value::integer(count);
}

template <bool at_end>
Value method_affix(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"prefix", "start", "end"};
    no_keywords("startswith", arguments);
    const auto bound = bind_parameters("startswith", kNames, 1, arguments);
    const Text& text = self.as<Text>();
    if (bound.has(1)) interpreter.tick_bytes(text.bytes.size(), 64);
    const Window window = window_of(text, bound[1], bound[2]);
    const std::string_view bytes =
        std::string_view(text.bytes).substr(window.begin, window.end - window.begin);
    const auto matches = [&](const Value& affix) {
        interpreter.tick();
        const std::string& wanted = bytes_of(affix);
        return window.valid && (at_end ? bytes.ends_with(wanted) : bytes.starts_with(wanted));
    };
    if (bound[0].is(Kind::text)) return Value::boolean(matches(bound[0]));
    if (!bound[0].is(Kind::tuple))
        type_error(std::string("first arg must be str or a tuple of str, not ") + type_name(bound[0]));
    for (const Value& affix : bound[0].as<Sequence>().items) {
        if (!affix.is(Kind::text))
            type_error(std::string("tuple must only contain str, not ") + type_name(affix));
        if (matches(affix)) return Value::boolean(true);
    }
    return Value::boolean(false);
}

template <bool at_end>
Value method_remove_affix(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"affix"};
    no_keywords("removeprefix", arguments);
    const std::string affix = bytes_of(need_text(bind_parameters("removeprefix", kNames, 1, arguments)[0]));
    const std::string& bytes = bytes_of(self);
    if (affix.empty() || (at_end ? !bytes.ends_with(affix) : !bytes.starts_with(affix))) return self;
    return at_end ? slice_text(interpreter.heap(), self, 0, bytes.size() - affix.size())
                  : slice_text(interpreter.heap(), self, affix.size(), bytes.size());
}

enum class Fill { left, right, center };

template <Fill fill>
Value method_justify(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"width", "fillchar"};
    no_keywords("justify", arguments);
    const auto bound = bind_parameters("justify", kNames, 1, arguments);
    const int64_t width = to_index(bound[0], "width");
    if (fill == Fill::center) return center(interpreter, self, width, bound[1]);
    return pad(interpreter, self, width, bound[1], fill == Fill::left ? Side::right : Side::left);
}

Value method_zfill(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"width"};
    no_keywords("zfill", arguments);
    return zero_fill(interpreter, self, to_index(bind_parameters("zfill", kNames, 1, arguments)[0], "width"));
}

Value method_expandtabs(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"tabsize"};
    const auto bound = bind_parameters("expandtabs", kNames, 0, arguments);
    return expand_tabs(interpreter, self, bound.has(0) ? to_index(bound[0], "tabsize") : 8);
}

Value method_encode(Interpreter&, const Value&, Arguments&) {
    fail(FaultKind::raised, "bytes are not supported (str.encode)");
}

// str.maketrans: a dict from code points.
Value method_maketrans(Interpreter& interpreter, const Value&, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"x", "y", "z"};
    no_keywords("maketrans", arguments);
    const auto bound = bind_parameters("maketrans", kNames, 1, arguments);
    Value table = make_dict(interpreter.heap());
    const auto code_points = [&](const Value& value) {
        std::u32string out;
        const std::string& bytes = bytes_of(need_text(value));
        interpreter.tick_bytes(bytes.size(), 8);
        for (size_t at = 0; at < bytes.size();) {
            const Utf8Step step = utf8_step(bytes, at);
            out += step.code_point;
            at += step.length;
        }
        return out;
    };
    if (!bound.has(1)) {
        if (!bound[0].is(Kind::dict))
            type_error("if you give only one argument to maketrans it must be a dict");
        for (const Dict::Entry& entry : bound[0].as<Dict>().entries()) {
            interpreter.tick();
            Value key = entry.key;
            if (key.is(Kind::text)) {
                if (key.as<Text>().length != 1)
                    value_error("string keys in translate table must be of length 1");
                key = Value::integer(static_cast<int64_t>(code_points(key)[0]));
            }
            table.as<Dict>().set(key, entry.value);
        }
        return table;
    }
    const std::u32string from = code_points(bound[0]), to = code_points(bound[1]);
    if (from.size() != to.size()) value_error("the first two maketrans arguments must have equal length");
    for (size_t i = 0; i < from.size(); ++i)
        table.as<Dict>().set(Value::integer(static_cast<int64_t>(from[i])),
                             Value::integer(static_cast<int64_t>(to[i])));
    if (bound.has(2)) {
        for (const char32_t c : code_points(bound[2]))
            table.as<Dict>().set(Value::integer(static_cast<int64_t>(c)), Value::none());
    }
    return table;
}

Value method_translate(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"table"};
    no_keywords("translate", arguments);
    return translate(interpreter, self, bind_parameters("translate", kNames, 1, arguments)[0]);
}

// All characters fulfil the condition, and there is one.
template <bool (*holds)(char32_t), bool empty_holds = false>
Value method_all(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    bind_nothing("method", arguments);
    const std::string& bytes = bytes_of(self);
    interpreter.tick_bytes(bytes.size(), 16);
    for (size_t at = 0; at < bytes.size();) {
        const Utf8Step step = utf8_step(bytes, at);
        if (!holds(step.code_point)) return Value::boolean(false);
        at += step.length;
    }
    return Value::boolean(empty_holds || !bytes.empty());
}

template <bool (*holds)(const Text&)>
Value method_whole(Interpreter& interpreter, const Value& self, Arguments& arguments) {
    bind_nothing("method", arguments);
    interpreter.tick_bytes(bytes_of(self).size(), 16);
    return Value::boolean(holds(self.as<Text>()));
}

bool is_ascii_character(char32_t c) {
    return c < 0x80;
}

bool is_identifier(const Text& text) {
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        if (!(at == 0 ? is_name_start(step.code_point) : is_name_part(step.code_point))) return false;
        at += step.length;
    }
    return !text.bytes.empty();
}

} // namespace

std::span<const MethodInfo> text_methods() {
    static constexpr MethodInfo kMethods[] = {
        {"capitalize", method_simple<capitalize>},
        {"casefold", method_simple<casefold>},
        {"center", method_justify<Fill::center>},
        {"count", method_count},
        {"encode", method_encode},
        {"endswith", method_affix<true>},
        {"expandtabs", method_expandtabs},
        {"find", method_find<false>},
        {"format", method_format},
        {"format_map", method_format_map},
        {"index", method_index<false>},
        {"isalnum", method_all<is_alnum>},
        {"isalpha", method_all<is_alpha>},
        {"isascii", method_all<is_ascii_character, true>},
        {"isdecimal", method_all<is_decimal>},
        {"isdigit", method_all<is_digit>},
        {"isidentifier", method_whole<is_identifier>},
        {"islower", method_whole<is_lower_text>},
        {"isnumeric", method_all<is_numeric>},
        {"isprintable", method_all<is_printable, true>},
        {"isspace", method_all<is_space>},
        {"istitle", method_whole<is_title_text>},
        {"isupper", method_whole<is_upper_text>},
        {"join", method_join},
        {"ljust", method_justify<Fill::left>},
        {"lower", method_simple<lower>},
        {"lstrip", method_strip<Side::left>},
        {"maketrans", method_maketrans},
        {"partition", method_partition<false>},
        {"removeprefix", method_remove_affix<false>},
        {"removesuffix", method_remove_affix<true>},
        {"replace", method_replace},
        {"rfind", method_find<true>},
        {"rindex", method_index<true>},
        {"rjust", method_justify<Fill::right>},
        {"rpartition", method_partition<true>},
        {"rsplit", method_split<rsplit>},
        {"rstrip", method_strip<Side::right>},
        {"split", method_split<split>},
        {"splitlines", method_splitlines},
        {"startswith", method_affix<false>},
        {"strip", method_strip<Side::both>},
        {"swapcase", method_simple<swapcase>},
        {"title", method_simple<title>},
        {"translate", method_translate},
        {"upper", method_simple<upper>},
        {"zfill", method_zfill},
    };
    return kMethods;
}

} // namespace engine::text::jinja
