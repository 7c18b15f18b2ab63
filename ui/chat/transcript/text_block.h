// Paragraphs, headings, lists, quotes and rules of a reply: text that can be selected, with links.
#pragma once

#include <QTextBrowser>

#include "ui/chat/transcript/block_face.h"

namespace ui::chat::transcript {

class TextBlock : public QTextBrowser, public BlockFace {
    Q_OBJECT
 public:
    TextBlock(const QString& name, const TextStyle& style, QWidget* parent);

    QWidget* widget() override { return this; }
    SegmentKind kind() const override { return SegmentKind::Text; }
    void show(const Segment& segment) override;
    void restyle(const TextStyle& style) override;
    int heightFor(int width) override;
    void setCaret(bool present, bool lit) override;
    QTextDocument* document() override { return QTextBrowser::document(); }
    void select(const QTextCursor& cursor) override { setTextCursor(cursor); }
    QRect cursorRectangle(const QTextCursor& cursor) override { return cursorRect(cursor); }
    void clearSelection() override;
    bool hasSelection() const override { return textCursor().hasSelection(); }

    // Text of the person: paragraphs are lines, nothing is markup.
    void showPlain(const QString& text);
    // Width that the text would like to have, up to `limit`.
    int naturalWidth(int limit);
    const QList<markdown::Block>& blocks() const { return m_blocks; }
    // A caret to select with from the keyboard, until the focus leaves.
    void enterCaretMode();

    using QTextBrowser::show;

 protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    QVariant loadResource(int type, const QUrl& name) override;
    QMimeData* createMimeDataFromSelection() const override;

 private:
    void setLinkFocus();
    void paintDecorations(QPainter* painter, const QRect& clip);
    void paintQuoteBars(QPainter* painter, const QRectF& rect, int number);
    void paintMarker(QPainter* painter, const QTextBlock& block, const QRectF& rect);
    QRect caretRect() const;

    TextStyle m_style;
    QList<markdown::Block> m_blocks;
    bool m_plain = false;
    bool m_caret = false;
    bool m_caretLit = false;
};

} // namespace ui::chat::transcript
