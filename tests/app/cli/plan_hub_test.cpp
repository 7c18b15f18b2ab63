// tandem-cli plan of models that only a hub on this computer has.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "engine/formats/gguf.h"
#include "engine/formats/model_file.h"
#include "tests/support/fake_hub.h"
#include "tests/support/machine_files.h"

using namespace tests;
using namespace engine;

namespace {

const QString kRepo = QStringLiteral("owner/model-GGUF");

struct Outcome {
    int code = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The tensors of `model` in two files, as a hub splits a model that is too large for one.
void split(const QString& model, const QString& first, const QString& second) {
    const auto whole = formats::open_model_file(model.toStdString());
    QVERIFY(whole.ok());
    for (const int part : {0, 1}) {
        formats::GgufWriter writer;
        if (part == 0) writer.metadata = whole->metadata;
        writer.metadata.set("split.no", {formats::ValueType::u16, int64_t{part}});
        writer.metadata.set("split.count", {formats::ValueType::u16, int64_t{2}});
        const auto& tensors = whole->tensors.entries();
        const size_t half = tensors.size() / 2;
        writer.metadata.set("split.tensors.count",
                            {formats::ValueType::i32, static_cast<int64_t>(tensors.size())});
        for (size_t i = part == 0 ? 0 : half; i < (part == 0 ? half : tensors.size()); ++i)
            writer.add_tensor(tensors[i].name, whole->tensor(tensors[i]));
        QVERIFY(writer.write((part == 0 ? first : second).toStdString()).ok());
    }
}

} // namespace

class PlanHubTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() {
        for (const char* type : {"F16", "Q8_0", "Q4_K_M", "Q2_K"}) {
            const QString path = file(type);
            const Outcome outcome =
                run({QStringLiteral("synth"), path, QStringLiteral("--shape"), QStringLiteral("tiny"),
                     QStringLiteral("--type"), QLatin1String(type)});
            QVERIFY2(outcome.code == 0, outcome.err.constData());
        }
    }
    void init() {
        m_data.emplace();
        m_hub.emplace();
        for (const char* type : {"F16", "Q8_0", "Q4_K_M", "Q2_K"})
            m_hub->addFile(kRepo, QStringLiteral("model-%1.gguf").arg(QLatin1String(type)), read(file(type)));
    }

    // Name by name what the file itself gives, with the hub's name for the model.
    void asOfTheFile() {
        const QStringList options{QStringLiteral("--json"), QStringLiteral("--context"),
                                  QStringLiteral("2048"), QStringLiteral("--machine"),
                                  machine(20'000'000'000)};
        const QString name = kRepo + QStringLiteral(":Q8_0");
        const Outcome hub = plan(QStringList{name} + options);
        QVERIFY2(hub.code == 0, hub.err.constData());
        QCOMPARE(hub.out.count('\n'), 1);
        QJsonObject expected = plan(QStringList{file("Q8_0")} + options).json();
        QVERIFY(expected.contains(QStringLiteral("verdict")));
        expected.insert(QStringLiteral("model"), name);
        QCOMPARE(hub.json(), expected);
        QVERIFY(m_hub->sentBytes() < read(file("Q8_0")).size());
    }

    void everyWayToNameIt_data() {
        QTest::addColumn<QString>("typed");
        QTest::newRow("lower case") << kRepo + QStringLiteral(":q8_0");
        QTest::newRow("page of the file")
            << QStringLiteral("https://huggingface.co/owner/model-GGUF/blob/main/model-Q8_0.gguf");
        QTest::newRow("without a scheme")
            << QStringLiteral("huggingface.co/owner/model-GGUF/blob/main/model-Q8_0.gguf");
        QTest::newRow("short") << QStringLiteral("hf:owner/model-GGUF:Q8_0");
    }
    void everyWayToNameIt() {
        QFETCH(QString, typed);
        const Outcome outcome = plan({typed, QStringLiteral("--json")});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QCOMPARE(outcome.json().value(QStringLiteral("model")).toString(), kRepo + QStringLiteral(":Q8_0"));
    }

    void partsOfASplitModel() {
        const QString repo = QStringLiteral("owner/split");
        QStringList parts;
        for (const int part : {1, 2}) {
            const QString name = QStringLiteral("s-Q8_0-0000%1-of-00002.gguf").arg(part);
            parts.append(m_data->filePath(name));
        }
        split(file("Q8_0"), parts[0], parts[1]);
        for (const QString& part : parts)
            m_hub->addFile(repo, QStringLiteral("Q8_0/") + QFileInfo(part).fileName(), read(part));
        const Outcome outcome =
            plan({repo, QStringLiteral("--json"), QStringLiteral("--machine"), machine(20'000'000'000)});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QCOMPARE(outcome.json().value(QStringLiteral("model")).toString(), repo + QStringLiteral(":Q8_0"));
        const Outcome whole = plan(
            {file("Q8_0"), QStringLiteral("--json"), QStringLiteral("--machine"), machine(20'000'000'000)});
        QCOMPARE(outcome.json().value(QStringLiteral("devices")),
                 whole.json().value(QStringLiteral("devices")));
    }

    void withoutAVariantTheRecommendedOne_data() {
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<QString>("variant");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("the usual one fits")
            << qint64{20'000'000'000} << QStringLiteral("Q4_K_M") << QByteArray("recommended");
        QTest::newRow("only the smallest fits")
            << qint64{0} << QStringLiteral("Q2_K") << QByteArray("recommended");
        QTest::newRow("nothing fits")
            << qint64{1'000'000} << QStringLiteral("Q2_K") << QByteArray("smallest");
    }
    void withoutAVariantTheRecommendedOne() {
        QFETCH(qint64, memory);
        QFETCH(QString, variant);
        QFETCH(QByteArray, says);
        const QString on = machine(memory > 0 ? memory : betweenTheSmallestTwo());
        const Outcome text = plan({kRepo, QStringLiteral("--machine"), on});
        QVERIFY2(text.code == 0, text.err.constData());
        QVERIFY2(text.out.startsWith((kRepo + QLatin1Char(':') + variant).toUtf8()), text.out.constData());
        QVERIFY2(text.out.contains(says), text.out.constData());
        QCOMPARE(plan({kRepo, QStringLiteral("--machine"), on, QStringLiteral("--json")})
                     .json()
                     .value(QStringLiteral("model"))
                     .toString(),
                 kRepo + QLatin1Char(':') + variant);
    }

    // A second question needs no header again.
    void headersAreKept() {
        QCOMPARE(plan({kRepo}).code, 0);
        const qint64 sent = m_hub->sentBytes();
        QVERIFY(sent > 0);
        QCOMPARE(plan({kRepo}).code, 0);
        QCOMPARE(m_hub->sentBytes(), sent);
    }

    void failuresAreOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QList<QByteArray>>("says");
        QTest::newRow("a mistyped path") << QStringList{QStringLiteral("files/qwen.gguf")} << 1
                                         << QList<QByteArray>{"no file or folder files/qwen.gguf", "404"};
        QTest::newRow("a path that no repository has")
            << QStringList{QStringLiteral("/models/qwen.gguf")} << 1
            << QList<QByteArray>{"no file or folder /models/qwen.gguf", "owner/name"};
        QTest::newRow("no such variant") << QStringList{kRepo + QStringLiteral(":Q3_K_S")} << 1
                                         << QList<QByteArray>{"no variant Q3_K_S", "Q4_K_M"};
        QTest::newRow("no model") << QStringList{QStringLiteral("owner/bad")} << 1
                                  << QList<QByteArray>{"m-Q4_K_M.gguf"};
        QTest::newRow("bad endpoint") << QStringList{kRepo, QStringLiteral("--endpoint"), QStringLiteral("x")}
                                      << 2 << QList<QByteArray>{"--endpoint"};
        QTest::newRow("bad context") << QStringList{kRepo, QStringLiteral("--context"), QStringLiteral("x")}
                                     << 2 << QList<QByteArray>{"--context"};
        QTest::newRow("nobody there")
            << QStringList{kRepo, QStringLiteral("--endpoint"), QStringLiteral("http://127.0.0.1:1")} << 1
            << QList<QByteArray>{"no file or folder owner/model-GGUF", "nobody answers at 127.0.0.1"};
    }
    void failuresAreOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QList<QByteArray>, says);
        m_hub->addFile(QStringLiteral("owner/bad"), QStringLiteral("m-Q4_K_M.gguf"), pattern(100'000));
        const Outcome outcome = plan(arguments);
        QCOMPARE(outcome.code, code);
        QCOMPARE(outcome.out, QByteArray());
        QCOMPARE(outcome.err.count('\n'), 1);
        for (const QByteArray& words : says)
            QVERIFY2(outcome.err.contains(words), outcome.err.constData());
        QVERIFY(!outcome.err.contains(m_data->path().toLocal8Bit()));
    }

 private:
    QString file(const char* type) const {
        return m_models.filePath(QLatin1String(type) + QLatin1String(".gguf"));
    }

    // A laptop with so much memory, of which half is kept for others.
    QString machine(qint64 bytes) {
        QJsonObject laptop = QJsonDocument::fromJson(machineFile("laptop-16gb")).object();
        laptop.insert(QStringLiteral("memory"), QJsonObject{{QStringLiteral("bytes"), bytes},
                                                            {QStringLiteral("available_bytes"), bytes}});
        const QString path = m_data->filePath(QStringLiteral("machine-%1.json").arg(bytes));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(QJsonDocument(laptop).toJson()) < 0)
            qFatal("no machine file");
        return path;
    }
    // Memory of a machine on which the smallest variant fits and no other does, by what their plans take.
    qint64 betweenTheSmallestTwo() {
        qint64 least[2];
        for (const int i : {0, 1}) {
            const char* type = i == 0 ? "Q2_K" : "Q4_K_M";
            qint64 low = 0, high = 1'000'000'000;
            while (high - low > 10'000) {
                const qint64 middle = (low + high) / 2;
                const Outcome outcome = plan(
                    {file(type), QStringLiteral("--machine"), machine(middle), QStringLiteral("--json")});
                (outcome.json().value(QStringLiteral("fits")).toBool() ? high : low) = middle;
            }
            least[i] = high;
        }
        return (least[0] + least[1]) / 2;
    }

    Outcome plan(const QStringList& arguments) {
        return run(QStringList{QStringLiteral("plan")} + arguments);
    }
    Outcome run(const QStringList& arguments) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        if (m_data) environment.insert(QStringLiteral("TANDEM_DATA_DIR"), m_data->path());
        if (m_hub) environment.insert(QStringLiteral("HF_ENDPOINT"), m_hub->endpoint());
        environment.remove(QStringLiteral("HF_TOKEN"));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TANDEM_CLI), arguments);
        process.waitForFinished(60'000);
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

    QTemporaryDir m_models;
    std::optional<QTemporaryDir> m_data;
    std::optional<FakeHub> m_hub;
};

QTEST_GUILESS_MAIN(PlanHubTest)
#include "plan_hub_test.moc"
