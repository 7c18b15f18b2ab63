// The cells of a table as one selectable document.
#pragma once

#include <QTextBrowser>

#include "ui/chat/markdown/block.h"
#include "ui/chat/transcript/text_style.h"

class QTextTable;

namespace ui::chat::transcript {

class TableGrid : public QTextBrowser {
    Q_OBJECT
 public:
    TableGrid(const TextStyle& style, QWidget* parent);

    // The first `rows` rows of the table; rows that stand are kept.
    void setTable(const markdown::Table& table, qsizetype rows);
    void restyle(const TextStyle& style);
    int heightFor(int width);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    QVariant loadResource(int type, const QUrl& name) override;
    QMimeData* createMimeDataFromSelection() const override;

 private:
    void rebuild(qsizetype rows);
    void writeCell(int row, int column);
    void measureCell(int row, int column);
    bool fitColumns(int available);
    void paintLines(QPainter* painter, const QRectF& clip) const;

    TextStyle m_style;
    markdown::Table m_table;
    qsizetype m_rows = 0; // shown
    QTextTable* m_grid = nullptr;
    QList<double> m_natural; // widths of the columns without any wrapping
    QList<double> m_least;   // of their longest word
    QList<double> m_fitted;
    int m_fittedFor = -1;
    int m_gridWidth = 0;
};

} // namespace ui::chat::transcript
