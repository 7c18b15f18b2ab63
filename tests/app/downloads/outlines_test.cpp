// Every shape of the catalogue is one that the engine can plan.
#include <QSignalSpy>
#include <QTest>

#include "app/bridge/local_engine.h"
#include "app/downloads/recommendation.h"

using namespace app;
using namespace app::downloads;

class OutlinesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void allArePlanned() {
        bridge::Planner planner(bridge::localEngine());
        QHash<quint64, CatalogueEntry> asked;
        QHash<QString, bridge::ModelPlan> plans;
        QStringList failures;
        connect(&planner, &bridge::Planner::planned, this,
                [&](quint64 number, const bridge::ModelPlan& plan) {
                    plans.insert(asked.value(number).name, plan);
                });
        connect(&planner, &bridge::Planner::failed, this,
                [&](quint64 number, const bridge::UserMessage& why) {
                    failures.append(asked.value(number).name + QStringLiteral(": ") + why.text);
                });
        for (const CatalogueEntry& entry : catalogue()) {
            if (!entry.outline) continue;
            QVERIFY2(planner.knows(entry.family), qPrintable(entry.family));
            bridge::PlanQuery query;
            query.outline = entry.outline;
            asked.insert(planner.plan(query), entry);
        }
        QVERIFY(asked.size() > 10);
        QVERIFY(!planner.knows(QStringLiteral("abacus")));
        QTRY_COMPARE_WITH_TIMEOUT(plans.size() + failures.size(), asked.size(), 60'000);
        QVERIFY2(failures.isEmpty(), qPrintable(failures.join(QLatin1Char('\n'))));
        for (const CatalogueEntry& entry : std::as_const(asked)) {
            // Q4_K_M has 4.8 to 5.4 bits per weight: the more, the larger the share of the head.
            const double bits = 8.0 * double(weightBytes(plans[entry.name])) / double(entry.parameters);
            QVERIFY2(bits > 4.6 && bits < 6, qPrintable(QStringLiteral("%1: %2").arg(entry.name).arg(bits)));
        }
    }
};

QTEST_GUILESS_MAIN(OutlinesTest)
#include "outlines_test.moc"
