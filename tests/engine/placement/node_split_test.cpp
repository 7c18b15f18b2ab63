// row_boundaries: even parts, every row in exactly one.
#include "engine/placement/node_split.h"

#include <QTest>
#include <algorithm>

using engine::placement::kRowsTogether;
using engine::placement::row_boundaries;

class NodeSplitTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everyRowOnce() {
        for (int nodes = 1; nodes <= 8; ++nodes) {
            for (int64_t rows = 0; rows <= 1100; rows += rows < 70 ? 1 : 103) {
                const auto b = row_boundaries(rows, nodes);
                QCOMPARE(b.size(), static_cast<size_t>(nodes) + 1);
                QCOMPARE(b.front(), int64_t{0});
                QCOMPARE(b.back(), rows);
                int64_t least = rows, most = 0;
                for (size_t n = 0; n + 1 < b.size(); ++n) {
                    QVERIFY(b[n] <= b[n + 1]);
                    QVERIFY(b[n] % kRowsTogether == 0 || b[n] == rows);
                    least = std::min(least, b[n + 1] - b[n]);
                    most = std::max(most, b[n + 1] - b[n]);
                }
                QVERIFY(most - least <= kRowsTogether);
            }
        }
    }

    void shapesOfModels() {
        QCOMPARE(row_boundaries(768, 2), (std::vector<int64_t>{0, 384, 768}));
        QCOMPARE(row_boundaries(2048, 4), (std::vector<int64_t>{0, 512, 1024, 1536, 2048}));
        QCOMPARE(row_boundaries(40, 3), (std::vector<int64_t>{0, 0, 32, 40}));
    }
};

QTEST_APPLESS_MAIN(NodeSplitTest)
#include "node_split_test.moc"
