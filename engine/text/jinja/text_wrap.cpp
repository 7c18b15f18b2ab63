// textwrap.wrap(): breaking lines at spaces, hyphens and dashes.
#include <algorithm>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

struct Chunk {
    size_t begin, end; // in characters
    size_t size() const { return end - begin; }
};

bool is_blank(char32_t c) {
    return (c >= 9 && c <= 13) || c == ' ';
}
bool is_word(char32_t c) {
    return c == '_' || is_alnum(c);
}
bool is_letter(char32_t c) {
    return c == '_' || (is_alnum(c) && !is_decimal(c));
}
bool is_word_or_punctuation(char32_t c) {
    return is_word(c) || std::u32string_view(U"!\"'&.,?").find(c) != std::u32string_view::npos;
}

class Line {
 public:
    Line(std::string_view bytes, const WrapStyle& style) : style_(style) {
        for (size_t at = 0; at < bytes.size();) {
            const Utf8Step step = utf8_step(bytes, at);
            characters_.push_back(step.code_point);
            positions_.push_back(at);
            at += step.length;
        }
        positions_.push_back(bytes.size());
    }

    // Byte ranges of the wrapped lines' pieces; each line is a list of neighbouring chunks.
    std::vector<std::vector<Chunk>> wrap();
    size_t byte(size_t character) const { return positions_[character]; }

 private:
    char32_t at(size_t i) const { return i < characters_.size() ? characters_[i] : U'\0'; }
    bool dashes_before_word(size_t i) const {
        size_t end = i;
        while (at(end) == '-')
            ++end;
        return end - i >= 2 && end < characters_.size() && is_word(characters_[end]);
    }
    // A break behind the hyphen at i: letters on both sides, as textwrap's pattern has it.
    bool breaks_behind_hyphen(size_t i) const {
        if (at(i) != '-') return false;
        const bool two_letters = i >= 2 && is_letter(characters_[i - 1]) && is_letter(characters_[i - 2]);
        const bool letter_hyphen = i >= 3 && is_letter(characters_[i - 1]) && characters_[i - 2] == '-' &&
                                   is_letter(characters_[i - 3]);
        if (!two_letters && !letter_hyphen) return false;
        if (i + 1 >= characters_.size() || !is_letter(characters_[i + 1])) return false;
        const size_t next = i + (at(i + 2) == '-' ? 3 : 2);
        return next < characters_.size() && is_letter(characters_[next]);
    }
    size_t chunk_end(size_t begin) const;
    std::vector<Chunk> chunks() const;
    bool all_spaces(const Chunk& chunk) const {
        return std::all_of(characters_.begin() + static_cast<ptrdiff_t>(chunk.begin),
                           characters_.begin() + static_cast<ptrdiff_t>(chunk.end), is_space);
    }
    void take_long_word(std::vector<Chunk>& left, std::vector<Chunk>& line, size_t length) const;

    const WrapStyle& style_;
    std::u32string characters_;
    std::vector<size_t> positions_;
};

size_t Line::chunk_end(size_t begin) const {
    size_t end = begin + 1;
    if (is_blank(characters_[begin])) {
        while (end < characters_.size() && is_blank(characters_[end]))
            ++end;
        return end;
    }
    if (style_.break_on_hyphens && begin > 0 && is_word_or_punctuation(characters_[begin - 1]) &&
        dashes_before_word(begin)) {
        while (at(end) == '-')
            ++end;
        return end;
    }
    for (; end < characters_.size() && !is_blank(characters_[end]); ++end) {
        if (!style_.break_on_hyphens) continue;
        if (breaks_behind_hyphen(end)) return end + 1;
        if (is_word_or_punctuation(characters_[end - 1]) && dashes_before_word(end)) return end;
    }
    return end;
}

std::vector<Chunk> Line::chunks() const {
    std::vector<Chunk> found;
    for (size_t begin = 0; begin < characters_.size();) {
        const size_t end = chunk_end(begin);
        found.push_back({begin, end});
        begin = end;
    }
    return found;
}

// The next chunk fits on no line: as much of it as there is room for, when words may be broken.
void Line::take_long_word(std::vector<Chunk>& left, std::vector<Chunk>& line, size_t length) const {
    Chunk& chunk = left.back();
    if (!style_.break_long_words) {
        if (!line.empty()) return;
        line.push_back(chunk);
        left.pop_back();
        return;
    }
    const size_t room = static_cast<size_t>(style_.width) - length;
    size_t end = std::min(room, chunk.size());
    if (style_.break_on_hyphens && chunk.size() > room) {
        size_t hyphen = end;
        while (hyphen > 0 && characters_[chunk.begin + hyphen - 1] != '-')
            --hyphen;
        // hyphen: one behind the last one within the room.
        const auto first = characters_.begin() + static_cast<ptrdiff_t>(chunk.begin);
        if (hyphen > 1 && std::any_of(first, first + static_cast<ptrdiff_t>(hyphen - 1),
                                      [](char32_t c) { return c != '-'; }))
            end = hyphen;
    }
    line.push_back({chunk.begin, chunk.begin + end});
    chunk.begin += end;
    if (chunk.size() == 0) left.pop_back();
}

std::vector<std::vector<Chunk>> Line::wrap() {
    const auto width = static_cast<size_t>(style_.width);
    std::vector<Chunk> left = chunks();
    std::reverse(left.begin(), left.end());
    std::vector<std::vector<Chunk>> lines;
    while (!left.empty()) {
        std::vector<Chunk> line;
        size_t length = 0;
        if (!lines.empty() && all_spaces(left.back())) left.pop_back();
        while (!left.empty() && length + left.back().size() <= width) {
            length += left.back().size();
            line.push_back(left.back());
            left.pop_back();
        }
        if (!left.empty() && left.back().size() > width) take_long_word(left, line, length);
        if (!line.empty() && all_spaces(line.back())) line.pop_back();
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

} // namespace

Value wrap(Interpreter& interpreter, const Value& value, const WrapStyle& style, const Value& separator) {
    interpreter.tick_bytes(bytes_of(value).size(), 4);
    TextBuilder builder(interpreter.heap());
    bool first = true;
    for (const Value& paragraph : split_lines(interpreter, value, false)) {
        if (style.width <= 0) value_error("invalid width " + std::to_string(style.width) + " (must be > 0)");
        if (!first) builder.append(separator.as<Text>());
        first = false;
        const Text& text = paragraph.as<Text>();
        Line line(text.bytes, style);
        bool first_line = true;
        for (const std::vector<Chunk>& chunks : line.wrap()) {
            interpreter.tick();
            if (!first_line) builder.append(separator.as<Text>());
            first_line = false;
            for (const Chunk& chunk : chunks)
                builder.append(text, line.byte(chunk.begin), line.byte(chunk.end));
        }
    }
    return builder.finish();
}

} // namespace engine::text::jinja
