// Escaping and stripping HTML.
#include "engine/text/jinja/markup.h"

#include <algorithm>
#include <charconv>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/entities.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

const char* entity_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '\'':
            return "&#39;";
        case '"':
            return "&#34;";
        default:
            return nullptr;
    }
}

// What html.unescape() makes of a numeric reference.
void append_numeric(uint32_t code, Origin origin, TextBuilder& out) {
    // Numbers of the C1 range mean Windows-1252, as browsers read them.
    static constexpr char32_t kWindows1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (code == 0 || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF)
        code = 0xFFFD;
    else if (code >= 0x80 && code < 0xA0)
        code = kWindows1252[code - 0x80];
    else if (code == 0x0D)
        code = '\r';
    else if (code < 0x20 && code != '\t' && code != '\n' && code != '\f')
        return;
    else if (code == 0x7F || (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE || code == 0x0B)
        return;
    out.append(static_cast<char32_t>(code), origin);
}

// The reference at text[at] == '&': appends what it stands for and returns its end, or `at` when it is none.
size_t unescape_one(const Text& text, size_t at, TextBuilder& out) {
    const std::string_view rest = std::string_view(text.bytes).substr(at + 1);
    const auto end_of = [&](size_t length) { // with a semicolon, when there is one
        return at + 1 + length + (length < rest.size() && rest[length] == ';' ? 1 : 0);
    };
    if (rest.starts_with("#")) {
        const bool hexadecimal = rest.size() > 1 && (rest[1] | 0x20) == 'x';
        const size_t begin = hexadecimal ? 2 : 1;
        uint32_t code = 0;
        const auto read =
            std::from_chars(rest.data() + begin, rest.data() + rest.size(), code, hexadecimal ? 16 : 10);
        const auto length = static_cast<size_t>(read.ptr - rest.data());
        if (length <= begin) return at;
        if (read.ec != std::errc()) code = 0xFFFFFFFF;
        const size_t end = end_of(length);
        append_numeric(code, text.origin_of(at, end), out);
        return end;
    }
    size_t length = 0;
    while (length < rest.size() && length < 32 &&
           std::string_view("\t\n\f <&#;").find(rest[length]) == std::string_view::npos)
        ++length;
    const auto entity =
        std::lower_bound(std::begin(kEntities), std::end(kEntities), rest.substr(0, length),
                         [](const Entity& e, std::string_view name) { return e.name < name; });
    if (entity == std::end(kEntities) || entity->name != rest.substr(0, length)) return at;
    if ((length >= rest.size() || rest[length] != ';') && !entity->without_semicolon) return at;
    const size_t end = end_of(length);
    out.append(entity->character, text.origin_of(at, end));
    return end;
}

Value unescape(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    TextBuilder builder(interpreter.heap());
    for (size_t at = 0; at < text.bytes.size();) {
        const size_t ampersand = std::min(text.bytes.find('&', at), text.bytes.size());
        builder.append(text, at, ampersand);
        if (ampersand == text.bytes.size()) break;
        at = unescape_one(text, ampersand, builder);
        if (at == ampersand) builder.append(text, ampersand, ++at);
    }
    return builder.finish();
}

// The text without tags and comments; an unclosed one ends the search, as in markupsafe.
Value without_tags(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    const std::string_view bytes = text.bytes;
    TextBuilder builder(interpreter.heap());
    size_t at = 0;
    for (size_t start = bytes.find('<'); start != std::string_view::npos; start = bytes.find('<', at)) {
        const bool comment = bytes.substr(start).starts_with("<!--");
        const size_t end = comment ? bytes.find("-->", start + 4) : bytes.find('>', start);
        if (end == std::string_view::npos) break;
        builder.append(text, at, start);
        at = end + (comment ? 3 : 1);
    }
    builder.append(text, at, bytes.size());
    return builder.finish();
}

} // namespace

void write_escaped(const Text& text, TextBuilder& out) {
    size_t plain = 0;
    for (size_t at = 0; at < text.bytes.size(); ++at) {
        const char* entity = entity_of(text.bytes[at]);
        if (entity == nullptr) continue;
        out.append(text, plain, at);
        out.append(entity, text.origin_at(at));
        plain = at + 1;
    }
    out.append(text, plain, text.bytes.size());
}

Value escape(Interpreter& interpreter, const Value& value) {
    const Value text = to_text(interpreter, value);
    if (text.as<Text>().markup) return text;
    interpreter.tick_bytes(bytes_of(text).size(), 64);
    TextBuilder builder(interpreter.heap());
    write_escaped(text.as<Text>(), builder);
    return builder.finish(true);
}

Value concatenate_markup(Interpreter& interpreter, const Value& a, const Value& b) {
    const Value left = escape(interpreter, a), right = escape(interpreter, b);
    TextBuilder builder(interpreter.heap());
    builder.append(left.as<Text>());
    builder.append(right.as<Text>());
    return builder.finish(true);
}

Value strip_tags(Interpreter& interpreter, const Value& value) {
    interpreter.tick_bytes(bytes_of(value).size(), 16);
    const Value bare = without_tags(interpreter, value);
    const Text& text = bare.as<Text>();
    TextBuilder builder(interpreter.heap());
    bool pending = false;
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        if (is_space(step.code_point)) {
            pending = builder.size() > 0;
        } else {
            if (pending) builder.append(" ", text.origin_at(at));
            pending = false;
            builder.append(text, at, at + step.length);
        }
        at += step.length;
    }
    return unescape(interpreter, builder.finish());
}

} // namespace engine::text::jinja
