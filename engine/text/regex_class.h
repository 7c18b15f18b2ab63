// Bracket expressions and escaped sets of Oniguruma patterns, as PCRE2 text.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace engine::text {

// A place in a pattern (valid UTF-8).
struct PatternReader {
    std::string_view pattern;
    size_t at = 0;

    bool done() const { return at >= pattern.size(); }
    char peek(size_t ahead = 0) const { return at + ahead < pattern.size() ? pattern[at + ahead] : '\0'; }
    bool take(std::string_view expected);
    char32_t take_character(); // the pattern must not be at its end

    Error error(std::string_view what) const; // unsupported: what, and the position
};

// What a backslash and the letters after it stand for.
struct Escape {
    enum class Kind { character, set, other } kind = Kind::other; // other: assertions, references, ...
    char32_t character = 0;
    bool negated = false; // set: the complement of `members`
    std::string members;  // set: text for the inside of a PCRE2 class
};

// Reads an escape whose backslash was taken. Of kind `other` nothing more was taken.
Result<Escape> read_escape(PatternReader& reader);

// A code point as text that means itself, inside of a PCRE2 class and outside.
std::string quote(char32_t code_point);

// PCRE2 text that matches one character of the class whose '[' was taken; takes the ']' too.
Result<std::string> translate_class(PatternReader& reader);

// One character of Oniguruma's \w (which, outside of brackets only, has the Latin-1 digits ¹²³¼½¾ too).
std::string word_members(bool inside_brackets);

} // namespace engine::text
