// Heat: adds up, fades, and reads back; damaged bytes are nothing.
#include "app/usage/expert_heat.h"

#include <QTest>
#include <numeric>

using namespace app::usage;
using app::bridge::ExpertLayer;

namespace {

// Two layers with experts after a dense one.
QList<ExpertLayer> calls(const QList<quint64>& first, const QList<quint64>& second) {
    return {{1, 1000, {}, first}, {2, 1000, {}, second}};
}

} // namespace

class ExpertHeatTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void sharesAddUpToOne() {
        ExpertHeat heat;
        QVERIFY(heat.isEmpty());
        heat.add(calls({30, 10, 0, 0}, {0, 0, 0, 40}), 2);
        const auto shares = heat.shares();
        QCOMPARE(shares.size(), 3);
        QVERIFY(shares[0].isEmpty());
        for (const auto& layer : {shares[1], shares[2]})
            QVERIFY(std::abs(std::accumulate(layer.begin(), layer.end(), 0.0F) - 1) < 1e-5F);
        QVERIFY(shares[1][0] > shares[1][1] && shares[1][1] > shares[1][2]);
        QVERIFY(shares[1][2] > 0); // not seen yet is not never
    }

    void whatIsLongAgoFades() {
        ExpertHeat heat;
        const auto halfLife = static_cast<quint64>(ExpertHeat::kHalfLife);
        heat.add(calls({halfLife, 0}, {halfLife, 0}), 1);
        heat.add(calls({0, halfLife}, {halfLife, 0}), 1);
        const auto shares = heat.shares();
        QVERIFY(std::abs(shares[1][1] / shares[1][0] - 2) < 0.01F);
        QVERIFY(shares[2][0] > 0.99F);
    }

    void readsBack() {
        ExpertHeat heat;
        heat.add(calls({7, 0, 123'456}, {1, 2, 3}), 1);
        const auto back = ExpertHeat::fromBytes(heat.toBytes());
        QVERIFY(back.has_value());
        QCOMPARE(*back, heat);
        QVERIFY(ExpertHeat::fromBytes(ExpertHeat().toBytes())->isEmpty());
    }

    void damagedBytesAreNothing() {
        ExpertHeat heat;
        heat.add(calls({7, 0, 123}, {1, 2, 3}), 1);
        const QByteArray whole = heat.toBytes();
        for (qsizetype size = 0; size < whole.size(); ++size)
            QVERIFY(!ExpertHeat::fromBytes(whole.first(size)));
        QVERIFY(!ExpertHeat::fromBytes(whole + 'x'));
        for (const qsizetype at : {0, 4, 8}) { // form, layers, experts
            QByteArray damaged = whole;
            damaged[at] = '\xff';
            QVERIFY(!ExpertHeat::fromBytes(damaged));
        }
        QByteArray notANumber = whole;
        for (qsizetype i = whole.size() - 4; i < whole.size(); ++i)
            notANumber[i] = '\xff';
        QVERIFY(!ExpertHeat::fromBytes(notANumber));
    }
};

QTEST_APPLESS_MAIN(ExpertHeatTest)
#include "expert_heat_test.moc"
