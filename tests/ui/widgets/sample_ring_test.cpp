// The last values of a measurement, and what of them is drawn.
#include "ui/widgets/sample_ring.h"

#include <QTest>
#include <limits>

#include "ui/widgets/line_chart.h"

using ui::widgets::LineChart;
using ui::widgets::SampleRing;

class SampleRingTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void theOldestIsForgotten() {
        SampleRing ring(3);
        QVERIFY(ring.range().isEmpty());
        QVERIFY(std::isnan(ring.last()));
        for (const double value : {1.0, 2.0, 3.0, 4.0})
            ring.append(value);
        QCOMPARE(ring.last(), 4.0);
        QCOMPARE(ring.at(2), 2.0);
        QVERIFY(std::isnan(ring.at(3)));
        QVERIFY(std::isnan(ring.at(-1)));
        QCOMPARE(ring.range().low, 2.0);
        QCOMPARE(ring.range().high, 4.0);
    }

    void peaksSurvive() {
        SampleRing ring(1000);
        for (int i = 0; i < 1000; ++i)
            ring.append(i == 500 ? 99.0 : i == 501 ? -5.0 : 1.0);
        for (const int width : {1, 7, 50, 999, 1000, 5000}) {
            const auto columns = ring.columns(width);
            QCOMPARE(columns.size(), qMin(width, 1000));
            double low = 1, high = 1;
            for (const auto& column : columns) {
                QVERIFY(!column.isEmpty());
                low = qMin(low, column.low);
                high = qMax(high, column.high);
            }
            QCOMPARE(low, -5.0);
            QCOMPARE(high, 99.0);
        }
    }

    void gapsStayGaps() {
        SampleRing ring(4);
        ring.append(1);
        ring.append(std::nan(""));
        ring.append(std::numeric_limits<double>::infinity());
        ring.append(2);
        const auto columns = ring.columns(4);
        QVERIFY(!columns[0].isEmpty() && columns[1].isEmpty() && columns[2].isEmpty() &&
                !columns[3].isEmpty());
        QVERIFY(ring.columns(0).size() == 1);
    }

    void theChartSaysItsValue() {
        LineChart chart(QStringLiteral("Processor"), 60);
        chart.resize(200, 44);
        const QImage before = chart.grab().toImage();
        chart.append(std::nan(""), QStringLiteral("not known"));
        QCOMPARE(chart.grab().toImage(), before);
        for (int i = 0; i < 100; ++i)
            chart.append(i, QStringLiteral("%1 %").arg(i));
        QCOMPARE(chart.accessibleDescription(), QStringLiteral("99 %"));
        QVERIFY(chart.grab().toImage() != before);
        chart.setTop(1e-30); // all values far above
        (void)chart.grab();
        chart.resize(1, 1);
        (void)chart.grab();
    }
};

QTEST_MAIN(SampleRingTest)
#include "sample_ring_test.moc"
