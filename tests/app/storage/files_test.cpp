// Folders, whole files, and who of several instances lives.
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "app/storage/atomic_file.h"
#include "app/storage/free_space.h"
#include "app/storage/instance_lock.h"
#include "app/storage/paths.h"

using namespace app::storage;

class FilesTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void environmentMovesEverything() {
        const QTemporaryDir folder;
        qputenv("TANDEM_DATA_DIR", folder.path().toUtf8());
        const Paths paths = Paths::standard();
        qunsetenv("TANDEM_DATA_DIR");
        QCOMPARE(paths.dataFolder(), folder.path());
        QVERIFY(paths.settingsFile().startsWith(folder.path()));
        QVERIFY(paths.databaseFile().startsWith(folder.path()));
        QVERIFY(!Paths::standard().dataFolder().startsWith(folder.path()));
    }

    void roomOnTheDisk() {
        const QTemporaryDir folder;
        QVERIFY(freeSpaceAt(folder.path()).value_or(0) > 0);
        QVERIFY(freeSpaceAt(folder.filePath(QStringLiteral("not/yet/there"))).value_or(0) > 0);
        QVERIFY(freeSpaceAt(folder.filePath(QStringLiteral("not/yet/"))).value_or(0) > 0);
    }

    void foldersBelongToTheirOwner() {
        const QTemporaryDir folder;
        const Paths paths(folder.filePath(QStringLiteral("a/b")));
        QVERIFY(paths.create().ok());
        const QFile::Permissions others =
            QFile::permissions(paths.dataFolder()) &
            (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther);
        QVERIFY(!others);
        QVERIFY(paths.create().ok()); // again
    }

    void folderThatCannotBeMadeIsAFailure() {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const Outcome<void> made = Paths(file.fileName() + QStringLiteral("/below")).create();
        QVERIFY(!made.ok());
        QVERIFY(made.failure().passes());
        QVERIFY(made.failure().message.contains(QLatin1String("below")));
    }

    void newFileReplacesTheOldOneWhole() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("deep/down/file.json"));
        QVERIFY(writeAtomically(path, "one").ok());
        QVERIFY(writeAtomically(path, "two").ok());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("two"));
        QCOMPARE(QDir(folder.filePath(QStringLiteral("deep/down"))).entryList(QDir::Files).size(), 1);
    }

    void fileThatCannotBeWrittenNamesItself() {
        const Outcome<void> written = writeAtomically(QStringLiteral("/proc/no/such/file"), "x");
        QVERIFY(!written.ok());
        QVERIFY(written.failure().message.contains(QLatin1String("/proc/no/such/file")));
    }

    void livingAndDeadInstances() {
        const QTemporaryDir folder;
        const InstanceLock own(folder.path());
        QVERIFY(own.held());
        QVERIFY(own.isAlive(own.id()));
        QVERIFY(!own.isAlive(QString()));
        QVERIFY(!own.isAlive(QStringLiteral("never-was")));
        QVERIFY(!own.othersAlive());
        QVERIFY(!own.sweep());

        QProcess other;
        const QString id = startHolder(other, folder.path());
        QVERIFY(own.isAlive(id));
        QVERIFY(own.othersAlive());
        QVERIFY(!own.sweep()); // the living stay
        QVERIFY(own.isAlive(id));

        other.kill();
        QVERIFY(other.waitForFinished());
        QVERIFY(!own.isAlive(id));
        QVERIFY(!own.othersAlive());
        QVERIFY(own.sweep()); // somebody crashed
        QVERIFY(!own.sweep());
        QVERIFY(own.isAlive(own.id()));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void endingInOrderLeavesNothing() {
        const QTemporaryDir folder;
        { const InstanceLock lock(folder.path()); }
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void manyInstancesStartAtOnce() {
        const QTemporaryDir folder;
        std::vector<std::unique_ptr<QProcess>> all;
        for (int i = 0; i < 6; ++i) {
            all.push_back(std::make_unique<QProcess>());
            all.back()->start(QStringLiteral(LOCK_HOLDER), {folder.path()});
        }
        const InstanceLock own(folder.path());
        // One that is made but not locked yet may be swept away as a dead one's: it is then made again.
        while (all.front()->bytesAvailable() == 0 && all.front()->waitForReadyRead(100))
            own.sweep();
        for (const auto& process : all) {
            QVERIFY(process->bytesAvailable() > 0 || process->waitForReadyRead());
            QVERIFY(own.isAlive(QString::fromUtf8(process->readLine()).trimmed()));
            process->kill();
            process->waitForFinished();
        }
    }

 private:
    static QString startHolder(QProcess& process, const QString& folder) {
        process.start(QStringLiteral(LOCK_HOLDER), {folder});
        process.waitForReadyRead();
        return QString::fromUtf8(process.readLine()).trimmed();
    }
};

QTEST_GUILESS_MAIN(FilesTest)
#include "files_test.moc"
