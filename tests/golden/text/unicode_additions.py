# Writes engine/text/unicode_additions.cpp: the characters that Unicode 16 (Oniguruma in `tokenizers` 0.23.3) has and
# Unicode 14 (PCRE2 10.42) has not, by general category; and where Hugging Face's Punctuation and Digits differ from
# \p{P} and \p{N}. Run: python unicode_additions.py PATH_OF_PCRE2_LIBRARY > ../../../engine/text/unicode_additions.cpp
import ctypes
import sys

from tokenizers import Regex, pre_tokenizers

CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cf".split()
PROPERTIES = {"Alphabetic": "Alphabetic", "Uppercase": "Uppercase", "Lowercase": "Lowercase", "Emoji": "Emoji", "Math": "Math", "Dash": "Dash",
              "Emoji_Presentation": "Emoji_Presentation", "Extended_Pictographic": "Extended_Pictographic", "Ideographic": "Ideographic"}
PROPERTIES |= {script: "sc:" + script for script in (
    "Arabic Armenian Bengali Bopomofo Cherokee Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Kannada "
    "Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thai Tibetan").split()}
ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
library = ctypes.CDLL(sys.argv[1])
library.pcre2_compile_8.restype = library.pcre2_match_data_create_8.restype = ctypes.c_void_p


def pcre2(pattern):
    number, offset = ctypes.c_int(), ctypes.c_size_t()
    utf_ucp = 0x00080000 | 0x00020000
    code = library.pcre2_compile_8(pattern.encode(), ctypes.c_size_t(len(pattern)), utf_ucp, ctypes.byref(number),
                                   ctypes.byref(offset), None)
    data = ctypes.c_void_p(library.pcre2_match_data_create_8(1, None))
    found = set()
    for c in ALL:
        text = chr(c).encode()
        if library.pcre2_match_8(ctypes.c_void_p(code), text, ctypes.c_size_t(len(text)), ctypes.c_size_t(0), 0, data,
                                 None) >= 0:
            found.add(c)
    return found


def pieces(pre_tokenizer, separator):
    found = set()
    for base in range(0, len(ALL), 0x400):
        text = separator + separator.join(map(chr, ALL[base:base + 0x400])) + separator
        for piece, _ in pre_tokenizer.pre_tokenize_str(text):
            if piece != separator and len(piece) == 1:
                found.add(ord(piece))
    return found


def oniguruma(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    found = set()
    for base in range(0, len(ALL), 0x400):
        for piece, _ in split.pre_tokenize_str("".join(map(chr, ALL[base:base + 0x400]))):
            found.update(map(ord, piece))
    return found


def members(characters):
    runs = []
    for c in sorted(characters):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return "".join(f"\\x{{{a:X}}}" if a == b else f"\\x{{{a:X}}}-\\x{{{b:X}}}" for a, b in runs)


def literal(text, indent):
    lines = []
    while text:
        cut = len(text) if len(text) <= 84 else text.rfind("\\x", 0, 84)
        if cut < len(text) and text[cut - 1] == "-":
            cut = text.rfind("\\x", 0, cut)
        lines.append(f'{indent}R"({text[:cut]})"')
        text = text[cut:]
    return "\n".join(lines)


known = {category: pcre2(rf"\p{{{category}}}") for category in CATEGORIES}
print('''// Characters that are younger than PCRE2's Unicode tables. Written by tests/golden/text/unicode_additions.py;
// source: general categories of Unicode 14 and 16.
#include "engine/text/unicode_additions.h"

#include <array>

namespace engine::text {
namespace {

// clang-format off
struct Addition {
    std::string_view category, members; // a property's name in the second table
};
constexpr Addition kAdditions[] = {''')
for category in CATEGORIES:
    new = oniguruma(rf"\p{{{category}}}+") - known[category]
    if new:
        print(f'    {{"{category}",\n{literal(members(new), "     ")}}},')
print("};\n")
print("// By Oniguruma's name in lower case without underlines.")
print("constexpr Addition kProperties[] = {")
for name, ours in PROPERTIES.items():
    new = oniguruma(rf"\p{{{name}}}+") - pcre2(rf"\p{{{ours}}}")
    if new:
        print(f'    {{"{name.lower().replace("_", "")}",\n{literal(members(new), "     ")}}},')
print("};\n")
ascii_punctuation = {c for c in range(33, 127) if not chr(c).isalnum()}
punctuation = set().union(*(known[c] for c in CATEGORIES if c[0] == "P"))
newer = oniguruma(r"\p{P}+")
hf = pieces(pre_tokenizers.Punctuation("isolated"), "a")
print("// Hugging Face's Punctuation is ASCII punctuation and the category P of an older Unicode.")
print(f'constexpr std::string_view kNotPunctuation =\n{literal(members((punctuation | newer) - hf), "    ")};')
print(f'constexpr std::string_view kAlsoPunctuation =\n{literal(members(hf - punctuation), "    ")};')
numbers = set().union(*(oniguruma(rf"\p{{{c}}}+") for c in ("Nd", "Nl", "No")))
digits = members(pieces(pre_tokenizers.Digits(individual_digits=True), "a") - numbers)
print("// Hugging Face's Digits is the category N of a younger Unicode.")
print(f'constexpr std::string_view kAlsoDigits =\n{literal(digits, "    ")};')
print('''// clang-format on

} // namespace

std::string added_members(std::string_view category) {
    std::string members;
    for (const Addition& addition : kAdditions)
        if (addition.category.starts_with(category)) members += addition.members;
    return members;
}

std::string_view added_property_members(std::string_view name) {
    for (const Addition& addition : kProperties)
        if (addition.category == name) return addition.members;
    return {};
}

std::string punctuation_pattern() {
    return std::string("(?![") + std::string(kNotPunctuation) + R"(])[\\p{P})" + std::string(kAlsoPunctuation) +
           "]";
}

std::string digit_pattern() {
    return R"([\\p{N})" + added_members("N") + std::string(kAlsoDigits) + "]";
}

} // namespace engine::text''')
