// Blocks of text as a QTextDocument: paragraph n of the document is block n of the list.
#pragma once

#include <QTextCursor>

#include "ui/chat/markdown/block.h"
#include "ui/chat/transcript/text_style.h"

namespace ui::chat::transcript {

class TextWriter {
 public:
    explicit TextWriter(const TextStyle& style) : m_style(style) {}

    // Changes the document from `before` to `after` (both block lists), touching only what differs. What
    // already stood there keeps its positions, so selections in it survive.
    void update(QTextDocument* document, const QList<markdown::Block>& before,
                const QList<markdown::Block>& after) const;
    // Inline text with its formats at the cursor; `base` is what unstyled text looks like.
    void insertInline(QTextCursor* cursor, const markdown::Inline& text, qsizetype from,
                      const QTextCharFormat& base) const;
    QTextCharFormat baseFormat(const markdown::Block& block) const;

 private:
    QTextBlockFormat blockFormat(const markdown::Block& block, const markdown::Block* previous) const;
    void writeBlock(QTextCursor* cursor, const markdown::Block& block, const markdown::Block* previous) const;
    bool appendInPlace(QTextDocument* document, int number, const markdown::Block& before,
                       const markdown::Block& after) const;
    QTextCharFormat runFormat(const markdown::Inline& text, const markdown::Run& run,
                              const QTextCharFormat& base) const;

    TextStyle m_style;
};

} // namespace ui::chat::transcript
