// Patterns of tokenizer.json, written for Oniguruma, rewritten for PCRE2.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace engine::text {

// Hugging Face's `tokenizers` compiles patterns with Oniguruma in Ruby syntax. The same text means other
// things to PCRE2; what is rewritten:
//   ^ $          lines, not the whole text          \s \w \d \b   Unicode's properties exactly (U+180E is no
//   space) [a[b]&&[^c]] set operations                     \h \v         hexadecimal digit, vertical tab
//   \p{Han}      the script, not its extensions     x{1,3}+       once more, not possessive
//   (?m)         the dot matches newlines           a(?i)b|c      the option reaches over the bar
// Errors: unsupported, with the construct and its position, for whatever has no certain equivalent.
Result<std::string> translate_pattern(std::string_view pattern);

} // namespace engine::text
