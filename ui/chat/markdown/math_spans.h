// Mathematics is taken out of the source before the Markdown parser sees it, and put back into the blocks.
//
// md4c's own `$` spans take "costs $5 and $6" for a formula and it does not know \( \) and \[ \], whose
// content its block rules would tear apart. A formula becomes one placeholder; where it turns out to stand
// inside code, the original text is put back, so a wrong guess loses nothing.
#pragma once

#include <QByteArray>
#include <QList>

#include "ui/chat/markdown/parse.h"

namespace ui::chat::markdown {

struct Extract {
    enum Kind { Literal, InlineMath, DisplayMath } kind = Literal;
    QByteArray source;  // as it was written, with its delimiters
    QByteArray content; // between them, without surrounding blanks
};

struct Protected {
    QByteArray text;
    QList<Extract> extracts;
};

// The placeholder of extract n is kPlaceholderBegin, n in decimal, kPlaceholderEnd. Where the source itself
// contains one of these private-use characters, it is extracted as Literal.
inline constexpr char kPlaceholderBegin[] = "\xF4\x8F\xBF\xBD"; // U+10FFFD
inline constexpr char kPlaceholderEnd[] = "\xF4\x8F\xBF\xBC";   // U+10FFFC
inline constexpr char kContinuationMark[] =
    "\xF4\x8F\xBF\xBB"; // U+10FFFB: starts a split-off piece of a paragraph;
                        // twice when the break was inside a line
inline constexpr qsizetype kMarkLength = 4;

// Also breaks over-long paragraphs: md4c's time grows with the square of a paragraph's length when it is full
// of links or brackets (1 MB of "http://a.b": 4.5 s), and so does a text layout's.
Protected protectMath(const QByteArray& utf8, Stage stage);
inline constexpr qsizetype kLongestParagraph = 16 * 1024;

} // namespace ui::chat::markdown
