// The 256 characters that stand for bytes in byte-level vocabularies.
#pragma once

#include <string>
#include <string_view>

#include "engine/text/utf8.h"

namespace engine::text {

// GPT-2's table: printable Latin-1 bytes stand for themselves, the others for U+0100 and up in order (so that
// a space is written "Ġ" and a newline "Ċ").
char32_t character_for_byte(uint8_t byte);
int byte_for_character(char32_t character); // -1 when it stands for none

// "hello world" -> "helloĠworld"
std::string to_byte_alphabet(std::string_view bytes);
// And back; false (and `bytes` untouched) when a character stands for no byte.
bool from_byte_alphabet(std::string_view text, std::string& bytes);

} // namespace engine::text
