// Bytes that are no UTF-8, carried through code that works on characters.
#pragma once

#include <string>
#include <string_view>

namespace engine::text {

// Text in which each byte that belongs to no character was replaced by a private-use character (planes 15 and
// 16) that stands for it: `block` + byte - 0x80.
struct ProtectedText {
    std::string text;   // valid UTF-8
    char32_t block = 0; // 0: there was nothing to replace, or nothing that can be restored
};

// The block is one of which the text has no character; text that has some of every block gets U+FFFD instead.
ProtectedText protect_raw_bytes(std::string_view text);

// Turns the characters of `block` back into bytes.
std::string restore_raw_bytes(std::string_view text, char32_t block);

} // namespace engine::text
