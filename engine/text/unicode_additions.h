// Characters that Hugging Face's `tokenizers` knows and the PCRE2 library may not, as text for PCRE2 classes.
#pragma once

#include <string>
#include <string_view>

namespace engine::text {

// Members to put beside \p{CATEGORY}, CATEGORY being one or two letters: the characters that came with
// Unicode 15 to 16. With a PCRE2 that knows them already they change nothing.
std::string added_members(std::string_view category);
// The same for a script or another property, by its name in lower case without underlines.
std::string_view added_property_members(std::string_view name);

// PCRE2 patterns for one character of Hugging Face's Punctuation and Digits pre-tokenizers.
std::string punctuation_pattern();
std::string digit_pattern();

} // namespace engine::text
