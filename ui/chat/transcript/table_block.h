// A table: a grid with aligned columns that scrolls sideways when it is wider than the column of text.
#pragma once

#include <QWidget>

#include "ui/chat/transcript/block_face.h"

namespace ui::widgets {
class Button;
}

namespace ui::chat::transcript {

class TableGrid;

class TableBlock : public QWidget, public BlockFace {
    Q_OBJECT
 public:
    TableBlock(const TextStyle& style, QWidget* parent);

    QWidget* widget() override { return this; }
    SegmentKind kind() const override { return SegmentKind::Table; }
    void show(const Segment& segment) override;
    void restyle(const TextStyle& style) override;
    int heightFor(int width) override;
    void setCaret(bool, bool) override {}
    QTextDocument* document() override;
    void select(const QTextCursor& cursor) override;
    QRect cursorRectangle(const QTextCursor& cursor) override;
    void clearSelection() override;
    bool hasSelection() const override;

    using QWidget::show;

    static constexpr int kFoldedRows = 60;

 Q_SIGNALS:
    void heightChanged();

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    markdown::Block tableBlock() const;

    TextStyle m_style;
    TableGrid* m_grid;
    widgets::Button* m_showAll;
    markdown::Table m_table;
    bool m_expanded = false;
    int m_gridHeight = 0;
};

} // namespace ui::chat::transcript
