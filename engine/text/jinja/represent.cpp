// Python's str() and repr().
#include "engine/text/jinja/represent.h"

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

void write_escape(char32_t c, Origin origin, TextBuilder& out) {
    static constexpr char kHex[] = "0123456789abcdef";
    const int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    std::string escape = width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U";
    for (int shift = 4 * (width - 1); shift >= 0; shift -= 4)
        escape += kHex[c >> shift & 15];
    out.append(escape, origin);
}

void write_items(Interpreter& interpreter, const Value& value, const char* open, const char* close,
                 TextBuilder& out) {
    const Values& items = value.as<Sequence>().items;
    out.append(open, value.origin());
    for (size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out.append(", ", value.origin());
        write_repr(interpreter, items[i], out);
    }
    if (value.is(Kind::tuple) && items.size() == 1) out.append(",", value.origin());
    out.append(close, value.origin());
}

void write_dict(Interpreter& interpreter, const Value& value, TextBuilder& out) {
    const char* separator = "";
    out.append("{", value.origin());
    for (const Dict::Entry& entry : value.as<Dict>().entries()) {
        out.append(separator, value.origin());
        separator = ", ";
        write_repr(interpreter, entry.key, out);
        out.append(": ", value.origin());
        write_repr(interpreter, entry.value, out);
    }
    out.append("}", value.origin());
}

void write_view(Interpreter& interpreter, const Value& value, TextBuilder& out) {
    const View& view = value.as<View>();
    const Origin origin = view.dict.origin();
    out.append(type_name(value), kTrusted);
    out.append("([", origin);
    const char* separator = "";
    for (const Dict::Entry& entry : view.dict.as<Dict>().entries()) {
        out.append(separator, origin);
        separator = ", ";
        if (view.part == View::Part::items) out.append("(", origin);
        if (view.part != View::Part::values) write_repr(interpreter, entry.key, out);
        if (view.part == View::Part::items) out.append(", ", origin);
        if (view.part != View::Part::keys) write_repr(interpreter, entry.value, out);
        if (view.part == View::Part::items) out.append(")", origin);
    }
    out.append("])", origin);
}

std::string scalar(const Value& value) {
    switch (value.kind()) {
        case Kind::none:
            return "None";
        case Kind::boolean:
            return value.as_boolean() ? "True" : "False";
        case Kind::integer:
            return std::to_string(value.as_integer());
        case Kind::floating:
            return float_repr(value.as_floating());
        case Kind::big_integer:
            return value.as<BigInteger>().digits;
        case Kind::range: {
            const Range& range = value.as<Range>();
            std::string out = "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop);
            return out + (range.step != 1 ? ", " + std::to_string(range.step) : "") + ")";
        }
        case Kind::missing:
        case Kind::undefined:
            return "Undefined";
        case Kind::method:
            return "<built-in method " + std::string(value.as<Method>().info.name) + ">";
        case Kind::function:
            return "<function " + std::string(value.as<Function>().info.name) + ">";
        // Python shows an address here; nothing can depend on it.
        default:
            return "<" + std::string(type_name(value)) + " object>";
    }
}

} // namespace

void write_quoted(const Text& text, TextBuilder& out) {
    const std::string_view bytes = text.bytes;
    const bool use_double =
        bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos;
    const char quote = use_double ? '"' : '\'';
    const Origin origin = text.origin_of_all();
    if (text.markup) out.append("Markup(", origin);
    out.append({&quote, 1}, origin);
    size_t plain = 0; // start of what needs no escape
    for (size_t at = 0; at < bytes.size();) {
        const Utf8Step step = utf8_step(bytes, at);
        const char32_t c = step.code_point;
        if (c != static_cast<char32_t>(quote) && c != '\\' && is_printable(c)) {
            at += step.length;
            continue;
        }
        out.append(text, plain, at);
        const Origin here = text.origin_at(at);
        if (c == '\\')
            out.append("\\\\", here);
        else if (c == '\n')
            out.append("\\n", here);
        else if (c == '\r')
            out.append("\\r", here);
        else if (c == '\t')
            out.append("\\t", here);
        else if (c == '\'')
            out.append("\\'", here);
        else
            write_escape(c, here, out);
        at += step.length;
        plain = at;
    }
    out.append(text, plain, bytes.size());
    out.append({&quote, 1}, origin);
    if (text.markup) out.append(")", origin);
}

void write_repr(Interpreter& interpreter, const Value& value, TextBuilder& out) {
    const Interpreter::Level level(interpreter);
    switch (value.kind()) {
        case Kind::text:
            interpreter.tick_bytes(bytes_of(value).size(), 16);
            return write_quoted(value.as<Text>(), out);
        case Kind::list:
            return write_items(interpreter, value, "[", "]", out);
        case Kind::tuple:
            return write_items(interpreter, value, "(", ")", out);
        case Kind::dict:
            return write_dict(interpreter, value, out);
        case Kind::view:
            return write_view(interpreter, value, out);
        case Kind::names:
            out.append("<Namespace ", kTrusted);
            write_dict(interpreter, value.as<Names>().attributes, out);
            return out.append(">", kTrusted);
        case Kind::macro:
            return out.append(interpreter.describe_macro(value), kTrusted);
        case Kind::loop:
            return out.append(interpreter.describe_loop(value), kTrusted);
        default:
            return out.append(scalar(value), value.origin());
    }
}

void write_str(Interpreter& interpreter, const Value& value, TextBuilder& out) {
    switch (value.kind()) {
        case Kind::text:
            interpreter.tick_bytes(bytes_of(value).size(), 256);
            return out.append(value.as<Text>());
        case Kind::missing:
        case Kind::undefined:
            return;
        default:
            return write_repr(interpreter, value, out);
    }
}

Value to_text(Interpreter& interpreter, const Value& value) {
    if (value.is(Kind::text)) return value;
    TextBuilder builder(interpreter.heap());
    write_str(interpreter, value, builder);
    return builder.finish();
}

Value to_plain_text(Interpreter& interpreter, const Value& value) {
    if (value.is(Kind::text)) return with_markup(interpreter.heap(), value, false);
    return to_text(interpreter, value);
}

std::string short_repr(Interpreter& interpreter, const Value& value) {
    if (value.is(Kind::text) && bytes_of(value).size() > 100)
        return "a text of " + std::to_string(bytes_of(value).size()) + " bytes";
    if (depth_of(value) > 1) return std::string("a ") + type_name(value);
    TextBuilder builder(interpreter.heap());
    write_repr(interpreter, value, builder);
    std::string text = builder.bytes();
    if (text.size() > 100)
        text = text.substr(0, utf8_complete_prefix(std::string_view(text).substr(0, 100))) + "...";
    return text;
}

} // namespace engine::text::jinja
