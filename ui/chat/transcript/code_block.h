// A code block: language, wrap, copy and save above the lines; long ones are cut until asked for.
#pragma once

#include "ui/chat/transcript/block_face.h"

namespace ui::widgets {
class Button;
class IconButton;
} // namespace ui::widgets

namespace ui::chat::transcript {

class CodeView;

class CodeBlock : public QWidget, public BlockFace {
    Q_OBJECT
 public:
    CodeBlock(const TextStyle& style, QWidget* parent);

    QWidget* widget() override { return this; }
    SegmentKind kind() const override { return SegmentKind::Code; }
    void show(const Segment& segment) override;
    void restyle(const TextStyle& style) override;
    int heightFor(int width) override;
    void setCaret(bool present, bool lit) override;
    QTextDocument* document() override;
    void select(const QTextCursor& cursor) override;
    QRect cursorRectangle(const QTextCursor& cursor) override;
    void clearSelection() override;
    bool hasSelection() const override;

    const QString& code() const { return m_code; }
    bool isExpanded() const { return m_expanded; }
    void setExpanded(bool expanded);
    CodeView* view() { return m_view; }

    using QWidget::show;

    static constexpr int kFoldedLines = 40;

 Q_SIGNALS:
    // The height changes for another reason than its text.
    void heightChanged();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    void copy();
    void save();
    void place();
    int headerHeight() const;
    bool isFolded() const;

    TextStyle m_style;
    QString m_code;
    QString m_language;
    QString m_suffix;
    CodeView* m_view;
    widgets::IconButton* m_wrap;
    widgets::IconButton* m_save;
    widgets::Button* m_copy;
    widgets::Button* m_showAll;
    bool m_expanded = false;
};

} // namespace ui::chat::transcript
