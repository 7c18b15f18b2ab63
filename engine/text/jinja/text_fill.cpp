// Padding, indenting and shortening texts.
#include <algorithm>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

void append_fill(Interpreter& interpreter, const Value& fill, int64_t count, TextBuilder& out) {
    if (count <= 0) return;
    interpreter.tick(count / 256);
    if (fill.is_missing()) return out.repeat(" ", kTrusted, count);
    out.repeat(bytes_of(fill), fill.as<Text>().origin_of_all(), count);
}

void check_fill(const Value& fill) {
    if (fill.is_missing()) return;
    if (!fill.is(Kind::text) || fill.as<Text>().length != 1)
        type_error("The fill character must be exactly one character long");
}

} // namespace

Value pad(Interpreter& interpreter, const Value& value, int64_t width, const Value& fill, Side side) {
    check_fill(fill);
    const Text& text = value.as<Text>();
    const int64_t missing = std::max<int64_t>(width - text.length, 0);
    if (missing == 0) return value;
    TextBuilder builder(interpreter.heap());
    if (side == Side::left) append_fill(interpreter, fill, missing, builder);
    builder.append(text);
    if (side == Side::right) append_fill(interpreter, fill, missing, builder);
    return builder.finish(text.markup);
}

Value center(Interpreter& interpreter, const Value& value, int64_t width, const Value& fill) {
    check_fill(fill);
    const Text& text = value.as<Text>();
    const int64_t missing = std::max<int64_t>(width - text.length, 0);
    if (missing == 0) return value;
    // CPython puts the odd one to the left when the width is odd.
    const int64_t left = missing / 2 + (missing & width & 1);
    TextBuilder builder(interpreter.heap());
    append_fill(interpreter, fill, left, builder);
    builder.append(text);
    append_fill(interpreter, fill, missing - left, builder);
    return builder.finish(text.markup);
}

Value zero_fill(Interpreter& interpreter, const Value& value, int64_t width) {
    const Text& text = value.as<Text>();
    if (width <= text.length) return value;
    const bool sign = !text.bytes.empty() && (text.bytes[0] == '-' || text.bytes[0] == '+');
    TextBuilder builder(interpreter.heap());
    if (sign) builder.append(text, 0, 1);
    builder.repeat("0", kTrusted, width - text.length);
    builder.append(text, sign ? 1 : 0, text.bytes.size());
    return builder.finish(text.markup);
}

Value expand_tabs(Interpreter& interpreter, const Value& value, int64_t size) {
    const Text& text = value.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 64);
    TextBuilder builder(interpreter.heap());
    int64_t column = 0;
    size_t plain = 0;
    for (size_t at = 0; at < text.bytes.size(); at += utf8_step(text.bytes, at).length) {
        const char c = text.bytes[at];
        if (c == '\t') {
            builder.append(text, plain, at);
            plain = at + 1;
            if (size <= 0) continue;
            const int64_t spaces = size - column % size;
            builder.repeat(" ", text.origin_at(at), spaces);
            column += spaces;
        } else {
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    builder.append(text, plain, text.bytes.size());
    return builder.finish(text.markup);
}

Value indent(Interpreter& interpreter, const Value& value, const Value& width, bool first, bool blank) {
    Value indention;
    if (width.is(Kind::text)) {
        indention = width;
    } else {
        TextBuilder spaces(interpreter.heap());
        spaces.repeat(" ", kTrusted, to_index(width, "indent width"));
        indention = spaces.finish();
    }
    const Text& text = value.as<Text>();
    const Text& added = indention.as<Text>();
    // A line end at the end of the text is kept (jinja2 adds one before it splits).
    Values lines = split_lines(interpreter, value, false);
    if (text.bytes.empty())
        lines.push_back(value);
    else if (const size_t last = text.position_of(text.length - 1);
             ends_line(utf8_step(text.bytes, last).code_point)) {
        // "...\r" and the added "\n" are one line end.
        if (text.bytes[last] != '\r') lines.push_back(make_text(interpreter.heap(), "", kTrusted));
    }
    TextBuilder builder(interpreter.heap());
    if (first) builder.append(added);
    for (size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) builder.append("\n", kTrusted);
        if (i > 0 && (blank || !bytes_of(lines[i]).empty())) builder.append(added);
        interpreter.tick_bytes(bytes_of(lines[i]).size() + added.bytes.size(), 256);
        builder.append(lines[i].as<Text>());
    }
    return builder.finish(text.markup);
}

void check_truncation(const Text& tail, int64_t length, int64_t leeway) {
    if (length < tail.length)
        value_error("expected length >= " + std::to_string(tail.length) + ", got " + std::to_string(length));
    if (leeway < 0) value_error("expected leeway >= 0, got " + std::to_string(leeway));
}

Value truncate(Interpreter& interpreter, const Value& value, int64_t length, bool kill_words,
               const Value& end) {
    const Text& text = value.as<Text>();
    const Text& tail = end.as<Text>();
    size_t cut = text.position_of(length - tail.length);
    if (!kill_words) {
        const size_t space = text.bytes.rfind(' ', cut == 0 ? 0 : cut - 1);
        if (cut > 0 && space != std::string::npos) cut = space;
    }
    TextBuilder builder(interpreter.heap());
    builder.append(text, 0, cut);
    builder.append(tail);
    return builder.finish(text.markup);
}

int64_t count_words(Interpreter& interpreter, const Text& text) {
    interpreter.tick_bytes(text.bytes.size(), 16);
    int64_t words = 0;
    bool in_word = false;
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        const bool part = step.code_point == '_' || is_alnum(step.code_point);
        if (part && !in_word) ++words;
        in_word = part;
        at += step.length;
    }
    return words;
}

} // namespace engine::text::jinja
