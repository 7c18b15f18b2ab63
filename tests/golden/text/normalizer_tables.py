# Writes engine/text/normalizer_tables.cpp: where Hugging Face's normalizers (`tokenizers` 0.23.3) and utf8proc know
# different editions of Unicode. Needs unicodedata2 (Unicode 18) to name the characters that an even younger utf8proc
# may learn. Run: python normalizer_tables.py PATH_OF_UTF8PROC_LIBRARY > ../../../engine/text/normalizer_tables.cpp
import ctypes
import sys

import unicodedata2
from tokenizers import normalizers

ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
utf8proc = ctypes.CDLL(sys.argv[1])


def each(normalizer):
    # A line feed keeps characters apart, whatever they are.
    result = {}
    for base in range(0, len(ALL), 0x400):
        block = [c for c in ALL[base:base + 0x400] if c != 10]
        result.update(zip(block, normalizer.normalize_str("\n".join(map(chr, block))).split("\n")))
    return result


def reordered():
    # U+0345 has the highest combining class, 240: whatever has a lower one moves in front of it.
    nfd, found = normalizers.NFD(), set()
    for base in range(0, len(ALL), 0x400):
        block = [c for c in ALL[base:base + 0x400] if c not in (10, 0x345)]
        lines = nfd.normalize_str("\n".join("a\u0345" + chr(c) for c in block)).split("\n")
        found.update(c for c, line in zip(block, lines) if line[1] != "\u0345")
    return found


def runs(characters):
    result = []
    for c in sorted(characters):
        if result and result[-1][1] == c - 1:
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def table(name, entries):
    cells, lines = [", ".join(f"0x{n:X}" if n >= 0 else str(n) for n in entry) for entry in entries], []
    for cell in cells:
        if not lines or len(lines[-1]) + len(cell) + 4 > 104:
            lines.append("   ")
        lines[-1] += " {" + cell + "},"
    return f"constexpr {name}[] = {{\n" + "\n".join(lines) + "\n};"


nfkd, moved = each(normalizers.NFKD()), reordered()
younger = set()
for c in ALL:
    if c == 10:
        continue
    text = chr(c)
    changes = unicodedata2.normalize("NFKD", text) != text
    combines = 0 < unicodedata2.combining(text) < 240
    if changes and nfkd[c] == text or combines and c not in moved:
        younger.add(c)
    elif unicodedata2.normalize("NFKD", text) != nfkd[c]:
        print("differs otherwise:", hex(c), file=sys.stderr)
# What begins a younger composition must not compose either.
for c in sorted(younger):
    parts = unicodedata2.decomposition(chr(c)).split()
    if len(parts) == 2 and "<" not in parts[0]:
        first = int(parts[0], 16)
        younger.add(first)
marks = {c for c, text in each(normalizers.StripAccents()).items() if not text}
lower = {}
for c, text in each(normalizers.Lowercase()).items():
    if len(text) == 1 and ord(text) != utf8proc.utf8proc_tolower(c):
        lower[c] = ord(text) - c
    elif len(text) != 1:
        print("lower case of several characters:", hex(c), file=sys.stderr)
steps = []
for c in sorted(lower):
    if steps and steps[-1][1] == c - 1 and steps[-1][2] == lower[c]:
        steps[-1][1] = c
    else:
        steps.append([c, c, lower[c]])

print(f'''// Where Hugging Face's normalizers know another edition of Unicode than utf8proc. Written by
// tests/golden/text/normalizer_tables.py; source: `tokenizers` 0.23.3, Unicode {unicodedata2.unidata_version}.
#include "engine/text/normalizer_tables.h"

#include <algorithm>
#include <iterator>

namespace engine::text {{
namespace {{

struct Range {{
    char32_t first, last;
}};
struct Shift {{
    char32_t first, last;
    int32_t by;
}};

// clang-format off
{table("Range kYounger", runs(younger))}
{table("Range kAccents", runs(marks))}
{table("Shift kLower", steps)}
// clang-format on

template <typename Entry, size_t n>
const Entry* find(const Entry (&table)[n], char32_t c) {{
    const auto* entry = std::partition_point(std::begin(table), std::end(table),
                                             [c](const Entry& each) {{ return each.last < c; }});
    return entry != std::end(table) && entry->first <= c ? entry : nullptr;
}}

}} // namespace

bool has_no_normal_form(char32_t c) {{
    return c >= kYounger[0].first && find(kYounger, c) != nullptr;
}}

bool is_accent(char32_t c) {{
    return c >= kAccents[0].first && find(kAccents, c) != nullptr;
}}

char32_t younger_lowercase(char32_t c) {{
    const Shift* shift = find(kLower, c);
    return shift == nullptr ? 0 : static_cast<char32_t>(static_cast<int32_t>(c) + shift->by);
}}

}} // namespace engine::text''')
