// The wires between replies, the machine's profile and the planner: what earlier replies taught corrects the
// plans of other models, as long as the calibration is the one that they were compared with.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/application/application.h"
#include "app/bridge/engine_factory.h"
#include "app/bridge/local_engine.h"
#include "app/storage/migrations.h"
#include "app/usage/usage_store.h"
#include "tests/support/machine_files.h"

using namespace app;
using Work = usage::SpeedSample::Work;

namespace {

const QString kGuide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");

QByteArray laptop() {
    return tests::calibrated(tests::machineFile("laptop-16gb"));
}

// The real one on a laptop that is not here.
std::shared_ptr<const bridge::EngineFactory> engineOnALaptop() {
    bridge::EngineFactory factory = *bridge::localEngine();
    factory.refreshMemory = {};
    factory.machineProfile = [](const auto&) { return laptop().toStdString(); };
    return std::make_shared<const bridge::EngineFactory>(factory);
}

} // namespace

class LearningTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void repliesOfOneModelCorrectPlansOfOthers_data() {
        QTest::addColumn<qint64>("calibrated");
        QTest::addColumn<double>("correction");
        const qint64 now = hardware::readProfile(laptop())->calibration->when.toSecsSinceEpoch();
        QTest::newRow("this calibration") << now << 0.5;
        QTest::newRow("the one before") << now - 100 << 1.0;
    }
    void repliesOfOneModelCorrectPlansOfOthers() {
        QFETCH(qint64, calibrated);
        QFETCH(double, correction);
        const QTemporaryDir folder;
        remember(storage::Paths(folder.path()), calibrated);
        application::Setup setup;
        setup.engine = engineOnALaptop();
        setup.paths = storage::Paths(folder.path());
        setup.places = {};
        application::Application application(setup);
        QSignalSpy planned(&application.planner(), &bridge::Planner::planned);
        application.start(kGuide);
        QTRY_COMPARE_WITH_TIMEOUT(application.machine().state(), hardware::Machine::State::ready, 60'000);
        bridge::PlanQuery query;
        query.path = kGuide;
        // Reading what is stored may take a moment longer than looking at the machine.
        const auto isCorrected = [&] {
            const quint64 number = application.planner().plan(query);
            const auto answer = [&] {
                return std::find_if(planned.begin(), planned.end(),
                                    [&](const auto& s) { return s.at(0).toULongLong() == number; });
            };
            if (!QTest::qWaitFor([&] { return answer() != planned.end(); }, 60'000)) return false;
            const auto plan = qvariant_cast<bridge::ModelPlan>(answer()->at(1));
            return plan.speedMeasured && qFuzzyCompare(plan.generateCorrection, correction) &&
                   plan.promptCorrection == 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isCorrected(), 60'000);
        QCOMPARE(application.usage().correction(), (bridge::Speeds{1, correction}));
    }

    void choicesOfALoadAreKept() {
        const QTemporaryDir folder;
        application::Setup setup;
        setup.engine = engineOnALaptop();
        setup.paths = storage::Paths(folder.path());
        setup.places = {};
        bridge::LoadOptions options;
        options.contextSize = 4096;
        options.kvPrecision = bridge::PlanQuery::KvPrecision::q8_0;
        options.quantize = bridge::PlanQuery::Quantize::q4_K_M;
        options.threads = 3;
        { application::Application(setup).saveLoadOptions(kGuide, options); }
        const application::Application later(setup);
        QCOMPARE(later.loadOptions(kGuide), options);
        QCOMPARE(later.loadOptions(QStringLiteral("/other")).quantize,
                 bridge::PlanQuery::Quantize::automatic);
    }

 private:
    // Three replies of a model at half of what was predicted.
    static void remember(const storage::Paths& paths, qint64 calibrated) {
        QVERIFY(paths.create().ok());
        auto opened = storage::Connection::open(paths.databaseFile(), storage::Connection::Mode::readWrite);
        QVERIFY(opened.ok());
        QVERIFY(storage::migrate(*opened.value()).ok());
        const auto profile = hardware::readProfile(laptop());
        usage::SpeedSample sample;
        sample.file = QStringLiteral("%1-another").arg(usage::kTellingBytes);
        sample.load = {profile->calibration->isa, 4, QStringLiteral("f16"), {}};
        sample.work = Work::generate;
        sample.tokensPerSecond = 20;
        sample.predicted = 40;
        sample.calibrated = calibrated;
        for (int i = 0; i < 3; ++i)
            QVERIFY(usage::addSpeed(*opened.value(), hardware::fingerprint(*profile), sample).ok());
    }
};

QTEST_GUILESS_MAIN(LearningTest)
#include "learning_test.moc"
