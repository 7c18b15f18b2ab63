// tandem-cli machine: its JSON is what --machine reads, mistakes in a file are named.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <optional>

namespace {

struct Outcome {
    int code = -1;
    QByteArray out, err;
};

Outcome call(const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(TANDEM_CLI), arguments);
    process.waitForFinished(120'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}
Outcome run(const QStringList& arguments) {
    return call(QStringList(QStringLiteral("machine")) + arguments);
}
QJsonObject jsonOf(const Outcome& outcome) {
    return QJsonDocument::fromJson(outcome.out).object();
}

} // namespace

class MachineCommandTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void init() {
        m_data.emplace();
        qputenv("TANDEM_DATA_DIR", m_data->path().toLocal8Bit());
    }

    void whatItPrintsItReads() {
        const Outcome here = run({QStringLiteral("--json"), QStringLiteral("--folder"), m_folder.path()});
        QCOMPARE(here.code, 0);
        const QJsonObject json = QJsonDocument::fromJson(here.out).object();
        QVERIFY(json.value(QLatin1String("memory")).toObject().value(QLatin1String("bytes")).toInteger() > 0);
        QVERIFY(!json.value(QLatin1String("cores")).toArray().isEmpty());
        QCOMPARE(json.value(QLatin1String("disks")).toArray().size(), 1);
        const Outcome again = run({QStringLiteral("--json"), QStringLiteral("--machine"), write(here.out)});
        QCOMPARE(again.code, 0);
        QCOMPARE(again.out, here.out);
    }

    void tableOfAMachineFile() {
        const Outcome table = run({QStringLiteral("--machine"), shipped("two-gpus-24-8")});
        QCOMPARE(table.code, 0);
        for (const char* word :
             {"Ryzen 9 7950X", "16 cores, 32 threads", "GPU 1", "RTX 3070", "8.6", "not yet"})
            QVERIFY2(table.out.contains(word), table.out.constData());
    }

    void calibrationIsPartOfIt() {
        const Outcome measured = run({QStringLiteral("--calibrate"), QStringLiteral("--json"),
                                      QStringLiteral("--folder"), m_folder.path()});
        QCOMPARE(measured.code, 0);
        const QJsonObject calibration =
            QJsonDocument::fromJson(measured.out).object().value(QLatin1String("calibration")).toObject();
        QVERIFY(!calibration.value(QLatin1String("read_gb_per_s")).toArray().isEmpty());
        QCOMPARE(calibration.value(QLatin1String("rates")).toArray().size(), 8);
        QVERIFY(calibration.value(QLatin1String("unix_seconds")).toInteger() > 1'700'000'000);
        QCOMPARE(run({QStringLiteral("--json"), QStringLiteral("--machine"), write(measured.out)}).out,
                 measured.out);
    }

    void namesGiveTheTerminalNoOrders() {
        const Outcome table = run(
            {QStringLiteral("--machine"), write("{\"name\": \"\\u001b[2Jnew\", \"memory\": {\"bytes\": 5}, "
                                                "\"cores\": [{\"processors\": [\"0\"]}]}")});
        QCOMPARE(table.code, 0);
        QVERIFY2(table.out.contains("?[2Jnew") && !table.out.contains('\x1b'), table.out.constData());
        const Outcome error = run({QStringLiteral("--machine"), QStringLiteral("\x1b[2J")});
        QCOMPARE(error.code, 1);
        QVERIFY2(!error.err.contains('\x1b'), error.err.constData());
    }

    // Nobody has to measure again, neither to look at it nor to plan.
    void measurementsAreKept() {
        const QString guide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");
        const auto measured = [&] {
            return jsonOf(call({QStringLiteral("plan"), guide, QStringLiteral("--json")}))
                .value(QLatin1String("predicted"))[QLatin1String("measured")]
                .toBool();
        };
        QVERIFY(!jsonOf(run({QStringLiteral("--json")})).contains(QLatin1String("calibration")));
        QVERIFY(!measured());
        const QStringList folder{QStringLiteral("--json"), QStringLiteral("--folder"), m_folder.path()};
        const QJsonObject first = jsonOf(run(QStringList(QStringLiteral("--calibrate")) + folder));
        QVERIFY(first.value(QLatin1String("calibration")).isObject());
        QCOMPARE(jsonOf(run(folder)).value(QLatin1String("calibration")),
                 first.value(QLatin1String("calibration")));
        QVERIFY(measured());
        QVERIFY(run({}).out.contains("memory reads"));
        // A later one keeps what the first found out about another disk.
        const auto disk = [](const QJsonObject& profile) {
            return profile.value(QLatin1String("disks"))[0][QLatin1String("read_gb_per_s")].toDouble();
        };
        QVERIFY(disk(first) > 0);
        QCOMPARE(
            run({QStringLiteral("--calibrate"), QStringLiteral("--folder"), QStringLiteral("/proc")}).code,
            0);
        QCOMPARE(disk(jsonOf(run(folder))), disk(first));
        // Where it cannot be kept it is shown all the same.
        qputenv("TANDEM_DATA_DIR", "/proc/nowhere");
        const Outcome lost = run({QStringLiteral("--calibrate")});
        QCOMPARE(lost.code, 0);
        QVERIFY2(lost.err.contains("cannot be kept"), lost.err.constData());
        QVERIFY(lost.out.contains("memory reads"));
    }

    void mistakes() {
        const Outcome missing = run({QStringLiteral("--machine"), QStringLiteral("/no/such/file.json")});
        QCOMPARE(missing.code, 1);
        QVERIFY(missing.err.contains("/no/such/file.json"));
        const Outcome typo =
            run({QStringLiteral("--machine"), write("{\"memory\": {\"bytes\": 5}, \"core\": []}")});
        QCOMPARE(typo.code, 1);
        QCOMPARE(typo.err.count('\n'), 1);
        QVERIFY2(typo.err.contains("cores is missing"), typo.err.constData());
        QCOMPARE(
            run({QStringLiteral("--calibrate"), QStringLiteral("--machine"), shipped("laptop-16gb")}).code,
            2);
    }

 private:
    static QString shipped(const char* name) {
        return QStringLiteral(TANDEM_SOURCE_DIR "/resources/machines/%1.json").arg(QLatin1String(name));
    }
    QString write(const QByteArray& text) const {
        QFile file(m_folder.filePath(QStringLiteral("machine.json")));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("no file");
        return file.fileName();
    }

    QTemporaryDir m_folder;
    std::optional<QTemporaryDir> m_data; // what the program keeps
};

QTEST_GUILESS_MAIN(MachineCommandTest)
#include "machine_command_test.moc"
