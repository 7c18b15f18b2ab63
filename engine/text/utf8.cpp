// UTF-8 decoding by the table of well-formed byte sequences (Unicode standard, table 3-7).
#include "engine/text/utf8.h"

#include <cstring>

namespace engine::text {
namespace {

// Allowed range of the second byte, and the length, by first byte.
struct Lead {
    uint8_t length = 0, second_low = 0, second_high = 0;
};

constexpr Lead lead_of(uint8_t byte) {
    if (byte < 0x80) return {1, 0, 0};
    if (byte < 0xC2) return {0, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

// How many of `available` bytes fit a character that starts with `lead`.
size_t matching_bytes(const uint8_t* bytes, size_t available, Lead lead) {
    size_t n = 1;
    while (n < lead.length && n < available) {
        const uint8_t low = n == 1 ? lead.second_low : 0x80;
        const uint8_t high = n == 1 ? lead.second_high : 0xBF;
        if (bytes[n] < low || bytes[n] > high) break;
        ++n;
    }
    return n;
}

size_t ascii_run(std::string_view text, size_t position) {
    const size_t begin = position;
    while (position + 8 <= text.size()) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + position, 8);
        if ((word & 0x8080808080808080ull) != 0) break;
        position += 8;
    }
    while (position < text.size() && static_cast<uint8_t>(text[position]) < 0x80)
        ++position;
    return position - begin;
}

} // namespace

Utf8Step utf8_step(std::string_view text, size_t position) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + position;
    if (bytes[0] < 0x80) return {bytes[0], 1, true};
    const Lead lead = lead_of(bytes[0]);
    if (lead.length == 0 || matching_bytes(bytes, text.size() - position, lead) != lead.length) return {};
    char32_t code_point = bytes[0] & (0x7Fu >> lead.length);
    for (size_t i = 1; i < lead.length; ++i)
        code_point = code_point << 6 | (bytes[i] & 0x3Fu);
    return {code_point, lead.length, true};
}

bool is_utf8(std::string_view text) {
    for (size_t at = ascii_run(text, 0); at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (!step.valid) return false;
        at += step.length;
        if (step.length == 1) at += ascii_run(text, at);
    }
    return true;
}

bool is_ascii(std::string_view text) {
    return ascii_run(text, 0) == text.size();
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0u | code_point >> 6);
        put(0x80u | (code_point & 0x3Fu));
    } else if (code_point < 0x10000) {
        put(0xE0u | code_point >> 12);
        put(0x80u | (code_point >> 6 & 0x3Fu));
        put(0x80u | (code_point & 0x3Fu));
    } else {
        put(0xF0u | code_point >> 18);
        put(0x80u | (code_point >> 12 & 0x3Fu));
        put(0x80u | (code_point >> 6 & 0x3Fu));
        put(0x80u | (code_point & 0x3Fu));
    }
}

size_t utf8_complete_prefix(std::string_view text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    const size_t earliest = text.size() < 3 ? 0 : text.size() - 3;
    for (size_t at = text.size(); at-- > earliest;) {
        if ((bytes[at] & 0xC0u) == 0x80) continue;
        const Lead lead = lead_of(bytes[at]);
        const size_t rest = text.size() - at;
        const bool grows = lead.length > rest && matching_bytes(bytes + at, rest, lead) == rest;
        return grows ? at : text.size();
    }
    return text.size();
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (step.valid)
            out.append(text, at, step.length);
        else
            out.append("\xEF\xBF\xBD");
        at += step.length;
    }
    return out;
}

} // namespace engine::text
