// Usage with the real engine and the built-in model: replies are measured, kept, and shown by the next plans;
// the heat of its experts is saved while it runs and used for the same file alone.
#include "app/usage/usage.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_factory.h"
#include "app/bridge/engine_host.h"
#include "app/bridge/local_engine.h"
#include "app/storage/fingerprint.h"
#include "app/usage/usage_store.h"

using namespace app;
using namespace app::usage;
using bridge::ModelPlan;
using bridge::PlanQuery;

namespace {

const QString kGuide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");
const Basis kBasis{QStringLiteral("this machine"), 1'795'000'000, QStringLiteral("avx512")};
constexpr int kPatienceMs = 60'000; // of a machine that does other things besides

// Some 200 tokens to read.
bridge::TurnRequest longQuestion(int number) {
    QString text = QStringLiteral("Question %1. ").arg(number);
    for (int i = 0; i < 40; ++i)
        text += QStringLiteral("How do I load a model? ");
    bridge::TurnRequest request;
    request.messages.append({QStringLiteral("user"), text, {}});
    request.settings.sampling.greedy = true;
    request.settings.maxTokens = 40;
    return request;
}

// The real one, but a machine keeps the memory that it was said to have.
std::shared_ptr<const bridge::EngineFactory> frozenEngine() {
    bridge::EngineFactory factory = *bridge::localEngine();
    factory.refreshMemory = {};
    return std::make_shared<const bridge::EngineFactory>(factory);
}

struct Desk {
    explicit Desk(const QString& folder) : database(storage::Paths(folder)) {
        database.open();
        usage.setBasis(kBasis);
    }
    void load(const QString& path) {
        host.load(path);
        QTRY_COMPARE_WITH_TIMEOUT(host.state(), bridge::EngineHost::State::ready, kPatienceMs);
    }
    void reply(int number) {
        QSignalSpy finished(&runner, &bridge::ChatRunner::finished);
        runner.start(longQuestion(number));
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        outcome = qvariant_cast<bridge::TurnOutcome>(finished.at(0).at(0));
    }
    ModelPlan plan(const PlanQuery& query) {
        QSignalSpy planned(&planner, &bridge::Planner::planned);
        const quint64 number = planner.plan(query);
        const auto answer = [&] {
            return std::find_if(planned.begin(), planned.end(),
                                [&](const auto& s) { return s.at(0).toULongLong() == number; });
        };
        if (!QTest::qWaitFor([&] { return answer() != planned.end(); }, kPatienceMs)) return {};
        return qvariant_cast<ModelPlan>(answer()->at(1));
    }
    ModelPlan plan(const QString& path) {
        PlanQuery query;
        query.path = path;
        return plan(query);
    }
    template <typename T>
    T read(std::function<storage::Outcome<T>(storage::Connection&)> job) {
        std::optional<T> found;
        database.read<T>(
            std::move(job), &database, [&](const storage::Outcome<T>& answer) { found = answer.value(); },
            true);
        if (!QTest::qWaitFor([&] { return found.has_value(); }, kPatienceMs)) return {};
        return *found;
    }
    QList<SpeedSample> samples() {
        return read<QList<SpeedSample>>([](auto& c) { return readSpeeds(c, kBasis.machine); });
    }
    QHash<QString, ExpertHeat> heats() {
        return read<QHash<QString, ExpertHeat>>([](auto& c) { return readHeats(c); });
    }

    storage::Database database;
    std::shared_ptr<const bridge::EngineFactory> factory = frozenEngine();
    bridge::EngineHost host{factory, 0};
    bridge::ChatRunner runner{host};
    bridge::Planner planner{factory};
    Usage usage{database, host, runner, planner};
    bridge::TurnOutcome outcome;
};

} // namespace

class UsageTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void repliesAreMeasuredAndKept() {
        const QTemporaryDir folder;
        {
            Desk desk(folder.path());
            desk.load(kGuide);
            QTRY_VERIFY(desk.usage.loaded() != nullptr);
            QCOMPARE(desk.usage.loaded()->measured, bridge::Speeds());
            QVERIFY(desk.usage.loaded()->generateTokensPerSecond > 0);
            QSignalSpy learnt(&desk.usage, &Usage::learnt);
            desk.reply(1);
            QTRY_COMPARE_WITH_TIMEOUT(learnt.size(), 1, kPatienceMs);
            QCOMPARE(learnt.at(0).at(0).toString(), kGuide);
            const auto& metrics = desk.outcome.metrics;
            QVERIFY(metrics.promptTokens - metrics.cachedTokens >= 128 && metrics.generatedTokens >= 16);
            const QList<SpeedSample> samples = desk.samples();
            QCOMPARE(samples.size(), 2);
            for (const SpeedSample& sample : samples) {
                QCOMPARE(sample.file, storage::fingerprint(kGuide));
                QCOMPARE(sample.load, desk.host.model().load);
                QVERIFY(sample.load.threads > 0 && !sample.load.isa.isEmpty());
                // Of the usual work, not far from what it was: the model is small, the depth a few hundred.
                const bool prompt = sample.work == SpeedSample::Work::prompt;
                const double was = prompt ? metrics.promptTokensPerSecond : metrics.tokensPerSecond;
                QVERIFY(sample.tokensPerSecond > was / 2 && sample.tokensPerSecond < was * 2);
                QVERIFY(sample.predicted > 0);
            }
            QTRY_VERIFY(desk.usage.loaded()->measured.generate > 0);
            QCOMPARE(desk.plan(kGuide).measured, desk.usage.loaded()->measured);
        }
        Desk later(folder.path());
        QTRY_VERIFY(later.plan(kGuide).measured.generate > 0);
        PlanQuery other;
        other.path = kGuide;
        other.kvPrecision = PlanQuery::KvPrecision::q4_0;
        QCOMPARE(later.plan(other).measured, bridge::Speeds()); // another kind of load
    }

    void shortRepliesSayNothing() {
        const QTemporaryDir folder;
        Desk desk(folder.path());
        desk.load(kGuide);
        bridge::TurnRequest request;
        request.messages.append({QStringLiteral("user"), QStringLiteral("Hello"), {}});
        request.settings.maxTokens = 4;
        QSignalSpy finished(&desk.runner, &bridge::ChatRunner::finished);
        desk.runner.start(request);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
        QVERIFY(desk.samples().isEmpty());
    }

    void anotherMachineKnowsNothing() {
        const QTemporaryDir folder;
        {
            Desk desk(folder.path());
            desk.load(kGuide);
            QSignalSpy learnt(&desk.usage, &Usage::learnt);
            desk.reply(1);
            QTRY_COMPARE_WITH_TIMEOUT(learnt.size(), 1, kPatienceMs);
        }
        Desk desk(folder.path());
        desk.usage.setBasis({QStringLiteral("another"), 0, {}});
        QCOMPARE(
            desk.read<QList<SpeedSample>>([](auto& c) { return readSpeeds(c, QStringLiteral("another")); }),
            QList<SpeedSample>());
        QCOMPARE(desk.plan(kGuide).measured, bridge::Speeds());
    }

    // As after kill -9: another connection reads what was written while the program runs on.
    void heatIsSavedWhileTheModelIsLoaded() {
        const QTemporaryDir folder;
        Desk desk(folder.path());
        desk.load(kGuide);
        desk.reply(1);
        const QString file = storage::fingerprint(kGuide);
        QTRY_VERIFY_WITH_TIMEOUT(desk.heats().contains(file), kPatienceMs);
        const auto connection = storage::Connection::open(storage::Paths(folder.path()).databaseFile(),
                                                          storage::Connection::Mode::readOnly);
        QVERIFY(connection.ok());
        const auto outside = readHeats(*connection.value());
        QVERIFY(outside.ok());
        const auto shares = outside.value().value(file).shares();
        QList<int> experts;
        for (const bridge::ExpertLayer& layer : desk.host.experts())
            experts.append(static_cast<int>(layer.calls.size()));
        QCOMPARE(shares.size(), experts.size());
        for (qsizetype l = 0; l < shares.size(); ++l)
            QCOMPARE(shares[l].size(), experts[l]);
    }

    void heatGoesOnFromWhatWasSaved() {
        const QTemporaryDir folder;
        const QString file = storage::fingerprint(kGuide);
        ExpertHeat before;
        {
            Desk desk(folder.path());
            desk.load(kGuide);
            desk.reply(1);
            QTRY_VERIFY_WITH_TIMEOUT(desk.heats().contains(file), kPatienceMs);
            before = desk.heats().value(file);
        }
        Desk desk(folder.path());
        desk.load(kGuide);
        desk.reply(1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.heats().value(file) != before, kPatienceMs);
        ExpertHeat twice = before;
        twice.add(desk.host.experts(), desk.host.model().expertsUsed);
        const auto expected = twice.shares(), found = desk.heats().value(file).shares();
        QCOMPARE(found.size(), expected.size());
        for (qsizetype l = 0; l < found.size(); ++l)
            for (qsizetype e = 0; e < found[l].size(); ++e) // saved in more steps, rounded more often
                QVERIFY(std::abs(found[l][e] - expected[l][e]) < 1e-3F);
    }

    // Half of the weights stay on disk: which half is what heat decides, and what speed depends on.
    void plansFollowTheHeatOfTheSameFile() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("model.gguf"));
        QVERIFY(QFile::copy(kGuide, path));
        Desk desk(folder.path());
        PlanQuery query;
        query.path = path;
        query.contextSize = 512;
        query.guardrail = PlanQuery::Guardrail::off;
        const ModelPlan whole = desk.plan(query);
        qint64 needed = 0, experts = 0;
        for (const bridge::PlanDevice& device : whole.devices) {
            needed += device.weights + device.experts + device.kvCache + device.compute;
            experts += device.experts;
        }
        const qint64 memory = needed - experts / 2;
        desk.planner.setMachine(
            QJsonDocument(
                QJsonObject{
                    {QStringLiteral("memory"), QJsonObject{{QStringLiteral("bytes"), memory},
                                                           {QStringLiteral("available_bytes"), memory}}},
                    {QStringLiteral("cores"), QJsonArray{QJsonObject{{QStringLiteral("processors"),
                                                                      QJsonArray{QStringLiteral("0-1")}}}}}})
                .toJson());
        const ModelPlan cold = desk.plan(query);
        QCOMPARE(cold.verdict, ModelPlan::Verdict::fromDisk);

        desk.load(path);
        desk.reply(1);
        QTRY_VERIFY_WITH_TIMEOUT(desk.heats().contains(storage::fingerprint(path)), kPatienceMs);
        QTRY_VERIFY(desk.plan(query).generateTokensPerSecond > cold.generateTokensPerSecond);
        desk.host.eject();

        QFile file(path);
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() - 1000)); // in the last tensor
        QVERIFY(file.putChar('x'));
        file.close();
        QCOMPARE(desk.plan(query).generateTokensPerSecond, cold.generateTokensPerSecond);
    }
};

QTEST_GUILESS_MAIN(UsageTest)
#include "usage_test.moc"
