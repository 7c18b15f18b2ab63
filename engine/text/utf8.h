// UTF-8 arithmetic: code points out of bytes and back, and what to do with bytes that are none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::text {

// One step through text that need not be valid. `length` is 1 for a byte that belongs to no character; such
// a byte has `valid` false and counts as U+FFFD.
struct Utf8Step {
    char32_t code_point = 0xFFFD;
    uint8_t length = 1;
    bool valid = false;
};

// The character at text[position]; position < text.size(). Overlong forms, surrogates and values above
// U+10FFFF are not characters.
Utf8Step utf8_step(std::string_view text, size_t position);

bool is_utf8(std::string_view text);
bool is_ascii(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);

// How the last bytes of a stream look: `complete` bytes hold whole characters (or bytes that can never become
// one); the rest, at most 3 bytes, may still grow into a character.
size_t utf8_complete_prefix(std::string_view text);

// `text` with each byte that belongs to no character replaced by U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

} // namespace engine::text
