// The program is killed at any moment of a download: the next run goes on, and the file is right.
#include <QProcess>
#include <QRandomGenerator>

#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class KilledTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void goesOnAfterEachKill_data() {
        QTest::addColumn<int>("speed");
        QTest::newRow("slow") << 1'500'000;
        QTest::newRow("as fast as it goes") << 0;
    }
    void goesOnAfterEachKill() {
        QFETCH(int, speed);
        DownloadFixture f;
        f.content = pattern(6'000'000, 3);
        f.hub.addFile(kRepo, kFile, f.content);
        const RepoFile file = listed(kFile, f.content);
        const auto run = [&](QProcess& program) {
            program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            program.start(QStringLiteral(DOWNLOADING_PROGRAM),
                          {f.hub.endpoint(), f.folder.path(), kRepo, kFile, QString::number(file.bytes),
                           file.sha256, QString::number(speed)});
            return program.waitForStarted();
        };
        for (int kill = 0; kill < 6; ++kill) {
            QProcess program;
            QVERIFY(run(program));
            (void)QTest::qWaitFor([&] { return program.state() == QProcess::NotRunning; },
                                  QRandomGenerator::global()->bounded(20, 500));
            program.kill();
            program.waitForFinished();
            // Never half a file under the model's name.
            const QString name = f.folder.filePath(QStringLiteral("models/") + kFile);
            if (QFile::exists(name)) QCOMPARE(f.read(name), f.content);
        }
        QProcess last;
        QVERIFY(run(last));
        QVERIFY(QTest::qWaitFor([&] { return last.state() == QProcess::NotRunning; }, 30'000));
        QCOMPARE(last.exitCode(), 0);
        QCOMPARE(f.read(f.folder.filePath(QStringLiteral("models/") + kFile)), f.content);
    }

    // What a record promises is on the disk: progress is not lost, nor invented.
    void progressSurvives() {
        DownloadFixture f;
        f.content = pattern(6'000'000, 3);
        f.hub.addFile(kRepo, kFile, f.content);
        const RepoFile file = listed(kFile, f.content);
        QProcess program;
        program.start(QStringLiteral(DOWNLOADING_PROGRAM),
                      {f.hub.endpoint(), f.folder.path(), kRepo, kFile, QString::number(file.bytes),
                       file.sha256, QStringLiteral("3000000")});
        QByteArray said;
        QVERIFY(QTest::qWaitFor(
            [&] {
                said += program.readAllStandardOutput();
                return said.split('\n').value(said.count('\n') - 1).toLongLong() > 3'000'000;
            },
            20'000));
        program.kill();
        program.waitForFinished();
        const QDir records(f.folder.filePath(QStringLiteral("records")));
        const auto record =
            recordFromJson(f.read(records.filePath(records.entryList({QStringLiteral("*.json")}).value(0))));
        QVERIFY(record);
        QVERIFY2(record->received() > 1'000'000, "checkpoints come every 20 ms");
        const QByteArray part =
            f.read(f.folder.filePath(QStringLiteral("models/") + kFile + QStringLiteral(".part")));
        QCOMPARE(part.size(), f.content.size());
        for (const Segment& segment : record->files[0].segments)
            QVERIFY(part.mid(segment.begin, segment.done) == f.content.mid(segment.begin, segment.done));
        const app::storage::Sha256& hash = record->files[0].hash;
        QCOMPARE(hash.hex(),
                 QCryptographicHash::hash(f.content.left(hash.count()), QCryptographicHash::Sha256).toHex());
    }
};

QTEST_GUILESS_MAIN(KilledTest)
#include "killed_test.moc"
