// tandem-cli plan of files on this computer: what the window's database knows of it, and quantising at load.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "app/hardware/profile.h"
#include "app/storage/fingerprint.h"
#include "app/storage/migrations.h"
#include "app/storage/paths.h"
#include "app/usage/usage_store.h"
#include "tests/support/machine_files.h"

using namespace app;
using Work = usage::SpeedSample::Work;

namespace {

const QString kGuide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");

struct Outcome {
    int code = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

} // namespace

class PlanTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_data.emplace();
        if (QFile::exists(m_floats)) return;
        QCOMPARE(run({QStringLiteral("synth"), m_floats, QStringLiteral("--shape"), QStringLiteral("tiny"),
                      QStringLiteral("--type"), QStringLiteral("F16")})
                     .code,
                 0);
    }

    void withoutADatabaseNothingIsKnown() {
        const QJsonObject plan = run({QStringLiteral("plan"), kGuide, QStringLiteral("--json")}).json();
        QVERIFY(plan.value(QLatin1String("fits")).toBool());
        QVERIFY(!plan.value(QLatin1String("heat_known")).toBool(true));
        QVERIFY(!plan.contains(QLatin1String("measured_here")));
        QVERIFY(!plan.value(QLatin1String("predicted")).toObject().contains(QLatin1String("corrected_by")));
    }

    void whatWasMeasuredIsShownAndCorrects() {
        const QJsonObject before = run({QStringLiteral("plan"), kGuide, QStringLiteral("--json")}).json();
        remember(before.value(QLatin1String("threads")).toInt(),
                 before.value(QLatin1String("kv")).toString());
        const QJsonObject plan = run({QStringLiteral("plan"), kGuide, QStringLiteral("--json")}).json();
        const QJsonObject predicted = plan.value(QLatin1String("predicted")).toObject();
        QVERIFY(predicted.value(QLatin1String("measured")).toBool());
        const QJsonObject by = predicted.value(QLatin1String("corrected_by")).toObject();
        QCOMPARE(by.value(QLatin1String("generate")).toDouble(), 0.5);
        QCOMPARE(by.value(QLatin1String("prompt")).toDouble(), 1.0);
        const QJsonObject here = plan.value(QLatin1String("measured_here")).toObject();
        QCOMPARE(here.value(QLatin1String("generate_tokens_per_s")).toDouble(), 40.0);
        QVERIFY(!here.contains(QLatin1String("prompt_tokens_per_s")));
        QVERIFY(plan.value(QLatin1String("heat_known")).toBool());
        const Outcome table = run({QStringLiteral("plan"), kGuide});
        QVERIFY2(table.out.contains("generation 40.0 tokens/s (measured here)"), table.out.constData());
        // For another computer none of it counts.
        const QJsonObject other =
            run({QStringLiteral("plan"), kGuide, QStringLiteral("--json"), QStringLiteral("--machine"),
                 QStringLiteral(TANDEM_SOURCE_DIR "/resources/machines/laptop-16gb.json")})
                .json();
        QVERIFY(!other.contains(QLatin1String("measured_here")));
    }

    void weightsAreQuantisedWhereThatIsAskedFor() {
        const auto plan = [this](const QStringList& more) {
            return run(QStringList{QStringLiteral("plan"), m_floats, QStringLiteral("--json")} + more).json();
        };
        const QString type = QStringLiteral("--quantize");
        const QJsonObject chosen = plan({});
        QCOMPARE(chosen.value(QLatin1String("quantize")).toString(), QStringLiteral("none"));
        const QJsonObject asItIs = plan({type, QStringLiteral("none")});
        QCOMPARE(asItIs.value(QLatin1String("quantize")).toString(), QStringLiteral("none"));
        QCOMPARE(weights(asItIs), weights(chosen));
        const QJsonObject fewer = plan({type, QStringLiteral("q8_0")});
        QCOMPARE(fewer.value(QLatin1String("quantize")).toString(), QStringLiteral("Q8_0"));
        QVERIFY(weights(fewer) < weights(chosen));
        QVERIFY(weights(plan({type, QStringLiteral("Q2_K")})) < weights(fewer));
        const Outcome unknown = run({QStringLiteral("plan"), m_floats, type, QStringLiteral("Q9_K")});
        QVERIFY(unknown.code != 0);
        QVERIFY(unknown.err.contains("Q4_K_M"));
        const Outcome table = run({QStringLiteral("plan"), m_floats, type, QStringLiteral("Q8_0")});
        QVERIFY2(table.out.contains("Its weights are made Q8_0 while loading."), table.out.constData());
    }

    void aRunSaysWhatItMade() {
        const QStringList words{QStringLiteral("run"),   m_floats,
                                QStringLiteral("--raw"), QStringLiteral("-p"),
                                QStringLiteral("Once"),  QStringLiteral("-n"),
                                QStringLiteral("2"),     QStringLiteral("--json")};
        QVERIFY(!run(words).json().contains(QLatin1String("quantize")));
        const Outcome made = run(words + QStringList{QStringLiteral("--quantize"), QStringLiteral("Q8_0")});
        QCOMPARE(made.json().value(QLatin1String("quantize")).toString(), QStringLiteral("Q8_0"));
        const Outcome none = run(words + QStringList{QStringLiteral("--quantize"), QStringLiteral("none")});
        QCOMPARE(none.code, 0);
        QVERIFY(!none.json().contains(QLatin1String("quantize")));
    }

    // As the window does. Without a database asking a question makes none.
    void repliesTeach() {
        const QStringList words =
            QStringList{QStringLiteral("run"), kGuide, QStringLiteral("-p"),
                        QStringLiteral("Tandem runs large language models on your computer. ").repeated(20)} +
            QStringLiteral("--raw --json -n 32 --logit-bias 2=-1000")
                .split(QLatin1Char(' ')); // never its end
        const QJsonObject alone = run(words).json();
        QCOMPARE(alone.value(QLatin1String("generated_tokens")).toInt(), 32);
        QVERIFY(!QFile::exists(storage::Paths(m_data->path()).databaseFile()));
        remember(1, QStringLiteral("f32")); // of another load
        QVERIFY(run(words + QStringList{QStringLiteral("--load-anyway")}).code == 0);
        const auto here = [this] {
            return run({QStringLiteral("plan"), kGuide, QStringLiteral("--json")})
                .json()
                .value(QLatin1String("measured_here"))
                .toObject();
        };
        QVERIFY(here().isEmpty());
        const QJsonObject reply = run(words).json();
        const QJsonObject known = here();
        // Brought to the usual work, so near to what it was and not the same.
        for (const char* speed : {"prompt_tokens_per_s", "generate_tokens_per_s"}) {
            const double was = reply.value(QLatin1String(speed)).toDouble();
            const double is = known.value(QLatin1String(speed)).toDouble();
            QVERIFY2(is > was / 3 && is < was * 3, speed);
        }
        const qint64 before = samples();
        QCOMPARE(run({QStringLiteral("chat"), kGuide, QStringLiteral("--greedy")}, "What is Tandem?\n").code,
                 0);
        QVERIFY(samples() > before);
    }

 private:
    // A calibration of this computer, replies at half of what it predicts, and some heat.
    void remember(int threads, const QString& kv) {
        const storage::Paths paths(m_data->path());
        QVERIFY(paths.create().ok());
        auto opened = storage::Connection::open(paths.databaseFile(), storage::Connection::Mode::readWrite);
        QVERIFY(opened.ok());
        storage::Connection& connection = *opened.value();
        QVERIFY(storage::migrate(connection).ok());
        const QByteArray profile = run({QStringLiteral("machine"), QStringLiteral("--json")}).out;
        const auto seen = hardware::readProfile(profile);
        QVERIFY(seen);
        const QString machine = hardware::fingerprint(*seen);
        const QByteArray calibrated = tests::calibrated(profile);
        const auto known = hardware::readProfile(calibrated);
        QVERIFY(connection
                    .run(QStringLiteral(
                             "INSERT INTO machine_profiles(fingerprint, taken, profile) VALUES (?, 0, ?)"),
                         {machine, QString::fromUtf8(calibrated)})
                    .ok());
        usage::SpeedSample sample;
        sample.file = storage::fingerprint(kGuide);
        sample.load = {known->calibration->isa, threads, kv, {}};
        sample.work = Work::generate;
        sample.tokensPerSecond = 40;
        sample.predicted = 80;
        sample.calibrated = known->calibration->when.toSecsSinceEpoch();
        QVERIFY(usage::addSpeed(connection, machine, sample).ok());
        sample.file = QStringLiteral("%1-another").arg(usage::kTellingBytes);
        for (int i = 0; i < 3; ++i)
            QVERIFY(usage::addSpeed(connection, machine, sample).ok());
        usage::ExpertHeat heat;
        heat.add({{0, 1, {}, {1, 2, 3}}}, 1);
        QVERIFY(usage::writeHeat(connection, storage::fingerprint(kGuide), heat.toBytes(), 0).ok());
    }

    qint64 samples() const {
        const auto opened = storage::Connection::open(storage::Paths(m_data->path()).databaseFile(),
                                                      storage::Connection::Mode::readOnly);
        const QString count = QStringLiteral("SELECT COUNT(*) FROM measured_speeds");
        return opened.ok() ? opened.value()->integer(count).value() : -1;
    }

    static double weights(const QJsonObject& plan) {
        double sum = 0;
        for (const QJsonValue& device : plan.value(QLatin1String("devices")).toArray())
            sum += device[QLatin1String("bytes")][QLatin1String("weights")].toDouble();
        return sum;
    }

    Outcome run(const QStringList& arguments, const QByteArray& input = {}) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TANDEM_DATA_DIR"), m_data->path());
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TANDEM_CLI), arguments);
        process.write(input);
        process.closeWriteChannel();
        process.waitForFinished(120'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                process.readAllStandardOutput(), process.readAllStandardError()};
    }

    const QTemporaryDir m_models;
    const QString m_floats = m_models.filePath(QStringLiteral("tiny-F16.gguf"));
    std::optional<QTemporaryDir> m_data;
};

QTEST_GUILESS_MAIN(PlanTest)
#include "plan_test.moc"
