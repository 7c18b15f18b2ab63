// What the banner says when the conversations cannot be opened: what is wrong and what to do; and talking
// goes on.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/application/application.h"
#include "app/storage/instance_lock.h"
#include "tests/support/fake_engine_factory.h"

using namespace app;
using application::Application;

class StorageProblemsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_told.clear();
        m_notices.clear();
        m_problems.clear();
    }

    void newerVersion() {
        copyGolden();
        {
            const auto connection =
                storage::Connection::open(paths().databaseFile(), storage::Connection::Mode::readWrite);
            QVERIFY(connection.value()->run(QStringLiteral("PRAGMA user_version = 99")).ok());
        }
        const auto application = start();
        QTRY_COMPARE(m_told.size(), 1);
        QVERIFY(m_told[0].title.contains(QLatin1String("cannot be opened")));
        QVERIFY(m_told[0].text.contains(QLatin1String("newer version")));
        QVERIFY(m_told[0].hint.contains(m_folder->path()));
        talk(*application);
    }

    void damagedWhileAnotherWindowIsOpen() {
        const storage::InstanceLock other(paths().instancesFolder());
        write(QByteArray(5000, 'x'));
        const auto application = start();
        QTRY_COMPARE(m_told.size(), 1);
        QVERIFY(m_told[0].text.contains(QLatin1String("damaged")));
        QVERIFY(m_told[0].hint.contains(QLatin1String("Close all windows")));
        talk(*application);
    }

    void damaged() {
        write(QByteArray(5000, 'x'));
        const auto application = start();
        QTRY_COMPARE(m_notices.size(), 1);
        QVERIFY(m_notices[0].text.contains(QLatin1String("conversations.damaged-")));
        QVERIFY(m_told.isEmpty());
        talk(*application);
    }

    void folderInTheWay() {
        QFile file(m_folder->filePath(QStringLiteral("data")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        m_data = QStringLiteral("/data");
        const auto application = start();
        QTRY_COMPARE(m_told.size(), 1);
        QVERIFY(m_told[0].title.contains(QLatin1String("yet")));
        QVERIFY(m_told[0].text.contains(m_folder->path()));
        QVERIFY(!m_told[0].hint.isEmpty());
        talk(*application);
        QVERIFY(file.remove());
        QTRY_COMPARE(m_told.size(), 2); // by itself
        QVERIFY(m_told[1].isEmpty());
        m_data.clear();
    }

    void lockedByAnotherProgram() {
        copyGolden();
        auto other = storage::Connection::open(paths().databaseFile(), storage::Connection::Mode::readWrite);
        const auto application = start();
        QTRY_VERIFY(application->chat().conversations()->isLoaded());
        QVERIFY(other.value()->run(QStringLiteral("BEGIN IMMEDIATE")).ok());
        talk(*application);
        QTRY_COMPARE_WITH_TIMEOUT(m_told.size(), 1, 10000);
        QVERIFY(m_told[0].text.contains(QLatin1String("Another program")));
        QVERIFY(other.value()->run(QStringLiteral("ROLLBACK")).ok());
        QTRY_COMPARE_WITH_TIMEOUT(m_told.size(), 2, 10000);
        QVERIFY(m_told[1].isEmpty());
    }

 private:
    storage::Paths paths() const { return storage::Paths(m_folder->path() + m_data); }
    void copyGolden() {
        QVERIFY(QFile::copy(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/conversations/v1.sqlite"),
                            paths().databaseFile()));
        QFile::setPermissions(paths().databaseFile(), QFile::ReadOwner | QFile::WriteOwner);
    }
    void write(const QByteArray& content) {
        QFile file(paths().databaseFile());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    std::unique_ptr<Application> start() {
        application::Setup setup;
        setup.places = library::Places::none();
        setup.paths = paths();
        setup.engine = tests::fakeEngine(std::make_shared<tests::FakeScript>());
        auto application = std::make_unique<Application>(setup);
        connect(application.get(), &Application::storageProblem, this,
                [this](const bridge::UserMessage& message) { m_told.append(message); });
        connect(application.get(), &Application::notice, this,
                [this](const bridge::UserMessage& message) { m_notices.append(message); });
        connect(&application->chat(), &chat::ChatController::problem, this,
                [this](const bridge::UserMessage& message) { m_problems.append(message); });
        application->start(QStringLiteral("/models/fake.gguf"));
        return application;
    }
    // A reply comes, and one problem is told once: not again for each change that is not saved.
    void talk(Application& application) {
        chat::ChatController& chat = application.chat();
        const int before = chat.transcript()->rowCount();
        chat.send(QStringLiteral("hello"));
        QTRY_COMPARE(chat.transcript()->rowCount(), before + 2);
        QTRY_VERIFY(!chat.isBusy());
        QVERIFY(!chat.transcript()->index(before + 1).data().toString().isEmpty());
        QTest::qWait(200);
        QVERIFY(m_told.size() <= 1);
        QVERIFY(m_problems.isEmpty());
    }

    std::optional<QTemporaryDir> m_folder;
    QString m_data;
    QList<bridge::UserMessage> m_told, m_notices, m_problems;
};

QTEST_GUILESS_MAIN(StorageProblemsTest)
#include "storage_problems_test.moc"
