// Formats of blocks and runs, and the smallest change from one list of blocks to another.
#include "ui/chat/transcript/text_writer.h"

#include <QTextBlock>
#include <QTextDocument>

#include "ui/theme/fonts.h"

namespace ui::chat::transcript {
namespace {

using markdown::Block;
using markdown::BlockKind;
using markdown::Inline;
using markdown::Run;
using theme::TextRole;
using theme::Token;

constexpr double kParagraphGap = 10;
constexpr double kTightGap = 4;

double headingPoints(int level) {
    switch (level) {
        case 1:
            return 15;
        case 2:
            return 13.5;
        case 3:
            return 12;
        default:
            return 10.5;
    }
}

double gapBetween(const Block& block, const Block* previous) {
    if (previous == nullptr || block.continues) return 0;
    if (block.kind == BlockKind::Heading) return block.level <= 2 ? 20 : 16;
    if (block.kind == BlockKind::Rule || previous->kind == BlockKind::Rule) return 12;
    if (block.tight && previous->tight && previous->kind != BlockKind::Heading) return kTightGap;
    if (previous->kind == BlockKind::Heading) return 6;
    return kParagraphGap;
}

bool sameButText(const Block& a, const Block& b) {
    return a.kind == b.kind && a.level == b.level && a.containers == b.containers && a.marker == b.marker &&
           a.number == b.number && a.tight == b.tight && a.continues == b.continues;
}

// Whether the styles of `before` are those of the beginning of `after`.
bool runsBegin(const Inline& before, const Inline& after) {
    for (qsizetype i = 0; i < before.runs.size(); ++i) {
        if (i >= after.runs.size()) return false;
        const Run& a = before.runs[i];
        const Run& b = after.runs[i];
        if (a.styles != b.styles || (a.link < 0) != (b.link < 0)) return false;
        if (a.link >= 0 && before.links.at(a.link) != after.links.at(b.link)) return false;
        const bool last = i + 1 == before.runs.size();
        if (last ? b.length < a.length : b.length != a.length) return false;
    }
    return true;
}

} // namespace

QTextCharFormat TextWriter::baseFormat(const Block& block) const {
    QTextCharFormat format;
    const bool quoted = block.containers.find('q') != std::string::npos;
    format.setForeground(m_style.palette[m_style.quiet || quoted ? Token::Muted : Token::Text]);
    if (block.kind == BlockKind::Heading) {
        format.setFontPointSize(headingPoints(block.level) * m_style.zoom);
        format.setFontWeight(QFont::DemiBold);
    }
    return format;
}

QTextCharFormat TextWriter::runFormat(const Inline& text, const Run& run, const QTextCharFormat& base) const {
    QTextCharFormat format = base;
    if (run.styles & markdown::kBold) format.setFontWeight(QFont::DemiBold);
    if (run.styles & markdown::kItalic) format.setFontItalic(true);
    if (run.styles & markdown::kStrike) format.setFontStrikeOut(true);
    if (run.styles & (markdown::kCode | markdown::kMath)) {
        const QFont mono = theme::font(TextRole::Code, m_style.zoom);
        format.setFontFamilies(mono.families());
        // Mono letters look larger than text of the same size.
        const double text14 = theme::font(TextRole::Transcript, m_style.zoom).pointSizeF();
        const double scale = mono.pointSizeF() / text14;
        format.setFontPointSize((base.fontPointSize() > 0 ? base.fontPointSize() : text14) * scale);
    }
    if (run.styles & markdown::kCode) format.setBackground(m_style.palette[Token::Hover]);
    if (run.styles & markdown::kImage) format.setFontItalic(true);
    if (run.link >= 0) {
        format.setAnchor(true);
        format.setAnchorHref(text.links.at(run.link));
        format.setForeground(m_style.palette[Token::Accent]);
        format.setFontUnderline(true);
    }
    return format;
}

QTextBlockFormat TextWriter::blockFormat(const Block& block, const Block* previous) const {
    QTextBlockFormat format;
    format.setTopMargin(gapBetween(block, previous) * m_style.zoom);
    const bool rightToLeft = block.text.text.isRightToLeft();
    const double indent = indentOf(block.containers, m_style.zoom);
    if (rightToLeft)
        format.setRightMargin(indent);
    else
        format.setLeftMargin(indent);
    if (block.kind == BlockKind::Paragraph)
        format.setLineHeight(theme::lineHeight(TextRole::Transcript, m_style.zoom),
                             QTextBlockFormat::MinimumHeight);
    if (block.kind == BlockKind::Math) {
        format.setLeftMargin(indent + kListIndent * m_style.zoom);
        format.setLineHeight(theme::lineHeight(TextRole::Transcript, m_style.zoom),
                             QTextBlockFormat::MinimumHeight);
    }
    return format;
}

void TextWriter::insertInline(QTextCursor* cursor, const Inline& text, qsizetype from,
                              const QTextCharFormat& base) const {
    qsizetype at = 0;
    for (const Run& run : text.runs) {
        const qsizetype begin = qMax(at, from);
        const qsizetype end = at + run.length;
        if (end > begin) cursor->insertText(text.text.mid(begin, end - begin), runFormat(text, run, base));
        at = end;
    }
}

void TextWriter::writeBlock(QTextCursor* cursor, const Block& block, const Block* previous) const {
    cursor->setBlockFormat(blockFormat(block, previous));
    const QTextCharFormat base = baseFormat(block);
    cursor->setBlockCharFormat(base);
    if (block.kind == BlockKind::Math) {
        QString source = block.code;
        source.replace(QLatin1Char('\n'), QChar(QChar::LineSeparator));
        Inline math;
        math.text = source;
        math.runs = {{source.size(), markdown::kMath, -1}};
        insertInline(cursor, math, 0, base);
    } else {
        insertInline(cursor, block.text, 0, base);
    }
}

bool TextWriter::appendInPlace(QTextDocument* document, int number, const Block& before,
                               const Block& after) const {
    if (!sameButText(before, after) || before.kind == BlockKind::Math || before.kind == BlockKind::Rule)
        return false;
    if (!after.text.text.startsWith(before.text.text) || !runsBegin(before.text, after.text)) return false;
    // The direction of a paragraph decides on which side its margin is.
    if (before.text.text.isRightToLeft() != after.text.text.isRightToLeft()) return false;
    QTextCursor cursor(document->findBlockByNumber(number));
    cursor.movePosition(QTextCursor::EndOfBlock);
    insertInline(&cursor, after.text, before.text.text.size(), baseFormat(after));
    return true;
}

void TextWriter::update(QTextDocument* document, const QList<Block>& before,
                        const QList<Block>& after) const {
    int same = 0;
    while (same < before.size() && same < after.size() && before[same] == after[same])
        ++same;
    if (same == before.size() && same == after.size()) return;
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    if (same < before.size() && same < after.size() &&
        appendInPlace(document, same, before[same], after[same]))
        ++same;
    // From `same` on everything is written anew.
    if (same < before.size()) {
        cursor.setPosition(document->findBlockByNumber(same).position());
        cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        cursor.removeSelectedText();
        if (same >= after.size() && same > 0) cursor.deletePreviousChar(); // the empty paragraph that is left
    } else {
        cursor.movePosition(QTextCursor::End);
    }
    for (int i = same; i < after.size(); ++i) {
        const bool reuse = i == 0 || (i == same && same < before.size());
        if (!reuse) cursor.insertBlock();
        writeBlock(&cursor, after[i], i > 0 ? &after[i - 1] : nullptr);
    }
    cursor.endEditBlock();
}

} // namespace ui::chat::transcript
