// tandem-cli pull as a program, against a hub on this computer.
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "tests/support/fake_hub.h"

using namespace tests;

namespace {
const QString kRepo = QStringLiteral("owner/model-GGUF");
}

class PullTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_hub.emplace();
        m_hub->addFile(kRepo, QStringLiteral("model-Q4_K_M.gguf"), m_content);
        m_hub->addFile(kRepo, QStringLiteral("model-Q8_0.gguf"), pattern(200'000, 2));
    }

    void pullsWhatIsAskedFor() {
        const Outcome usual = pull({kRepo});
        QCOMPARE(usual.code, 0);
        QCOMPARE(usual.err, QByteArray());
        QCOMPARE(read(QString::fromLocal8Bit(usual.out.trimmed())), m_content);
        QVERIFY(usual.out.contains("models/owner/model-GGUF/model-Q4_K_M.gguf"));
        const Outcome other = pull({kRepo + QStringLiteral(":q8_0"), QStringLiteral("--json"),
                                    QStringLiteral("--to"), m_folder->filePath(QStringLiteral("here"))});
        const QJsonObject json = QJsonDocument::fromJson(other.out).object();
        QCOMPARE(json.value(QLatin1String("bytes")).toInt(), 200'000);
        QCOMPARE(read(m_folder->filePath(QStringLiteral("here/model-Q8_0.gguf"))), pattern(200'000, 2));
        const qint64 sent = m_hub->sentBytes();
        QCOMPARE(pull({kRepo}).code, 0); // again: it is there
        QCOMPARE(m_hub->sentBytes(), sent);
    }

    void failuresAreOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no such repository")
            << QStringList{QStringLiteral("owner/none")} << 1 << QByteArray("404");
        QTest::newRow("no such variant")
            << QStringList{kRepo + QStringLiteral(":Q2_K")} << 1 << QByteArray("Q4_K_M");
        QTest::newRow("words") << QStringList{QStringLiteral("some model")} << 2 << QByteArray("owner/name");
        QTest::newRow("bad endpoint") << QStringList{kRepo, QStringLiteral("--endpoint"), QStringLiteral("x")}
                                      << 2 << QByteArray("--endpoint");
        QTest::newRow("nobody there")
            << QStringList{kRepo, QStringLiteral("--endpoint"), QStringLiteral("http://127.0.0.1:1")} << 1
            << QByteArray("nobody answers at 127.0.0.1");
    }
    void failuresAreOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QByteArray, says);
        const Outcome outcome = pull(arguments);
        QCOMPARE(outcome.code, code);
        QCOMPARE(outcome.out, QByteArray());
        QCOMPARE(outcome.err.count('\n'), 1);
        QVERIFY2(outcome.err.contains(says), outcome.err.constData());
    }

    void interruptPausesAndTheNextCallGoesOn() {
        m_hub->setFault(QStringLiteral("model-Q4_K_M.gguf"), {.bytesPerSecond = 1'000'000});
        QProcess process;
        start(process, {kRepo});
        QTRY_VERIFY_WITH_TIMEOUT(m_hub->sentBytes() > 1'500'000, 20'000);
        QTest::qWait(300); // some of it is with the program by now
        QCOMPARE(process.state(), QProcess::Running);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("paused at"));
        m_hub->clearFaults();
        const qint64 sent = m_hub->sentBytes();
        QCOMPARE(pull({kRepo}).code, 0);
        QVERIFY(m_hub->sentBytes() - sent < m_content.size() - 500'000);
    }

 private:
    struct Outcome {
        int code = -1;
        QByteArray out, err;
    };
    void start(QProcess& process, const QStringList& arguments) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TANDEM_DATA_DIR"), m_folder->path());
        environment.insert(QStringLiteral("HF_ENDPOINT"), m_hub->endpoint());
        environment.remove(QStringLiteral("HF_TOKEN"));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TANDEM_CLI), QStringList{QStringLiteral("pull")} + arguments);
    }
    Outcome pull(const QStringList& arguments) {
        QProcess process;
        start(process, arguments);
        process.waitForFinished(60'000);
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }
    static QByteArray read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QByteArray m_content = pattern(4'000'000);
    std::optional<QTemporaryDir> m_folder;
    std::optional<FakeHub> m_hub;
};

QTEST_GUILESS_MAIN(PullTest)
#include "pull_test.moc"
