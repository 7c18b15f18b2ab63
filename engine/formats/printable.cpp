// UTF-8 checked by the table of well-formed sequences (Unicode 15, table 3-7).
#include "engine/formats/printable.h"

#include <cstdint>

namespace engine::formats {

namespace {
// Length of the well-formed sequence at the start of `text`, 0 when there is none.
size_t sequence_length(std::string_view text) {
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    const uint8_t lead = byte(0);
    if (lead < 0x80) return 1;
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const uint8_t second = byte(1);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second > 0x9f;
    const bool beyond = lead == 0xf4 && second > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}
} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string printable(std::string_view name) {
    constexpr size_t kLongest = 96;
    std::string out = "\"";
    while (!name.empty()) {
        const size_t length = sequence_length(name);
        if (out.size() + length > kLongest) return out + "...\"";
        const auto first = static_cast<uint8_t>(name.front());
        if (length == 0 || first < 0x20 || first == 0x7f)
            out += '?';
        else
            out += name.substr(0, length);
        name.remove_prefix(length == 0 ? 1 : length);
    }
    return out + "\"";
}

} // namespace engine::formats
