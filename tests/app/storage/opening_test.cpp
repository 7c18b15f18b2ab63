// Schemas old and new, and files that are damaged.
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

#include "app/storage/migrations.h"
#include "app/storage/opening.h"

using namespace app::storage;

class OpeningTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_report = {};
    }

    void freshFileHasTheNewestSchema() {
        const auto connection = open();
        QCOMPARE(connection->integer(QStringLiteral("PRAGMA user_version")).value(), newestSchema());
        QVERIFY(m_report.setAside.isEmpty());
        QVERIFY(!m_report.afterCrash);
    }

    void firstSchemaIsBroughtUpToDate() {
        QVERIFY(
            QFile::copy(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/conversations/v1.sqlite"), file()));
        QFile::setPermissions(file(), QFile::ReadOwner | QFile::WriteOwner);
        const auto connection = open();
        QCOMPARE(connection->integer(QStringLiteral("PRAGMA user_version")).value(), newestSchema());
        QCOMPARE(found(*connection, QStringLiteral("title_index"), QStringLiteral("sorted")),
                 QList<qint64>{1});
        QCOMPARE(found(*connection, QStringLiteral("text_index"), QStringLiteral("k-way merge")),
                 QList<qint64>{13});
        QCOMPARE(found(*connection, QStringLiteral("text_index"), QStringLiteral("はどう")),
                 QList<qint64>{21});
        QVERIFY(found(*connection, QStringLiteral("text_index"), QStringLiteral("half a"))
                    .isEmpty()); // streams still
        // What was there keeps its index in step.
        QVERIFY(connection->run(QStringLiteral("UPDATE messages SET state = 'stopped' WHERE id = 22")).ok());
        QCOMPARE(found(*connection, QStringLiteral("text_index"), QStringLiteral("half a")),
                 QList<qint64>{22});
        QVERIFY(connection->run(QStringLiteral("DELETE FROM conversations WHERE id = 1")).ok());
        QVERIFY(found(*connection, QStringLiteral("text_index"), QStringLiteral("merge")).isEmpty());
        QVERIFY(
            connection->run(QStringLiteral("INSERT INTO text_index(text_index) VALUES ('integrity-check')"))
                .ok());
    }

    void everyStepLeadsToTheNext() {
        for (int version = 0; version <= newestSchema(); ++version) {
            init();
            {
                const auto connection = Connection::open(file(), Connection::Mode::readWrite);
                QVERIFY(migrate(*connection.value(), version).ok());
                QCOMPARE(connection.value()->integer(QStringLiteral("PRAGMA user_version")).value(), version);
            }
            QCOMPARE(open()->integer(QStringLiteral("PRAGMA user_version")).value(), newestSchema());
        }
    }

    void newerSchemaIsRefusedUntouched() {
        { (void)open()->run(QStringLiteral("PRAGMA user_version = 99")); }
        const QByteArray before = bytes();
        const auto opened = openDatabase(paths(), InstanceLock(paths().instancesFolder()), m_report);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.failure().kind, Failure::Kind::newerSchema);
        QVERIFY(!opened.failure().passes());
        QCOMPARE(bytes(), before);
        QVERIFY(m_report.setAside.isEmpty());
    }

    void instancesMigrateOneFileAtOnce() {
        QVERIFY(
            QFile::copy(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/conversations/v1.sqlite"), file()));
        QFile::setPermissions(file(), QFile::ReadOwner | QFile::WriteOwner);
        std::atomic<int> good = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                const InstanceLock lock(paths().instancesFolder());
                OpenReport report;
                const auto opened = openDatabase(paths(), lock, report);
                if (opened.ok() &&
                    found(*opened.value(), QStringLiteral("title_index"), QStringLiteral("sorted")).size() ==
                        1)
                    ++good;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(good.load(), 4);
    }

    void fileThatIsNoDatabaseIsSetAside_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray(5000, 'x');
        QTest::newRow("short") << QByteArray("SQLite format 3");
        QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\xff');
    }
    void fileThatIsNoDatabaseIsSetAside() {
        QFETCH(QByteArray, content);
        write(content);
        const auto connection = open();
        QVERIFY(!m_report.setAside.isEmpty());
        QFile aside(m_report.setAside);
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QCOMPARE(aside.readAll(), content); // never deleted
        QCOMPARE(connection->integer(QStringLiteral("SELECT count(*) FROM conversations")).value(), 0);
    }

    void emptyFileIsAFreshOne() {
        write({});
        (void)open();
        QVERIFY(m_report.setAside.isEmpty());
    }

    // Bytes of one page are overwritten: what hangs on other pages is saved.
    void readablePartOfADamagedFileIsSaved() {
        fill(60);
        const int pages = static_cast<int>(bytes().size() / 4096);
        qint64 best = 0;
        int damaged = 0;
        for (int page = 3; page < pages; page += 7) {
            const QByteArray whole = bytes();
            QByteArray broken = whole;
            broken.replace(page * 4096, 4096, QByteArray(4096, '\x5a'));
            write(broken);
            m_report = {};
            {
                const auto connection = open();
                if (!m_report.setAside.isEmpty()) {
                    ++damaged;
                    best = qMax(best, m_report.salvaged);
                    QCOMPARE(
                        connection->integer(QStringLiteral("SELECT count(*) FROM conversations")).value(),
                        m_report.salvaged);
                }
            }
            write(whole);
        }
        QVERIFY(damaged > 3);
        QVERIFY2(best >= 55, qPrintable(QString::number(best)));
    }

    void truncatedFileIsSetAside() {
        fill(60);
        write(bytes().left(bytes().size() / 2));
        (void)open();
        QVERIFY(!m_report.setAside.isEmpty());
        QCOMPARE(QDir(paths().dataFolder()).entryList({QStringLiteral("*damaged*")}).size(), 1);
    }

    void damagedFileStaysWhileAnotherInstanceLives() {
        const InstanceLock other(paths().instancesFolder());
        write(QByteArray(5000, 'x'));
        const auto opened = openDatabase(paths(), InstanceLock(paths().instancesFolder()), m_report);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.failure().kind, Failure::Kind::corrupt);
        QCOMPARE(bytes(), QByteArray(5000, 'x'));
    }

 private:
    Paths paths() const { return Paths(m_folder->path()); }
    QString file() const { return paths().databaseFile(); }

    std::unique_ptr<Connection> open() {
        const InstanceLock lock(paths().instancesFolder());
        auto opened = openDatabase(paths(), lock, m_report);
        if (!opened.ok()) qFatal("%s", qPrintable(opened.failure().message));
        return std::move(opened).value();
    }

    void fill(int conversations) {
        const auto connection = open();
        for (int id = 1; id <= conversations; ++id) {
            (void)connection->run(QStringLiteral("INSERT INTO conversations (id, title, created, updated) "
                                                 "VALUES (?, ?, 0, 0)"),
                                  {id, QStringLiteral("Conversation %1").arg(id)});
            (void)connection->run(
                QStringLiteral("INSERT INTO messages (id, conversation, role, state, text, created) "
                               "VALUES (?, ?, 'user', 'finished', ?, 0)"),
                {1000 + id, id, QStringLiteral("text %1 ").arg(id).repeated(300)});
        }
    }

    QByteArray bytes() const {
        QFile source(file());
        return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
    }
    void write(const QByteArray& content) const {
        QFile::remove(file() + QStringLiteral("-wal"));
        QFile::remove(file() + QStringLiteral("-shm"));
        QFile target(file());
        QVERIFY(target.open(QIODevice::WriteOnly | QIODevice::Truncate));
        target.write(content);
    }

    static QList<qint64> found(Connection& connection, const QString& index, const QString& words) {
        QList<qint64> rows;
        (void)connection.each(QStringLiteral("SELECT rowid FROM %1 WHERE %1 MATCH ?").arg(index),
                              {QLatin1Char('"') + words + QLatin1Char('"')},
                              [&](const Row& row) { rows.append(row.integer(0)); });
        return rows;
    }

    std::optional<QTemporaryDir> m_folder;
    OpenReport m_report;
};

QTEST_GUILESS_MAIN(OpeningTest)
#include "opening_test.moc"
