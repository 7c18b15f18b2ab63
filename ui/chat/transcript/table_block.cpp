// The table with its "show all" button.
#include "ui/chat/transcript/table_block.h"

#include "ui/chat/transcript/table_grid.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"

namespace ui::chat::transcript {
namespace {

constexpr int kShowAll = 36;
// A document table is laid out as a whole at each change; beyond this the rest can be copied with the
// message.
constexpr qsizetype kMostRows = 2000;

} // namespace

TableBlock::TableBlock(const TextStyle& style, QWidget* parent)
    : QWidget(parent),
      m_style(style),
      m_grid(new TableGrid(style, this)),
      m_showAll(new widgets::Button(QString(), this, theme::Variant::Flat, theme::Icon::Down)) {
    theme::setSmall(m_showAll);
    m_showAll->hide();
    connect(m_showAll, &QAbstractButton::clicked, this, [this] {
        m_expanded = true;
        show(Segment{SegmentKind::Table, {tableBlock()}});
        Q_EMIT heightChanged();
    });
}

void TableBlock::show(const Segment& segment) {
    m_table = segment.blocks.first().table;
    m_grid->setTable(m_table, m_expanded ? kMostRows : kFoldedRows);
    const int rows = static_cast<int>(m_table.rows.size()) - 1;
    m_grid->setAccessibleName(tr("Table, %n rows", nullptr, rows));
    m_showAll->setText(m_expanded ? tr("%n more rows: copy the message to have them", nullptr,
                                       qMax(0, rows + 1 - static_cast<int>(kMostRows)))
                                  : tr("Show all %n rows", nullptr, rows));
    m_showAll->setEnabled(!m_expanded);
}

markdown::Block TableBlock::tableBlock() const {
    markdown::Block block;
    block.kind = markdown::BlockKind::Table;
    block.table = m_table;
    return block;
}

void TableBlock::restyle(const TextStyle& style) {
    m_style = style;
    m_grid->restyle(style);
}

int TableBlock::heightFor(int width) {
    const bool folded = m_table.rows.size() > (m_expanded ? kMostRows : kFoldedRows);
    m_showAll->setVisible(folded);
    m_gridHeight = m_grid->heightFor(width);
    return m_gridHeight + (folded ? kShowAll : 0);
}

void TableBlock::resizeEvent(QResizeEvent*) {
    m_grid->setGeometry(0, 0, width(), m_gridHeight);
    const int all = m_showAll->sizeHint().width();
    m_showAll->setGeometry((width() - all) / 2, height() - kShowAll + 4, all, 28);
}

QTextDocument* TableBlock::document() {
    return m_grid->document();
}
void TableBlock::select(const QTextCursor& cursor) {
    m_grid->setTextCursor(cursor);
}
QRect TableBlock::cursorRectangle(const QTextCursor& cursor) {
    return m_grid->cursorRect(cursor);
}

void TableBlock::clearSelection() {
    QTextCursor cursor = m_grid->textCursor();
    if (!cursor.hasSelection()) return;
    cursor.clearSelection();
    m_grid->setTextCursor(cursor);
}

bool TableBlock::hasSelection() const {
    return m_grid->textCursor().hasSelection();
}

} // namespace ui::chat::transcript
