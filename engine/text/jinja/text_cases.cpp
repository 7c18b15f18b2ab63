// Upper and lower case.
#include <algorithm>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

// Appends `map(character, position)` for each character, with the character's origin.
template <class Map>
void map_characters(Interpreter& interpreter, const Text& text, size_t begin, size_t end, TextBuilder& out,
                    Map map) {
    interpreter.tick_bytes(end - begin, 16);
    std::string mapped;
    for (size_t at = begin; at < end;) {
        // One stretch of equal origin at a time.
        const Origin origin = text.origin_at(at);
        mapped.clear();
        while (at < end && (text.runs.empty() || text.origin_at(at) == origin) && mapped.size() < 4096) {
            const Utf8Step step = utf8_step(text.bytes, at);
            char32_t buffer[3];
            for (const char32_t c : map(step.code_point, at, buffer))
                append_utf8(mapped, c);
            at += step.length;
        }
        out.append(mapped, origin);
    }
}

std::u32string_view lower_at(const Text& text, char32_t c, size_t at, char32_t (&buffer)[3]) {
    return to_lower(c, buffer, c == 0x3A3 && sigma_ends_word(text.bytes, at));
}

template <class Map>
Value map_text(Interpreter& interpreter, const Value& value, Map map) {
    const Text& text = value.as<Text>();
    TextBuilder builder(interpreter.heap());
    map_characters(interpreter, text, 0, text.bytes.size(), builder, map);
    return builder.finish(text.markup);
}

} // namespace

Value upper(Interpreter& interpreter, const Value& value) {
    return map_text(interpreter, value,
                    [](char32_t c, size_t, char32_t(&buffer)[3]) { return to_upper(c, buffer); });
}

Value lower(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    return map_text(interpreter, value, [&text](char32_t c, size_t at, char32_t(&buffer)[3]) {
        return lower_at(text, c, at, buffer);
    });
}

Value title(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    bool in_word = false;
    return map_text(interpreter, value, [&](char32_t c, size_t at, char32_t(&buffer)[3]) {
        const auto mapped = in_word ? lower_at(text, c, at, buffer) : to_title(c, buffer);
        in_word = is_cased(c);
        return mapped;
    });
}

Value capitalize(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    return map_text(interpreter, value, [&text](char32_t c, size_t at, char32_t(&buffer)[3]) {
        return at == 0 ? to_title(c, buffer) : lower_at(text, c, at, buffer);
    });
}

Value swapcase(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    return map_text(interpreter, value, [&text](char32_t c, size_t at, char32_t(&buffer)[3]) {
        if (is_upper(c)) return lower_at(text, c, at, buffer);
        if (is_lower(c)) return to_upper(c, buffer);
        buffer[0] = c;
        return std::u32string_view(buffer, 1);
    });
}

Value casefold(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 8);
    TextBuilder builder(interpreter.heap());
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        builder.append(fold_case(step.code_point), text.origin_at(at));
        at += step.length;
    }
    return builder.finish(text.markup);
}

// jinja2 splits into words itself: at white space, hyphens and opening brackets. The final sigma is looked
// for within the word.
Value title_words(Interpreter& interpreter, const Value& value) {
    const Text& text = value.as<Text>();
    const auto separates = [](char32_t c) {
        return is_space(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<';
    };
    TextBuilder builder(interpreter.heap());
    for (size_t at = 0; at < text.bytes.size();) {
        size_t end = at;
        const bool separator = separates(utf8_step(text.bytes, at).code_point);
        while (end < text.bytes.size()) {
            const Utf8Step step = utf8_step(text.bytes, end);
            if (separates(step.code_point) != separator) break;
            end += step.length;
        }
        const Value word = slice_text(interpreter.heap(), value, at, end);
        const size_t first = utf8_step(text.bytes, at).length;
        map_characters(interpreter, text, at, at + first, builder,
                       [](char32_t c, size_t, char32_t(&buffer)[3]) { return to_upper(c, buffer); });
        // item[1:].lower(): the first character is not part of what is lowered.
        const Value rest = lower(interpreter, slice_text(interpreter.heap(), word, first, end - at));
        builder.append(rest.as<Text>());
        at = end;
    }
    return builder.finish();
}

namespace {

template <class Wanted, class Other>
bool all_cased_are(const Text& text, Wanted wanted, Other other) {
    bool found = false;
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        if (other(step.code_point)) return false;
        found = found || wanted(step.code_point);
        at += step.length;
    }
    return found;
}

} // namespace

bool is_lower_text(const Text& text) {
    return all_cased_are(text, is_lower, [](char32_t c) { return is_upper(c) || is_title(c); });
}

bool is_upper_text(const Text& text) {
    return all_cased_are(text, is_upper, [](char32_t c) { return is_lower(c) || is_title(c); });
}

bool is_title_text(const Text& text) {
    bool found = false, in_word = false;
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        const char32_t c = step.code_point;
        at += step.length;
        if (is_upper(c) || is_title(c)) {
            if (in_word) return false;
            found = in_word = true;
        } else if (is_lower(c)) {
            if (!in_word) return false;
            found = true;
        } else {
            in_word = false;
        }
    }
    return found;
}

} // namespace engine::text::jinja
