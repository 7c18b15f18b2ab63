// Properties and cases of characters: utf8proc's, with the exceptions of character_tables.h.
#include "engine/text/jinja/characters.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "engine/text/jinja/character_tables.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

utf8proc_category_t category(char32_t c) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

template <size_t n>
bool contains(const CharacterRange (&ranges)[n], char32_t c) {
    const auto* range = std::lower_bound(std::begin(ranges), std::end(ranges), c,
                                         [](const CharacterRange& r, char32_t x) { return r.last < x; });
    return range != std::end(ranges) && range->first <= c;
}

template <size_t n>
std::u32string_view expand(const CharacterExpansion (&table)[n], char32_t c) {
    const auto* entry = std::lower_bound(std::begin(table), std::end(table), c,
                                         [](const CharacterExpansion& e, char32_t x) { return e.from < x; });
    if (entry == std::end(table) || entry->from != c) return {};
    const auto* end = std::find(std::begin(entry->to), std::end(entry->to), U'\0');
    return {entry->to, static_cast<size_t>(end - entry->to)};
}

std::u32string_view one(char32_t (&buffer)[3], utf8proc_int32_t c) {
    buffer[0] = static_cast<char32_t>(c);
    return {buffer, 1};
}

// Case_Ignorable: marks, format characters, modifiers, and the punctuation that stands inside words.
bool is_case_ignorable(char32_t c) {
    switch (category(c)) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_SK:
            return true;
        default:
            break;
    }
    constexpr char32_t kInsideWords[] = {0x27,   0x2E,   0x3A,   0xB7,   0x387,  0x55F,
                                         0x5F4,  0x2018, 0x2019, 0x2024, 0x2027, 0xFE13,
                                         0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
    return std::binary_search(std::begin(kInsideWords), std::end(kInsideWords), c);
}

} // namespace

bool is_space(char32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
    return c == 0x85 || category(c) == UTF8PROC_CATEGORY_ZS || c == 0x2028 || c == 0x2029;
}

bool is_alpha(char32_t c) {
    const auto group = category(c);
    return group >= UTF8PROC_CATEGORY_LU && group <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(char32_t c) {
    return category(c) == UTF8PROC_CATEGORY_ND;
}

bool is_digit(char32_t c) {
    return is_decimal(c) || contains(kOtherDigits, c);
}

bool is_numeric(char32_t c) {
    const auto group = category(c);
    return (group >= UTF8PROC_CATEGORY_ND && group <= UTF8PROC_CATEGORY_NO) || contains(kOtherNumerics, c);
}

bool is_alnum(char32_t c) {
    return is_alpha(c) || is_numeric(c);
}

bool is_lower(char32_t c) {
    return category(c) == UTF8PROC_CATEGORY_LL || contains(kOtherLowercase, c);
}

bool is_upper(char32_t c) {
    return category(c) == UTF8PROC_CATEGORY_LU || contains(kOtherUppercase, c);
}

bool is_title(char32_t c) {
    return category(c) == UTF8PROC_CATEGORY_LT;
}

bool is_cased(char32_t c) {
    return is_lower(c) || is_upper(c) || is_title(c);
}

bool is_printable(char32_t c) {
    if (c < 0x7F) return c >= 0x20;
    switch (category(c)) {
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            return true;
    }
}

bool is_name_start(char32_t c) {
    return c == '_' || is_alpha(c) || category(c) == UTF8PROC_CATEGORY_NL;
}

bool is_name_part(char32_t c) {
    switch (category(c)) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_PC:
            return true;
        default:
            return is_name_start(c);
    }
}

bool ends_line(char32_t c) {
    return (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

int decimal_value(char32_t c) {
    if (c < 0x80) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
    const auto* next = std::upper_bound(std::begin(kZeros), std::end(kZeros), c);
    const char32_t value = c - *(next - 1);
    return value < 10 ? static_cast<int>(value) : -1;
}

std::u32string_view to_upper(char32_t c, char32_t (&buffer)[3]) {
    const auto expanded = expand(kUpperExpansions, c);
    return !expanded.empty() ? expanded : one(buffer, utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
}

std::u32string_view to_title(char32_t c, char32_t (&buffer)[3]) {
    const auto expanded = expand(kTitleExpansions, c);
    return !expanded.empty() ? expanded : one(buffer, utf8proc_totitle(static_cast<utf8proc_int32_t>(c)));
}

std::u32string_view to_lower(char32_t c, char32_t (&buffer)[3], bool final_sigma) {
    if (c == 0x130) return U"i\u0307";
    if (c == 0x3A3 && final_sigma) return U"\u03C2";
    return one(buffer, utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

bool sigma_ends_word(std::string_view bytes, size_t position) {
    size_t before = position;
    bool after_cased = false;
    while (before > 0) {
        do
            --before;
        while (before > 0 && (static_cast<unsigned char>(bytes[before]) & 0xC0u) == 0x80);
        const char32_t c = utf8_step(bytes, before).code_point;
        if (is_case_ignorable(c)) continue;
        after_cased = is_cased(c);
        break;
    }
    if (!after_cased) return false;
    for (size_t next = position + 2; next < bytes.size();) {
        const Utf8Step step = utf8_step(bytes, next);
        if (!is_case_ignorable(step.code_point)) return !is_cased(step.code_point);
        next += step.length;
    }
    return true;
}

std::string fold_case(char32_t c) {
    utf8proc_int32_t folded[8];
    int boundary = 0;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded, std::size(folded),
                                               UTF8PROC_CASEFOLD, &boundary);
    std::string out;
    for (utf8proc_ssize_t i = 0; i < count; ++i)
        append_utf8(out, static_cast<char32_t>(folded[i]));
    return out;
}

} // namespace engine::text::jinja
