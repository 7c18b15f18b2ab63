// Planner: answers by number, drops what was overtaken, tells what cannot be read.
#include "app/bridge/planner.h"

#include <QSignalSpy>
#include <QTest>

#include "app/bridge/engine_factory.h"
#include "app/bridge/local_engine.h"

using app::bridge::ModelPlan;
using app::bridge::Planner;
using app::bridge::PlanQuery;
using app::bridge::UserMessage;

namespace {

const QString kGuide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");

PlanQuery guide(qint64 context = 0) {
    PlanQuery query;
    query.path = kGuide;
    query.contextSize = context;
    return query;
}

ModelPlan planOf(const QSignalSpy& spy, qsizetype at) {
    return qvariant_cast<ModelPlan>(spy.at(at).at(1));
}

} // namespace

class PlannerTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void theBuiltInModelFits() {
        Planner planner(app::bridge::localEngine());
        QSignalSpy planned(&planner, &Planner::planned);
        const quint64 number = planner.plan(guide());
        QTRY_COMPARE(planned.size(), 1);
        QCOMPARE(planned.at(0).at(0).toULongLong(), number);
        const ModelPlan plan = planOf(planned, 0);
        QVERIFY(plan.fits());
        QCOMPARE(plan.path, kGuide);
        QVERIFY(plan.sentence.endsWith(u'.'));
        QVERIFY(plan.generateTokensPerSecond > 0 && plan.promptTokensPerSecond > 0);
        for (const auto& d : plan.devices)
            QCOMPARE(d.weights + d.experts + d.kvCache + d.compute + d.adapter + d.otherPrograms + d.free,
                     d.total);
    }

    void whereTheExpertsWouldBeIsToldToWhoAsks() {
        Planner planner(app::bridge::localEngine());
        QSignalSpy planned(&planner, &Planner::planned);
        planner.plan(guide());
        PlanQuery query = guide();
        query.experts = true;
        planner.plan(query);
        QTRY_COMPARE(planned.size(), 2);
        QVERIFY(planOf(planned, 0).experts.isEmpty());
        const ModelPlan plan = planOf(planned, 1);
        QCOMPARE(plan.experts.size(), plan.expertLayers);
        qint64 bytes = 0, told = 0;
        for (const auto& device : plan.devices)
            bytes += device.experts;
        for (const auto& layer : plan.experts) {
            QVERIFY(!layer.tiers.isEmpty());
            QCOMPARE(layer.calls, QList<quint64>(layer.tiers.size(), 0)); // nothing was run yet
            QVERIFY(std::all_of(layer.tiers.begin(), layer.tiers.end(),
                                [](auto tier) { return tier == app::bridge::ExpertTier::memory; }));
            told += layer.expertBytes * layer.tiers.size();
        }
        QVERIFY(told > 0 && told <= bytes && bytes - told < 100'000); // as many bytes as there are experts
    }

    void aChannelAnswersItsNewestQuestion() {
        Planner planner(app::bridge::localEngine());
        QSignalSpy planned(&planner, &Planner::planned);
        quint64 last = 0;
        for (int i = 1; i <= 200; ++i)
            last = planner.plan(guide(256 * i), 7);
        const quint64 other = planner.plan(guide(512), 8);
        QTRY_VERIFY(std::any_of(planned.begin(), planned.end(),
                                [&](const auto& s) { return s.at(0).toULongLong() == last; }));
        QTRY_VERIFY(std::any_of(planned.begin(), planned.end(),
                                [&](const auto& s) { return s.at(0).toULongLong() == other; }));
        QVERIFY(planned.size() < 202);
    }

    void aFileThatIsNotThereIsTold() {
        Planner planner(app::bridge::localEngine());
        QSignalSpy failed(&planner, &Planner::failed);
        PlanQuery query;
        query.path = QStringLiteral("/nowhere/model.gguf");
        planner.plan(query);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!qvariant_cast<UserMessage>(failed.at(0).at(1)).title.isEmpty());
    }

    void anEngineThatCannotPlanSaysSo() {
        Planner planner(std::make_shared<const app::bridge::EngineFactory>());
        QSignalSpy failed(&planner, &Planner::failed);
        planner.plan(guide());
        QTRY_COMPARE(failed.size(), 1);
    }
};

QTEST_GUILESS_MAIN(PlannerTest)
#include "planner_test.moc"
