// Making, slicing and searching texts.
#include "engine/text/jinja/text.h"

#include <algorithm>
#include <cstring>

#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80;
}

// Knuth, Morris, Pratt: for the texts that make the simple search quadratic, and backwards.
template <class Haystack, class Needle>
Haystack search_linear(Haystack at, Haystack end, Needle needle, size_t size) {
    std::vector<uint32_t> border(size, 0);
    uint32_t prefix = 0;
    for (size_t i = 1; i < size; ++i) {
        while (prefix > 0 && needle[static_cast<ptrdiff_t>(i)] != needle[static_cast<ptrdiff_t>(prefix)])
            prefix = border[prefix - 1];
        if (needle[static_cast<ptrdiff_t>(i)] == needle[static_cast<ptrdiff_t>(prefix)]) ++prefix;
        border[i] = prefix;
    }
    for (size_t matched = 0; at != end; ++at) {
        while (matched > 0 && *at != needle[static_cast<ptrdiff_t>(matched)])
            matched = border[matched - 1];
        if (*at == needle[static_cast<ptrdiff_t>(matched)]) ++matched;
        if (matched == size) return at - static_cast<ptrdiff_t>(size - 1);
    }
    return end;
}

} // namespace

int64_t count_code_points(std::string_view bytes) {
    return std::count_if(bytes.begin(), bytes.end(), [](char byte) { return !continues(byte); });
}

Text::Text(std::string b, std::vector<Run> r, Origin o, bool m)
    : Object(Kind::text),
      bytes(std::move(b)),
      runs(std::move(r)),
      uniform(o),
      markup(m),
      length(count_code_points(bytes)) {}

Origin Text::origin_at(size_t position) const {
    if (runs.empty()) return uniform;
    const auto run = std::upper_bound(runs.begin(), runs.end(), position,
                                      [](size_t at, const Run& r) { return at < r.end; });
    return run == runs.end() ? runs.back().origin : run->origin;
}

Origin Text::origin_of(size_t begin, size_t end) const {
    if (runs.empty() || begin >= end) return runs.empty() ? uniform : origin_at(begin);
    Origin least = kTrusted;
    size_t from = 0;
    for (const Run& run : runs) {
        if (run.end > begin && from < end) least = both(least, run.origin);
        from = run.end;
    }
    return least;
}

size_t Text::position_of(int64_t index) const {
    if (ascii() || index <= 0) return static_cast<size_t>(std::max<int64_t>(index, 0));
    if (index >= length) return bytes.size();
    // From the nearer end.
    if (index > length / 2) {
        size_t at = bytes.size();
        for (int64_t left = length - index; left > 0; --left) {
            do
                --at;
            while (continues(bytes[at]));
        }
        return at;
    }
    size_t at = 0;
    for (int64_t left = index; left > 0; --left) {
        do
            ++at;
        while (continues(bytes[at]));
    }
    return at;
}

int64_t Text::index_of(size_t position) const {
    if (ascii()) return static_cast<int64_t>(position);
    return count_code_points(std::string_view(bytes).substr(0, position));
}

void TextBuilder::reserve(size_t more) {
    const size_t needed = bytes_.size() + more;
    heap_.check_text(needed);
    heap_.spend_on_bytes(more);
    if (needed <= bytes_.capacity()) return;
    const size_t capacity = std::max(needed, 2 * bytes_.capacity());
    const auto growth = static_cast<int64_t>(capacity) - counted_;
    heap_.grow(growth);
    counted_ += growth;
    bytes_.reserve(capacity);
}

void TextBuilder::add_run(size_t end, Origin origin) {
    if (!runs_.empty() && runs_.back().origin == origin) {
        runs_.back().end = end;
        return;
    }
    heap_.grow(sizeof(Run));
    counted_ += sizeof(Run);
    runs_.push_back({end, origin});
}

void TextBuilder::append(std::string_view bytes, Origin origin) {
    if (bytes.empty()) return;
    reserve(bytes.size());
    bytes_.append(bytes);
    add_run(bytes_.size(), origin);
}

void TextBuilder::append(const Text& text, size_t begin, size_t end) {
    const std::string_view bytes = text.bytes;
    if (text.runs.empty()) return append(bytes.substr(begin, end - begin), text.uniform);
    auto run = std::upper_bound(text.runs.begin(), text.runs.end(), begin,
                                [](size_t position, const Run& r) { return position < r.end; });
    for (size_t from = begin; from < end; ++run) {
        const size_t to = std::min(run->end, end);
        append(bytes.substr(from, to - from), run->origin);
        from = to;
    }
}

void TextBuilder::append(char32_t code_point, Origin origin) {
    std::string bytes;
    append_utf8(bytes, code_point);
    append(bytes, origin);
}

void TextBuilder::repeat(std::string_view bytes, Origin origin, int64_t times) {
    if (times <= 0 || bytes.empty()) return;
    heap_.check_text(static_cast<size_t>(times)); // so that the product cannot overflow
    reserve(bytes.size() * static_cast<size_t>(times));
    for (int64_t i = 0; i < times; ++i)
        bytes_.append(bytes);
    add_run(bytes_.size(), origin);
}

void TextBuilder::mark_assistant() {
    for (Run& run : runs_)
        run.origin |= kAssistant;
}

Value TextBuilder::finish(bool markup) {
    const bool is_uniform = runs_.size() <= 1;
    const Origin origin = runs_.empty() ? kTrusted : runs_.front().origin;
    if (bytes_.capacity() > 2 * bytes_.size()) bytes_.shrink_to_fit();
    if (is_uniform) runs_.clear();
    const auto payload = static_cast<int64_t>(bytes_.capacity() + runs_.size() * sizeof(Run));
    heap_.shrink(counted_);
    counted_ = 0;
    Value text(heap_.make<Text>(payload, std::move(bytes_), std::exchange(runs_, {}), origin, markup));
    bytes_.clear();
    return text;
}

Value make_text(Heap& heap, std::string bytes, Origin origin, bool markup) {
    heap.check_text(bytes.size());
    const auto payload = static_cast<int64_t>(bytes.capacity());
    return Value(heap.make<Text>(payload, std::move(bytes), std::vector<Run>(), origin, markup));
}

Value slice_text(Heap& heap, const Value& value, size_t begin, size_t end) {
    const Text& text = value.as<Text>();
    if (begin == 0 && end >= text.bytes.size()) return value;
    if (begin >= end) return make_text(heap, "", kTrusted, text.markup);
    TextBuilder builder(heap);
    builder.append(text, begin, end);
    return builder.finish(text.markup);
}

Value with_markup(Heap& heap, const Value& value, bool markup) {
    const Text& text = value.as<Text>();
    if (text.markup == markup) return value;
    TextBuilder builder(heap);
    builder.append(text);
    return builder.finish(markup);
}

size_t find_bytes(std::string_view bytes, std::string_view needle, size_t from) {
    if (from > bytes.size() || needle.size() > bytes.size() - from) return std::string_view::npos;
    if (needle.empty()) return from;
    const size_t last = bytes.size() - needle.size();
    size_t compared = 0;
    for (size_t at = from; at <= last; ++at) {
        const void* found = std::memchr(bytes.data() + at, needle.front(), last - at + 1);
        if (found == nullptr) return std::string_view::npos;
        at = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
        const char* here = bytes.data() + at;
        const auto differs = std::mismatch(needle.begin(), needle.end(), here).first;
        if (differs == needle.end()) return at;
        compared += static_cast<size_t>(differs - needle.begin());
        if (compared > 8 * (at - from) + 256) {
            const auto found_at = search_linear(bytes.begin() + static_cast<ptrdiff_t>(at), bytes.end(),
                                                needle.begin(), needle.size());
            return found_at == bytes.end() ? std::string_view::npos
                                           : static_cast<size_t>(found_at - bytes.begin());
        }
    }
    return std::string_view::npos;
}

size_t rfind_bytes(std::string_view bytes, std::string_view needle, size_t end) {
    bytes = bytes.substr(0, end);
    if (needle.size() > bytes.size()) return std::string_view::npos;
    if (needle.empty()) return bytes.size();
    const auto found = search_linear(bytes.rbegin(), bytes.rend(), needle.rbegin(), needle.size());
    if (found == bytes.rend()) return std::string_view::npos;
    return bytes.size() - static_cast<size_t>(found - bytes.rbegin()) - needle.size();
}

} // namespace engine::text::jinja
