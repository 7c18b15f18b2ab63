// Building a QTextTable, giving its columns widths, and its clipboard form.
#include "ui/chat/transcript/table_grid.h"

#include <QAbstractTextDocumentLayout>
#include <QDebug>
#include <QHelpEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextTable>
#include <QToolTip>
#include <cmath>
#include <numeric>

#include "ui/chat/transcript/text_writer.h"
#include "ui/theme/fonts.h"

namespace ui::chat::transcript {
namespace {

using markdown::Alignment;
using markdown::Inline;
using theme::Token;

constexpr double kPaddingX = 12;
constexpr double kPaddingY = 4;
constexpr int kLine = 1;  // around and between the cells
constexpr int kInset = 1; // left of the whole and above it
constexpr int kBelow = 2;
constexpr double kWidestColumn = 360; // before a column wraps although there is room to scroll
constexpr double kNarrowestColumn = 48;

Qt::Alignment alignmentOf(Alignment alignment) {
    switch (alignment) {
        case Alignment::Right:
            return Qt::AlignRight | Qt::AlignAbsolute;
        case Alignment::Center:
            return Qt::AlignHCenter;
        case Alignment::Left:
            return Qt::AlignLeft | Qt::AlignAbsolute;
        default:
            return Qt::AlignLeft;
    }
}

} // namespace

TableGrid::TableGrid(const TextStyle& style, QWidget* parent) : QTextBrowser(parent), m_style(style) {
    setAccessibleName(tr("Table"));
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setOpenLinks(false);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse |
                            Qt::LinksAccessibleByKeyboard);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    setLineWrapMode(QTextEdit::FixedPixelWidth);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
}

void TableGrid::setTable(const markdown::Table& table, qsizetype rows) {
    rows = qMin(rows, table.rows.size());
    const bool sameHead =
        m_grid != nullptr && m_table.columns == table.columns && m_rows > 0 && rows >= m_rows;
    const markdown::Table before = std::exchange(m_table, table);
    if (!sameHead) return rebuild(rows);
    QTextCursor(document()).beginEditBlock();
    // Rows that stood before change only at the end of a growing table.
    for (qsizetype row = 0; row < m_rows; ++row) {
        if (before.rows[row] == table.rows[row]) continue;
        for (int column = 0; column < table.columns.size(); ++column)
            if (before.rows[row][column] != table.rows[row][column]) writeCell(static_cast<int>(row), column);
    }
    if (rows > m_rows) {
        m_grid->appendRows(static_cast<int>(rows - m_rows));
        for (qsizetype row = m_rows; row < rows; ++row)
            for (int column = 0; column < table.columns.size(); ++column)
                writeCell(static_cast<int>(row), column);
    }
    QTextCursor(document()).endEditBlock();
    m_rows = rows;
    m_fittedFor = -1;
}

void TableGrid::rebuild(qsizetype rows) {
    document()->clear();
    document()->setDefaultFont(theme::font(theme::TextRole::Body, m_style.zoom));
    const int columns = static_cast<int>(m_table.columns.size());
    m_natural = QList<double>(columns, 0);
    m_least = QList<double>(columns, 0);
    m_fitted.clear();
    m_fittedFor = -1;
    m_rows = rows;
    m_grid = nullptr;
    if (columns == 0 || rows == 0) return;
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    QTextTableFormat format;
    // Room for the lines, which paintLines() paints: with Qt's collapsing borders the slowest hundredth of
    // the events while a reply with a table streams took 4.9 ms instead of 2.5.
    format.setBorder(0);
    format.setBorderCollapse(false);
    format.setCellPadding(0);
    format.setCellSpacing(kLine);
    format.setMargin(0);
    format.setLeftMargin(kInset);
    format.setTopMargin(kInset);
    format.setBottomMargin(kBelow);
    m_grid = cursor.insertTable(static_cast<int>(rows), columns, format);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            writeCell(row, column);
    cursor.endEditBlock();
}

void TableGrid::writeCell(int row, int column) {
    QTextTableCell cell = m_grid->cellAt(row, column);
    QTextTableCellFormat cellFormat;
    cellFormat.setLeftPadding(kPaddingX + kLine / 2.0);
    cellFormat.setRightPadding(kPaddingX - kLine / 2.0);
    cellFormat.setTopPadding(kPaddingY + kLine / 2.0);
    cellFormat.setBottomPadding(kPaddingY - kLine / 2.0);
    cellFormat.setVerticalAlignment(QTextCharFormat::AlignTop);
    if (row == 0) cellFormat.setBackground(m_style.palette[Token::Raised]);
    cell.setFormat(cellFormat);
    QTextCursor cursor = cell.firstCursorPosition();
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    QTextBlockFormat block;
    block.setAlignment(alignmentOf(m_table.columns[column]));
    block.setLineHeight(theme::lineHeight(theme::TextRole::Body, m_style.zoom),
                        QTextBlockFormat::MinimumHeight);
    cursor.setBlockFormat(block);
    QTextCharFormat base;
    base.setForeground(m_style.palette[m_style.quiet ? Token::Muted : Token::Text]);
    base.setFontPointSize(theme::font(theme::TextRole::Body, m_style.zoom).pointSizeF());
    if (row == 0) base.setFontWeight(QFont::DemiBold);
    TextWriter(m_style).insertInline(&cursor, m_table.rows[row][column], 0, base);
    measureCell(row, column);
}

void TableGrid::measureCell(int row, int column) {
    const Inline& text = m_table.rows[row][column];
    QFont font = theme::font(theme::TextRole::Body, m_style.zoom);
    bool bold = row == 0;
    for (const markdown::Run& run : text.runs)
        bold = bold || (run.styles & markdown::kBold);
    if (bold) font = theme::semibold(font);
    const QFontMetricsF metrics(font);
    // The beginning decides; a cell of a thousand letters wraps anyway.
    const QString shown = text.text.left(400);
    double natural = 0;
    for (const QString& line : shown.split(QChar(QChar::LineSeparator)))
        natural = qMax(natural, metrics.horizontalAdvance(line));
    double least = 0;
    for (const QString& word : shown.split(QLatin1Char(' ')))
        least = qMax(least, metrics.horizontalAdvance(word));
    const double padding = 2 * kPaddingX + 2;
    m_natural[column] = qMax(m_natural[column], std::ceil(natural + padding));
    m_least[column] = qMax(m_least[column], std::ceil(qMin(least, kWidestColumn) + padding));
}

// Room for every column's natural width: the rest is shared out. Too little: wide columns wrap, but no word
// is broken. Still too little: the table is wider than the view and scrolls.
bool TableGrid::fitColumns(int available) {
    // The lines between and around the columns come on top of their widths.
    const int lines = static_cast<int>(m_natural.size()) + 1;
    const int width = qMax(1, available - lines);
    const double cap = kWidestColumn * m_style.zoom;
    QList<double> widths;
    double total = 0;
    for (double natural : std::as_const(m_natural)) {
        widths << qMax(natural, kNarrowestColumn);
        total += widths.last();
    }
    if (total > width) {
        total = 0;
        for (double& column : widths) {
            column = qMin(column, cap);
            total += column;
        }
    }
    if (total > width) {
        // Shrink the columns above their least width, each by its share of what can be shrunk.
        double slack = 0;
        for (qsizetype i = 0; i < widths.size(); ++i)
            slack += qMax(0.0, widths[i] - m_least[i]);
        const double share = slack > 0 ? qMin(1.0, (total - width) / slack) : 0;
        for (qsizetype i = 0; i < widths.size(); ++i)
            widths[i] -= share * qMax(0.0, widths[i] - m_least[i]);
    } else {
        const double spare = (width - total) / static_cast<double>(widths.size());
        for (double& column : widths)
            column += spare;
    }
    for (double& column : widths)
        column = std::floor(column);
    const double sum = std::accumulate(widths.begin(), widths.end(), 0.0);
    if (sum <= width && sum > width - 4 * static_cast<double>(widths.size())) widths.last() += width - sum;
    if (widths == m_fitted) return false;
    m_fitted = widths;
    m_gridWidth = static_cast<int>(std::accumulate(widths.begin(), widths.end(), 0.0)) + lines;
    return true;
}

int TableGrid::heightFor(int width) {
    if (m_grid == nullptr) return 0;
    if (m_fittedFor != width && fitColumns(width)) {
        QList<QTextLength> lengths;
        for (double column : std::as_const(m_fitted)) // from line to line
            lengths << QTextLength(QTextLength::FixedLength, column - kLine);
        QTextTableFormat format = m_grid->format();
        format.setColumnWidthConstraints(lengths);
        format.setWidth(QTextLength(QTextLength::FixedLength,
                                    std::accumulate(m_fitted.begin(), m_fitted.end(), double{kLine})));
        m_grid->setFormat(format);
        setLineWrapColumnOrWidth(qMax(1, m_gridWidth));
        horizontalScrollBar()->setValue(0);
    }
    m_fittedFor = width;
    const bool scrolls = m_gridWidth > width;
    setHorizontalScrollBarPolicy(scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    setFocusPolicy(scrolls || !document()->isEmpty() ? Qt::StrongFocus : Qt::ClickFocus);
    return static_cast<int>(std::ceil(document()->size().height())) +
           (scrolls ? horizontalScrollBar()->sizeHint().height() : 0);
}

void TableGrid::restyle(const TextStyle& style) {
    if (m_style == style) return;
    m_style = style;
    rebuild(m_rows);
}

// Qt would ask for each edge of each cell what its neighbours wish, in copies of their formats.
void TableGrid::paintLines(QPainter* painter, const QRectF& clip) const {
    const QAbstractTextDocumentLayout* layout = document()->documentLayout();
    const QRectF table(kInset, kInset, std::accumulate(m_fitted.begin(), m_fitted.end(), double{kLine}),
                       document()->size().height() - kInset - kBelow);
    const QColor ink = m_style.palette[Token::Border];
    // Whole pixels of the screen, or some lines would come out thicker than others.
    const qreal ratio = devicePixelRatioF();
    const qreal thick = std::ceil(kLine * ratio) / ratio;
    const auto top = [&](int row) {
        return layout->blockBoundingRect(m_grid->cellAt(row, 0).firstCursorPosition().block()).top() -
               kPaddingY - kLine * 1.5;
    };
    // From the last row that begins above the clip on.
    int row = 0;
    for (int end = m_grid->rows(); end - row > 1;) {
        const int middle = row + (end - row) / 2;
        (top(middle) <= clip.top() ? row : end) = middle;
    }
    for (; row < m_grid->rows(); ++row) {
        const qreal y = top(row);
        if (y > clip.bottom()) break;
        painter->fillRect(QRectF(table.left(), y, table.width(), thick), ink);
    }
    painter->fillRect(QRectF(table.left(), table.bottom() - kLine, table.width(), thick), ink);
    qreal x = table.left();
    painter->fillRect(QRectF(x, table.top(), thick, table.height()), ink);
    for (double column : m_fitted) {
        x += column;
        painter->fillRect(QRectF(x, table.top(), thick, table.height()), ink);
    }
}

void TableGrid::paintEvent(QPaintEvent* event) {
    QTextBrowser::paintEvent(event);
    if (m_grid == nullptr) return;
    QPainter painter(viewport());
    const int shift = horizontalScrollBar()->value();
    painter.translate(-shift, 0);
    paintLines(&painter, event->rect().translated(shift, 0));
}

void TableGrid::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    const bool sideways =
        std::abs(delta.x()) > std::abs(delta.y()) || event->modifiers().testFlag(Qt::ShiftModifier);
    if (!sideways || horizontalScrollBar()->maximum() == 0) {
        event->ignore();
        return;
    }
    const int steps = delta.x() != 0 ? delta.x() : delta.y();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - steps / 2);
    event->accept();
}

void TableGrid::keyPressEvent(QKeyEvent* event) {
    const int key = event->key();
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + (key == Qt::Key_Right ? 40 : -40));
        return;
    }
    const bool copies = event->matches(QKeySequence::Copy) || event->matches(QKeySequence::SelectAll);
    const bool follows =
        key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab || key == Qt::Key_Backtab;
    if (copies || follows)
        QTextBrowser::keyPressEvent(event);
    else
        event->ignore();
}

bool TableGrid::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QTextBrowser::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), anchorAt(help->pos()).toHtmlEscaped(), viewport());
    return true;
}

QVariant TableGrid::loadResource(int, const QUrl&) {
    return {};
}

// Rows as lines, cells parted by tabs: what a spreadsheet takes.
QMimeData* TableGrid::createMimeDataFromSelection() const {
    const QTextCursor cursor = textCursor();
    auto* mime = new QMimeData;
    int row = 0;
    int rows = 0;
    int column = 0;
    int columns = 0;
    if (m_grid != nullptr) cursor.selectedTableCells(&row, &rows, &column, &columns);
    if (rows <= 0) {
        QString text = cursor.selectedText();
        text.replace(QChar(QChar::ParagraphSeparator), QLatin1Char('\n'));
        text.replace(QChar(QChar::LineSeparator), QLatin1Char('\n'));
        mime->setText(text);
        return mime;
    }
    QStringList lines;
    for (int r = row; r < row + rows; ++r) {
        QStringList cells;
        for (int c = column; c < column + columns; ++c)
            cells << QString(m_table.rows[r][c].text).replace(QChar(QChar::LineSeparator), QLatin1Char(' '));
        lines << cells.join(QLatin1Char('\t'));
    }
    mime->setText(lines.join(QLatin1Char('\n')));
    return mime;
}

} // namespace ui::chat::transcript
