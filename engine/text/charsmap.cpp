// Walking the double array, and the two ways of using it.
#include "engine/text/charsmap.h"

#include <utf8proc.h>

#include "engine/text/utf8.h"

namespace engine::text {
namespace {

// Bit fields of a unit.
uint32_t label(uint32_t unit) {
    return unit & 0x800000FFu;
}
bool has_leaf(uint32_t unit) {
    return (unit >> 8 & 1) != 0;
}
uint32_t offset(uint32_t unit) {
    return (unit >> 10) << ((unit & 0x200u) >> 6);
}
uint32_t leaf_value(uint32_t unit) {
    return unit & 0x7FFFFFFFu;
}

} // namespace

Result<Charsmap> Charsmap::parse(std::string_view blob) {
    Charsmap map;
    if (blob.empty()) return map;
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(blob[i])); };
    const auto word = [&](size_t i) {
        return byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    };
    const auto error = [](std::string what) {
        return Error{ErrorCode::bad_file, "precompiled_charsmap: " + std::move(what), {}};
    };
    if (blob.size() < 4) return error("shorter than its own header");
    const size_t bytes = word(0);
    if (bytes > blob.size() - 4 || bytes % 4 != 0)
        return error("its table of " + std::to_string(bytes) + " bytes does not fit in " +
                     std::to_string(blob.size()));
    for (size_t i = 4; i < 4 + bytes; i += 4)
        map.units_.push_back(word(i));
    map.replacements_ = blob.substr(4 + bytes);
    if (!is_utf8(map.replacements_)) return error("a replacement is not UTF-8");
    return map;
}

Charsmap::Found Charsmap::walk(std::string_view text, bool stop_at_first) const {
    Found found;
    if (units_.empty()) return found;
    uint32_t node = offset(units_[0]);
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<uint8_t>(text[i]);
        if (byte == 0) break;
        node ^= byte;
        if (node >= units_.size() || label(units_[node]) != byte) break;
        const uint32_t unit = units_[node];
        node ^= offset(unit);
        if (!has_leaf(unit)) continue;
        if (node >= units_.size()) break;
        const size_t begin = leaf_value(units_[node]);
        const size_t end = replacements_.find('\0', begin);
        if (begin >= replacements_.size() || end == std::string::npos) break;
        const auto replacement = std::string_view(replacements_).substr(begin, end - begin);
        if (!is_utf8(replacement)) break; // an index into the middle of a character
        found = {i + 1, replacement};
        if (stop_at_first) break;
    }
    return found;
}

Charsmap::Found Charsmap::longest_prefix(std::string_view text) const {
    return walk(text, false);
}

Charsmap::Found Charsmap::shortest_prefix(std::string_view text) const {
    return walk(text, true);
}

std::string Charsmap::apply_by_graphemes(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    for (size_t begin = 0; begin < text.size();) {
        Utf8Step step = utf8_step(text, begin);
        size_t end = begin + step.length;
        utf8proc_int32_t state = 0;
        while (end < text.size()) {
            const Utf8Step next = utf8_step(text, end);
            if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(step.code_point),
                                                 static_cast<utf8proc_int32_t>(next.code_point), &state))
                break;
            step = next;
            end += next.length;
        }
        const std::string_view cluster = text.substr(begin, end - begin);
        const Found whole = cluster.size() < 6 ? shortest_prefix(cluster) : Found{};
        if (whole.length > 0) out += whole.replacement;
        for (size_t at = 0; whole.length == 0 && at < cluster.size();) {
            const std::string_view character = cluster.substr(at, utf8_step(cluster, at).length);
            const Found found = shortest_prefix(character);
            out += found.length > 0 ? found.replacement : character;
            at += character.size();
        }
        begin = end;
    }
    return out;
}

} // namespace engine::text
