// Which edition of Unicode Hugging Face's normalizers know, character by character, where that matters.
#pragma once

#include <cstdint>

namespace engine::text {

// Characters that came after Unicode 9 or 10 and have a decomposition or a combining class, or begin a
// composition: the normal forms leave them alone and look at nothing across them.
bool has_no_normal_form(char32_t c);

// What StripAccents takes away: marks of every kind, not only those without a width.
bool is_accent(char32_t c);

// Lower case of letters that utf8proc may not know yet; 0: ask utf8proc.
char32_t younger_lowercase(char32_t c);

} // namespace engine::text
