// Characters: what Python's str methods know about a code point, and its other cases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::text::jinja {

bool is_space(char32_t c); // what strip() strips
bool is_alpha(char32_t c);
bool is_decimal(char32_t c);
bool is_digit(char32_t c);
bool is_numeric(char32_t c);
bool is_alnum(char32_t c);
bool is_lower(char32_t c);
bool is_upper(char32_t c);
bool is_title(char32_t c);
bool is_cased(char32_t c);
bool is_printable(char32_t c); // shown as itself in repr()
bool is_name_start(char32_t c);
bool is_name_part(char32_t c);
bool ends_line(char32_t c); // for splitlines()

int decimal_value(char32_t c); // -1 when it is no decimal digit

// Full case mappings; up to three characters.
std::u32string_view to_upper(char32_t c, char32_t (&buffer)[3]);
std::u32string_view to_title(char32_t c, char32_t (&buffer)[3]);
// `sigma_ends_word`: a capital sigma becomes the final one.
std::u32string_view to_lower(char32_t c, char32_t (&buffer)[3], bool sigma_ends_word);
// Whether the capital sigma at `position` ends a word (Unicode's Final_Sigma condition).
bool sigma_ends_word(std::string_view bytes, size_t position);
std::string fold_case(char32_t c);

} // namespace engine::text::jinja
