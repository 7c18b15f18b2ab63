// The two lanes: order, transactions, a disk that refuses, several instances.
#include <sys/resource.h>
#include <csignal>

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/storage/database.h"
#include "app/storage/instance_lock.h"

using namespace app::storage;

namespace {

const QString kInsert =
    QStringLiteral("INSERT INTO conversations (id, title, created, updated) VALUES (?, ?, 0, 0)");

Database::Job insert(qint64 id, const QString& title = QStringLiteral("x")) {
    return [=](Connection& connection) { return connection.run(kInsert, {id, title}); };
}

Outcome<qint64> count(Connection& connection) {
    return connection.integer(QStringLiteral("SELECT count(*) FROM conversations"));
}

} // namespace

class DatabaseTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void jobsBeforeOpeningAreDoneAfterIt() {
        Database database(paths());
        database.write(insert(1));
        QCOMPARE(rows(database, [&] { database.open(); }), 1);
    }

    void writesAreInOrderAndReadsSeeThem() {
        Database database(paths());
        database.open();
        QList<int> order;
        for (int i = 0; i < 50; ++i)
            database.write(insert(i + 1), i % 2 ? Durability::power : Durability::process, this,
                           [&order, i](const Outcome<void>& outcome) {
                               QVERIFY(outcome.ok());
                               order.append(i);
                           });
        QTRY_COMPARE(order.size(), 50);
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QCOMPARE(rows(database), 50);
    }

    void failedJobLeavesNothing() {
        Database database(paths());
        database.open();
        database.write(insert(1));
        std::optional<Outcome<void>> told;
        database.write(
            [](Connection& connection) -> Outcome<void> {
                STORAGE_TRY(insert(2)(connection));
                return insert(1)(connection); // the id is taken
            },
            Durability::process, this, [&](const Outcome<void>& outcome) { told = outcome; });
        QTRY_VERIFY(told);
        QVERIFY(!told->ok());
        QCOMPARE(told->failure().kind, Failure::Kind::invalid);
        QVERIFY(!told->failure().message.isEmpty());
        QCOMPARE(rows(database), 1);
        QVERIFY(!database.isStuck());
    }

    void receiverThatIsGoneIsNotTold() {
        Database database(paths());
        database.open();
        int told = 0;
        auto receiver = std::make_unique<QObject>();
        database.write(insert(1), Durability::process, receiver.get(), [&](const Outcome<void>&) { ++told; });
        database.read<qint64>(count, receiver.get(), [&](const Outcome<qint64>&) { ++told; });
        receiver.reset();
        QCOMPARE(rows(database), 1);
        QCOMPARE(told, 0);
    }

    void everythingQueuedIsWrittenBeforeTheEnd() {
        {
            Database database(paths());
            database.open();
            for (int i = 1; i <= 500; ++i)
                database.write(insert(i));
        }
        QVERIFY(
            !QFile::exists(paths().databaseFile() + QStringLiteral("-wal"))); // all of it is in the one file
        Database database(paths());
        QCOMPARE(rows(database, [&] { database.open(); }), 500);
    }

    void emptyTextIsNotNull() {
        Database database(paths());
        database.open();
        database.write(insert(1, QString()));
        QCOMPARE(rows(database), 1);
    }

    // A file may not grow further: to the program the same as a full disk.
    void fullDiskIsToldAndOvercome() {
        std::signal(SIGXFSZ, SIG_IGN);
        Database database(paths());
        database.open();
        database.write(insert(1));
        QCOMPARE(rows(database), 1);
        QSignalSpy stuck(&database, &Database::stuck), recovered(&database, &Database::recovered);
        int written = 0;
        {
            const FileLimit limit(100'000);
            for (int i = 2; i <= 9; ++i)
                database.write(insert(i, QString(40'000, QLatin1Char('x'))), Durability::process, this,
                               [&](const Outcome<void>& outcome) { written += outcome.ok() ? 1 : 0; });
            QTRY_COMPARE(stuck.size(), 1);
            QCOMPARE(stuck.first().first().value<Failure>().kind, Failure::Kind::diskFull);
            QVERIFY(database.isStuck());
            QTest::qWait(600); // it goes on trying, and tells once
            QCOMPARE(stuck.size(), 1);
            QVERIFY(written < 8);
            QVERIFY(rows(database) >= 1); // reading goes on
        }
        QTRY_COMPARE(recovered.size(), 1);
        QTRY_COMPARE(written, 8);
        QVERIFY(!database.isStuck());
        QCOMPARE(rows(database), 9);
        QCOMPARE(integrity(), QStringLiteral("ok"));
    }

    void endWhileTheDiskIsFullDoesNotHang() {
        std::signal(SIGXFSZ, SIG_IGN);
        QElapsedTimer time;
        {
            Database database(paths());
            database.open();
            database.write(insert(1));
            QCOMPARE(rows(database), 1);
            const FileLimit limit(60'000);
            QSignalSpy stuck(&database, &Database::stuck);
            for (int i = 2; i <= 9; ++i)
                database.write(insert(i, QString(80'000, QLatin1Char('x'))));
            QTRY_COMPARE(stuck.size(), 1);
            time.start();
        }
        QVERIFY(time.elapsed() < 2000);
        Database database(paths());
        QVERIFY(rows(database, [&] { database.open(); }) >= 1);
        QCOMPARE(integrity(), QStringLiteral("ok"));
    }

    // The folder comes back (a disk is plugged in again): opening goes on by itself.
    void folderThatIsMissingIsWaitedFor() {
        const Paths below(m_folder->filePath(QStringLiteral("file/data")));
        QFile inTheWay(m_folder->filePath(QStringLiteral("file")));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        inTheWay.close();
        Database database(below);
        QSignalSpy opened(&database, &Database::opened), stuck(&database, &Database::stuck),
            failed(&database, &Database::openFailed);
        database.open();
        database.write(insert(1));
        QTRY_COMPARE(stuck.size(), 1);
        QVERIFY(!database.isOpen());
        QVERIFY(inTheWay.remove());
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(failed.size(), 0);
        QCOMPARE(rows(database), 1);
    }

    // Deleted by hand while the program runs: it is there again with everything, and goes on being used.
    void deletedFileComesBack_data() {
        QTest::addColumn<QStringList>("deleted");
        QTest::addColumn<bool>("wait");
        const QString file = QStringLiteral("conversations.sqlite");
        QTest::newRow("file") << QStringList{file} << true;
        QTest::newRow("file and journals")
            << QStringList{file, file + QStringLiteral("-wal"), file + QStringLiteral("-shm")} << true;
        QTest::newRow("folder") << QStringList{QString()} << true;
        QTest::newRow("just before the end") << QStringList{file} << false;
    }
    void deletedFileComesBack() {
        QFETCH(QStringList, deleted);
        QFETCH(bool, wait);
        const Paths below(m_folder->filePath(QStringLiteral("data")));
        {
            Database database(below);
            database.open();
            for (int i = 1; i <= 20; ++i)
                database.write(insert(i, QString(5000, QLatin1Char('x'))));
            QCOMPARE(rows(database), 20);
            for (const QString& name : deleted) {
                const QString path = below.dataFolder() + QLatin1Char('/') + name;
                QVERIFY(name.isEmpty() ? QDir(path).removeRecursively() : QFile::remove(path));
            }
            if (wait) {
                QTRY_VERIFY(QFile::exists(below.databaseFile()));
                database.write(insert(21));
                QTest::qWait(200); // the reader follows
                QCOMPARE(rows(database), 21);
            } else {
                database.write(insert(21));
            }
        }
        Database database(below);
        QCOMPARE(rows(database, [&] { database.open(); }), 21);
        QCOMPARE(integrity(below), QStringLiteral("ok"));
    }

    void anotherInstanceIsNoticed() {
        Database first(paths()), second(paths());
        QVERIFY(first.instance().id() != second.instance().id());
        first.open();
        second.open();
        QTRY_VERIFY(first.isOpen() && second.isOpen());
        QSignalSpy elsewhere(&second, &Database::changedElsewhere), own(&first, &Database::changedElsewhere);
        QTest::qWait(2200); // both have looked once
        first.write(insert(1));
        QTRY_COMPARE(elsewhere.size(), 1);
        QCOMPARE(rows(second), 1);
        QTest::qWait(2200);
        QCOMPARE(own.size(), 0); // its own writes are no news
    }

    void twoInstancesWriteAtOnce() {
        Database first(paths()), second(paths());
        first.open();
        second.open();
        int done = 0;
        for (int i = 0; i < 200; ++i) {
            first.write(insert(2 * i + 1), Durability::process, this,
                        [&](const Outcome<void>& outcome) { done += outcome.ok() ? 1 : 0; });
            second.write(insert(2 * i + 2), Durability::process, this,
                         [&](const Outcome<void>& outcome) { done += outcome.ok() ? 1 : 0; });
        }
        QTRY_COMPARE_WITH_TIMEOUT(done, 400, 20000);
        QCOMPARE(rows(first), 400);
        QCOMPARE(integrity(), QStringLiteral("ok"));
    }

 private:
    // Files of this process may not grow beyond it.
    class FileLimit {
     public:
        explicit FileLimit(rlim_t bytes) {
            getrlimit(RLIMIT_FSIZE, &m_before);
            rlimit now = m_before;
            now.rlim_cur = bytes;
            setrlimit(RLIMIT_FSIZE, &now);
        }
        ~FileLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }

     private:
        rlimit m_before{};
    };

    Paths paths() const { return Paths(m_folder->path()); }

    static qint64 rows(Database& database, const std::function<void()>& begin = {}) {
        std::optional<qint64> found;
        database.read<qint64>(count, &database, [&](const Outcome<qint64>& outcome) {
            found = outcome.ok() ? outcome.value() : -1;
        });
        // Behind the writes too: the first answer may be older than they are.
        // Shared, because a write that is stuck is told after this function has returned.
        const auto written = std::make_shared<bool>(false);
        database.write([](Connection&) -> Outcome<void> { return {}; }, Durability::process, &database,
                       [written](const Outcome<void>&) { *written = true; });
        if (begin) begin();
        (void)QTest::qWaitFor([&] { return found && (*written || database.isStuck()); });
        if (!*written) return found.value_or(-2);
        found.reset();
        database.read<qint64>(count, &database, [&](const Outcome<qint64>& outcome) {
            found = outcome.ok() ? outcome.value() : -1;
        });
        (void)QTest::qWaitFor([&] { return found.has_value(); });
        return found.value_or(-2);
    }

    QString integrity() const { return integrity(paths()); }
    static QString integrity(const Paths& where) {
        const auto connection = Connection::open(where.databaseFile(), Connection::Mode::readWrite);
        QString verdict;
        (void)connection.value()->each(QStringLiteral("PRAGMA integrity_check"), {},
                                       [&](const Row& row) { verdict += row.text(0); });
        return verdict;
    }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(DatabaseTest)
#include "database_test.moc"
