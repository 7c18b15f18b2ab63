// The lines of a code block: coloured when they come into view, scrolled sideways by themselves.
#pragma once

#include <QPlainTextEdit>
#include <QSet>

#include "ui/chat/highlight/language.h"
#include "ui/chat/transcript/text_style.h"

namespace ui::chat::transcript {

class CodeView : public QPlainTextEdit {
    Q_OBJECT
 public:
    CodeView(const TextStyle& style, QWidget* parent);

    void setLanguage(const highlight::Language* language);
    // Shows `code`; what only grew is appended. `open`: the last line is not finished and not coloured yet.
    void setCode(const QString& code, bool open);
    void restyle(const TextStyle& style);
    void setWrapped(bool wrapped);
    bool isWrapped() const { return lineWrapMode() != QPlainTextEdit::NoWrap; }
    int lineCount() const { return blockCount(); }
    // Height of the first `lines` lines (all when negative) in a view of this width, with margins and, where
    // one is needed, the horizontal scroll bar.
    int heightFor(int width, int lines);
    void setCaret(bool present, bool lit);
    qreal lineSpacing() const { return m_lineHeight; }
    // For the tests: lines that have been coloured so far.
    int colouredLines() const { return static_cast<int>(m_coloured.size()); }

 protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    QMimeData* createMimeDataFromSelection() const override;

 private:
    void dress();
    void append(const QString& text);
    void measure(const QString& text);
    void colour(int first, int last);
    void recolour();
    void paintDiffTints(const QRect& clip);
    QTextCharFormat formatOf(highlight::TokenKind kind) const;
    qreal textHeight(int lines);
    QRect caretRect() const;

    TextStyle m_style;
    const highlight::Language* m_language = nullptr;
    QString m_code;
    bool m_open = false;
    qreal m_lineHeight = 19;
    int m_columns = 0;     // of the longest line
    int m_lastColumns = 0; // of the last line so far
    bool m_tall = false;   // some line may be higher than the mono font's: emoji, other scripts
    QSet<int> m_continued; // lines that go on an over-long one
    QList<int> m_states;   // lexer state behind line n
    QSet<int> m_coloured;
    bool m_caret = false;
    bool m_caretLit = false;
};

} // namespace ui::chat::transcript
