// Taking texts apart and putting them together.
#include <algorithm>
#include <array>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

bool is_given(const Value& value) {
    return !value.is_missing() && !value.is(Kind::none);
}

const Text& separator_of(const Value& separator) {
    if (!separator.is(Kind::text))
        type_error(std::string("must be str or None, not ") + type_name(separator));
    if (bytes_of(separator).empty()) value_error("empty separator");
    return separator.as<Text>();
}

// Start of the character before `end`.
size_t step_back(std::string_view bytes, size_t end) {
    do
        --end;
    while (end > 0 && (static_cast<unsigned char>(bytes[end]) & 0xC0u) == 0x80);
    return end;
}

// Membership in the characters of a text, or white space.
class CharacterSet {
 public:
    explicit CharacterSet(const Value& characters) : all_spaces_(!is_given(characters)) {
        if (all_spaces_) return;
        if (!characters.is(Kind::text)) type_error("strip arg must be None or str");
        const std::string& bytes = bytes_of(characters);
        for (size_t at = 0; at < bytes.size();) {
            const Utf8Step step = utf8_step(bytes, at);
            members_.push_back(step.code_point);
            at += step.length;
        }
        std::sort(members_.begin(), members_.end());
    }
    bool contains(char32_t c) const {
        return all_spaces_ ? is_space(c) : std::binary_search(members_.begin(), members_.end(), c);
    }

 private:
    bool all_spaces_;
    std::u32string members_;
};

Values split_at_spaces(Interpreter& interpreter, const Value& value, int64_t limit) {
    const std::string& bytes = bytes_of(value);
    Values parts;
    const auto skip = [&bytes](size_t at, bool spaces) {
        while (at < bytes.size()) {
            const Utf8Step step = utf8_step(bytes, at);
            if (is_space(step.code_point) != spaces) break;
            at += step.length;
        }
        return at;
    };
    for (size_t at = skip(0, true); at < bytes.size(); at = skip(at, true)) {
        const bool last = limit >= 0 && static_cast<int64_t>(parts.size()) >= limit;
        const size_t end = last ? bytes.size() : skip(at, false);
        interpreter.tick();
        parts.push_back(slice_text(interpreter.heap(), value, at, end));
        at = end;
    }
    return parts;
}

Values rsplit_at_spaces(Interpreter& interpreter, const Value& value, int64_t limit) {
    const std::string& bytes = bytes_of(value);
    Values parts;
    const auto skip = [&bytes](size_t end, bool spaces) {
        while (end > 0) {
            const size_t start = step_back(bytes, end);
            if (is_space(utf8_step(bytes, start).code_point) != spaces) break;
            end = start;
        }
        return end;
    };
    for (size_t end = skip(bytes.size(), true); end > 0; end = skip(end, true)) {
        const bool last = limit >= 0 && static_cast<int64_t>(parts.size()) >= limit;
        const size_t begin = last ? 0 : skip(end, false);
        interpreter.tick();
        parts.push_back(slice_text(interpreter.heap(), value, begin, end));
        end = begin;
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

} // namespace

Value strip(Interpreter& interpreter, const Value& value, const Value& characters, Side side) {
    const CharacterSet set(characters);
    const std::string& bytes = bytes_of(value);
    size_t begin = 0, end = bytes.size();
    while (side != Side::right && begin < end) {
        const Utf8Step step = utf8_step(bytes, begin);
        if (!set.contains(step.code_point)) break;
        begin += step.length;
    }
    while (side != Side::left && end > begin) {
        const size_t start = step_back(bytes, end);
        if (!set.contains(utf8_step(bytes, start).code_point)) break;
        end = start;
    }
    interpreter.tick_bytes(bytes.size(), 256);
    return slice_text(interpreter.heap(), value, begin, end);
}

Values split(Interpreter& interpreter, const Value& value, const Value& separator, int64_t limit) {
    interpreter.tick_bytes(bytes_of(value).size(), 64);
    if (!is_given(separator)) return split_at_spaces(interpreter, value, limit);
    const std::string& between = separator_of(separator).bytes;
    const std::string& bytes = bytes_of(value);
    Values parts;
    size_t at = 0;
    while (limit < 0 || static_cast<int64_t>(parts.size()) < limit) {
        const size_t found = find_bytes(bytes, between, at);
        if (found == std::string::npos) break;
        interpreter.tick();
        parts.push_back(slice_text(interpreter.heap(), value, at, found));
        at = found + between.size();
    }
    parts.push_back(slice_text(interpreter.heap(), value, at, bytes.size()));
    return parts;
}

Values rsplit(Interpreter& interpreter, const Value& value, const Value& separator, int64_t limit) {
    interpreter.tick_bytes(bytes_of(value).size(), 64);
    if (!is_given(separator)) return rsplit_at_spaces(interpreter, value, limit);
    const std::string& between = separator_of(separator).bytes;
    const std::string& bytes = bytes_of(value);
    Values parts;
    size_t end = bytes.size();
    while (limit < 0 || static_cast<int64_t>(parts.size()) < limit) {
        const size_t found = rfind_bytes(bytes, between, end);
        if (found == std::string::npos) break;
        interpreter.tick_bytes(between.size(), 16);
        interpreter.tick();
        parts.push_back(slice_text(interpreter.heap(), value, found + between.size(), end));
        end = found;
    }
    parts.push_back(slice_text(interpreter.heap(), value, 0, end));
    std::reverse(parts.begin(), parts.end());
    return parts;
}

Values split_lines(Interpreter& interpreter, const Value& value, bool keep_ends) {
    const std::string& bytes = bytes_of(value);
    interpreter.tick_bytes(bytes.size(), 64);
    Values lines;
    for (size_t begin = 0; begin < bytes.size();) {
        size_t end = begin, next = bytes.size();
        for (; end < bytes.size(); end += utf8_step(bytes, end).length) {
            const Utf8Step step = utf8_step(bytes, end);
            if (!ends_line(step.code_point)) continue;
            next = end + step.length;
            if (bytes[end] == '\r' && next < bytes.size() && bytes[next] == '\n') ++next;
            break;
        }
        if (end >= bytes.size()) end = bytes.size();
        interpreter.tick();
        lines.push_back(slice_text(interpreter.heap(), value, begin, keep_ends ? next : end));
        begin = next;
    }
    return lines;
}

Value partition(Interpreter& interpreter, const Value& value, const Value& separator, bool from_right) {
    if (!separator.is(Kind::text)) type_error(std::string("must be str, not ") + type_name(separator));
    const std::string& between = separator_of(separator).bytes;
    const Text& text = value.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 64);
    Heap& heap = interpreter.heap();
    const size_t found =
        from_right ? rfind_bytes(text.bytes, between, text.bytes.size()) : find_bytes(text.bytes, between, 0);
    const Value empty = make_text(heap, "", kTrusted, text.markup);
    if (found == std::string::npos)
        return from_right ? make_tuple(heap, {empty, empty, value}) : make_tuple(heap, {value, empty, empty});
    return make_tuple(
        heap, {slice_text(heap, value, 0, found), slice_text(heap, value, found, found + between.size()),
               slice_text(heap, value, found + between.size(), text.bytes.size())});
}

Value replace(Interpreter& interpreter, const Value& value, const Value& old, const Value& with,
              int64_t limit) {
    const Text& text = value.as<Text>();
    const Text& wanted = old.as<Text>();
    const Text& put = with.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 64);
    TextBuilder builder(interpreter.heap());
    size_t at = 0;
    for (int64_t count = 0; limit < 0 || count < limit; ++count) {
        size_t found = 0;
        if (!wanted.bytes.empty())
            found = find_bytes(text.bytes, wanted.bytes, at);
        else if (count == 0)
            found = 0; // between all characters, and at both ends
        else
            found = at < text.bytes.size() ? at + utf8_step(text.bytes, at).length : std::string::npos;
        if (found == std::string::npos) break;
        interpreter.tick();
        interpreter.tick_bytes(put.bytes.size(), 256);
        builder.append(text, at, found);
        builder.append(put);
        at = found + wanted.bytes.size();
    }
    builder.append(text, at, text.bytes.size());
    return builder.finish(text.markup);
}

Value join(Interpreter& interpreter, const Value& separator, const Value& iterable) {
    const bool markup = separator.as<Text>().markup;
    TextBuilder builder(interpreter.heap());
    Cursor cursor(iterable);
    int64_t count = 0;
    for (Value item; cursor.next(interpreter, item); ++count) {
        if (count > 0) builder.append(separator.as<Text>());
        if (!item.is(Kind::text) && !markup)
            type_error("sequence item " + std::to_string(count) + ": expected str instance, " +
                       type_name(item) + " found");
        if (markup) item = escape(interpreter, item);
        interpreter.tick_bytes(bytes_of(item).size(), 256);
        builder.append(item.as<Text>());
    }
    return builder.finish(markup);
}

// table: a dict of code points, as str.maketrans() makes them.
Value translate(Interpreter& interpreter, const Value& value, const Value& table) {
    const Text& text = value.as<Text>();
    interpreter.tick_bytes(text.bytes.size(), 4);
    TextBuilder builder(interpreter.heap());
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        const Value code = Value::integer(static_cast<int64_t>(step.code_point));
        const Value mapped = get_item(interpreter, table, code);
        if (mapped.is(Kind::undefined)) {
            builder.append(text, at, at + step.length);
        } else if (mapped.is(Kind::text)) {
            builder.append(mapped.as<Text>());
        } else if (mapped.is_integer()) {
            const int64_t c = mapped.as_integer();
            if (c < 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
                value_error("character mapping must be in range(0x110000)");
            builder.append(static_cast<char32_t>(c), both(mapped.origin(), text.origin_at(at)));
        } else if (!mapped.is(Kind::none)) {
            type_error("character mapping must return integer, None or str");
        }
        at += step.length;
    }
    return builder.finish(text.markup);
}

} // namespace engine::text::jinja
