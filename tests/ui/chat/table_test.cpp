// The lines of a table stand around every cell, whatever part of it is painted.
#include <QPainter>
#include <QTest>
#include <QTextFrame>
#include <QTextTable>

#include "ui/chat/markdown/parse.h"
#include "ui/chat/transcript/table_grid.h"

using namespace ui::chat;
using ui::theme::Scheme;
using ui::theme::Token;

namespace {

// Rows of one line, and every third one of several.
markdown::Table table(int rows) {
    QByteArray text = "| left | middle | right |\n|---|:-:|--:|\n";
    for (int row = 1; row <= rows; ++row)
        text += "| row " + QByteArray::number(row) + " | " +
                (row % 3 == 0 ? QByteArray("many words that wrap ").repeated(12) : QByteArray("few")) +
                "| 1 |\n";
    const QList<markdown::Block> blocks = markdown::parse(text, markdown::Stage::Complete);
    return blocks.value(0).table;
}

QImage paint(QWidget& widget, const QRect& part, const QColor& ground) {
    QImage image(widget.size(), QImage::Format_RGB32);
    image.fill(ground);
    widget.render(&image, part.topLeft(), part, QWidget::DrawChildren);
    return image.copy(part);
}

} // namespace

class TableTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void lines_data() {
        QTest::addColumn<Scheme>("scheme");
        QTest::newRow("light") << Scheme::Light;
        QTest::newRow("dark") << Scheme::Dark;
    }

    void lines() {
        QFETCH(Scheme, scheme);
        const transcript::TextStyle style{ui::theme::Palette(scheme), 1.0, false};
        transcript::TableGrid grid(style, nullptr);
        constexpr int kRows = 30;
        // As it grows: half of it, then all.
        grid.setTable(table(kRows), kRows / 2);
        grid.resize(560, grid.heightFor(560));
        grid.setTable(table(kRows), kRows + 1);
        grid.resize(560, grid.heightFor(560));
        const QColor ground = style.palette[Token::Base];
        const QRgb ink = style.palette[Token::Border].rgb();
        const QImage whole = paint(grid, grid.rect(), ground);

        QList<int> across, down; // where lines cross a column of pixels near the left edge and a row of them
        for (int y = 0; y < whole.height(); ++y)
            if (whole.pixel(6, y) == ink) across << y;
        for (int x = 0; x < whole.width(); ++x)
            if (whole.pixel(x, whole.height() - 5) == ink) down << x;
        QCOMPARE(across.size(), kRows + 2);
        QCOMPARE(down.size(), 4);
        QCOMPARE(across.first(), 1);
        QCOMPARE(down.first(), 1);
        for (int y : across)
            for (int x = down.first(); x <= down.last(); ++x)
                QCOMPARE(whole.pixel(x, y), ink);
        for (int x : down)
            for (int y = across.first(); y <= across.last(); ++y)
                QCOMPARE(whole.pixel(x, y), ink);

        for (int top = 0; top < whole.height(); top += 37) {
            const QRect part(0, top, grid.width(), qMin(50, whole.height() - top));
            QVERIFY2(paint(grid, part, ground) == whole.copy(part), qPrintable(QString::number(top)));
        }
    }

    // Qt's own lines are slow: see TableGrid::rebuild().
    void qtDrawsNoEdges() {
        transcript::TableGrid grid({ui::theme::Palette(Scheme::Light), 1.0, false}, nullptr);
        grid.setTable(table(3), 4);
        const auto frames = grid.document()->rootFrame()->childFrames();
        QCOMPARE(frames.size(), 1);
        const QTextTableFormat format = frames.first()->frameFormat().toTableFormat();
        QVERIFY(!format.borderCollapse());
        QCOMPARE(format.border(), 0);
    }
};

QTEST_MAIN(TableTest)
#include "table_test.moc"
