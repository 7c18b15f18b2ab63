// Text: an immutable string that knows for every byte where it came from; TextBuilder makes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

// The bytes up to `end` (from the end of the run before) have one origin.
struct Run {
    size_t end;
    Origin origin;
};

struct Text : Object {
    Text(std::string b, std::vector<Run> r, Origin o, bool m);

    const std::string bytes;     // valid UTF-8
    const std::vector<Run> runs; // empty: all of it is `uniform`
    const Origin uniform;
    const bool markup;    // Python's Markup: escapes what is joined to it
    const int64_t length; // in code points
    bool ascii() const { return length == static_cast<int64_t>(bytes.size()); }

    // Origin of the byte at `position` (of the last one beyond the end; trusted when empty).
    Origin origin_at(size_t position) const;
    // The one origin that claims least about the bytes [begin, end).
    Origin origin_of(size_t begin, size_t end) const;
    Origin origin_of_all() const { return origin_of(0, bytes.size()); }

    // Byte position of the code point `index` (0 <= index <= length).
    size_t position_of(int64_t index) const;
    // Code points before the byte `position`.
    int64_t index_of(size_t position) const;
};

// Origin for what is made out of both.
inline Origin both(Origin a, Origin b) {
    return static_cast<Origin>((a & b & kTrusted) | ((a | b) & kAssistant));
}

// A growing string. Its memory counts while it grows.
class TextBuilder {
 public:
    explicit TextBuilder(Heap& heap) : heap_(heap) {}
    ~TextBuilder() { heap_.shrink(counted_); }
    TextBuilder(const TextBuilder&) = delete;
    TextBuilder& operator=(const TextBuilder&) = delete;

    void append(std::string_view bytes, Origin origin);
    void append(const Text& text) { append(text, 0, text.bytes.size()); }
    void append(const Text& text, size_t begin, size_t end);
    void append(char32_t code_point, Origin origin);
    void repeat(std::string_view bytes, Origin origin, int64_t times);

    Heap& heap() const { return heap_; }
    size_t size() const { return bytes_.size(); }
    const std::string& bytes() const { return bytes_; }
    const std::vector<Run>& runs() const { return runs_; } // without gaps over bytes()
    void mark_assistant();                                 // all of it
    Value finish(bool markup = false);                     // leaves the builder empty

 private:
    void reserve(size_t more);
    void add_run(size_t end, Origin origin);

    Heap& heap_;
    std::string bytes_;
    std::vector<Run> runs_;
    int64_t counted_ = 0;
};

Value make_text(Heap& heap, std::string bytes, Origin origin, bool markup = false);
// Bytes [begin, end) of a text; the same object when that is all of it and `markup` does not change.
Value slice_text(Heap& heap, const Value& text, size_t begin, size_t end);
Value with_markup(Heap& heap, const Value& text, bool markup);

inline const std::string& bytes_of(const Value& text) {
    return text.as<Text>().bytes;
}

int64_t count_code_points(std::string_view bytes);

// Where `needle` stands in `bytes` at or after `from`, and the last place at or before which it ends; npos
// when nowhere. Linear in the worst case.
size_t find_bytes(std::string_view bytes, std::string_view needle, size_t from);
size_t rfind_bytes(std::string_view bytes, std::string_view needle, size_t end);

} // namespace engine::text::jinja
