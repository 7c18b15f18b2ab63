// A disk that is full: the person is told what is wrong and what to do, nothing is lost, and saving goes on
// by itself when there is space again. The files of this process may not grow: to SQLite that is the same.
#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "app/application/application.h"
#include "tests/app/chat/open_store.h"
#include "tests/support/fake_engine_factory.h"

using namespace app;
using namespace app::chat;
using application::Application;

namespace {

class FullDisk {
 public:
    explicit FullDisk(qint64 bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit now = m_before;
        now.rlim_cur = static_cast<rlim_t>(bytes);
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

 private:
    rlimit m_before{};
};

} // namespace

class FullDiskTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_script = std::make_shared<tests::FakeScript>();
        m_told.clear();
        m_problems.clear();
    }
    void cleanup() {
        m_application.reset();
        m_folder.reset();
    }

    void talkingGoesOnAndIsSavedLater() {
        start();
        say(QStringLiteral("before"), "first answer");
        settle();
        {
            const FullDisk full(roomLeft(10'000));
            m_script->set_reply({"", std::string(60'000, 'x'), 100'000});
            chat().send(QStringLiteral("now it is full"));
            QTRY_COMPARE(m_told.size(), 1);
            QVERIFY(!m_told[0].title.isEmpty());
            QVERIFY2(m_told[0].text.contains(QLatin1String("full")), qPrintable(m_told[0].text));
            QVERIFY2(m_told[0].hint.contains(m_folder->path()), qPrintable(m_told[0].hint));
            QCOMPARE(m_told[0].action, bridge::UserMessage::Action::freeDiskSpace);
            QTRY_VERIFY(!chat().isBusy()); // the reply goes on
            QCOMPARE(text(3).size(), 60'000);
            say(QStringLiteral("and more"), "third answer");
            QCOMPARE(text(0), QStringLiteral("before"));
            chat().newConversation(); // leaving and coming back shows what the disk does not have
            chat().openConversation(
                chat().conversations()->index(1).data(ConversationListModel::IdRole).toLongLong());
            QTRY_COMPARE(chat().transcript()->rowCount(), 6);
            QTest::qWait(500);
            QCOMPARE(m_told.size(), 1); // told once
            QVERIFY(m_problems.isEmpty());
        }
        QTRY_COMPARE(m_told.size(), 2);
        QVERIFY(m_told[1].isEmpty()); // the banner goes
        m_application.reset();
        tests::OpenStore opened(m_folder->path());
        QCOMPARE(opened.list().size(), 1);
        const ConversationRecord record = opened.load(opened.list().first().id);
        QCOMPARE(record.messages.size(), 6);
        QCOMPARE(record.messages[3].text.size(), 60'000);
        QCOMPARE(record.messages[3].state, MessageState::finished);
        QCOMPARE(record.messages[5].text, QStringLiteral("third answer"));
    }

    void closingWhileItIsFullKeepsWhatWasSaved() {
        start();
        say(QStringLiteral("before"), "first answer");
        settle();
        {
            const FullDisk full(roomLeft(5'000));
            m_script->set_reply({"", std::string(60'000, 'x'), 0});
            chat().send(QString(20'000, QLatin1Char('q')));
            QTRY_COMPARE(m_told.size(), 1);
            m_application.reset();
        }
        tests::OpenStore opened(m_folder->path());
        const ConversationRecord record = opened.load(opened.list().first().id);
        QVERIFY(record.messages.size() >= 2);
        QCOMPARE(record.messages[1].text, QStringLiteral("first answer"));
    }

    void fullFromTheStart() {
        {
            const FullDisk full(1000);
            start(false);
            QTRY_COMPARE(m_told.size(), 1);
            QVERIFY(!m_told[0].hint.isEmpty());
            m_script->set_reply({"", "an answer", 0});
            chat().send(QStringLiteral("hello"));
            QTRY_COMPARE(chat().transcript()->rowCount(), 2);
            QTRY_VERIFY(!chat().isBusy());
        }
        QTRY_VERIFY(!m_told.isEmpty() && m_told.last().isEmpty());
        m_application.reset();
        tests::OpenStore opened(m_folder->path());
        QCOMPARE(opened.list().size(), 1);
        QCOMPARE(opened.load(opened.list().first().id).messages.size(), 2);
    }

    void exportThatDoesNotFit() {
        start();
        say(QStringLiteral("long"), std::string(100'000, 'x'));
        QSignalSpy exported(&chat(), &ChatController::exported);
        const QString path = m_folder->filePath(QStringLiteral("a.md"));
        {
            QFile old(path);
            QVERIFY(old.open(QIODevice::WriteOnly));
            old.write("old");
        }
        {
            const FullDisk full(50'000);
            chat().exportConversation(chat().currentId(), path, ChatController::Format::markdown);
            QTRY_COMPARE(m_problems.size(), 1);
        }
        QVERIFY(!m_problems[0].text.isEmpty() && !m_problems[0].hint.isEmpty());
        QFile old(path);
        QVERIFY(old.open(QIODevice::ReadOnly));
        QCOMPARE(old.readAll(), QByteArray("old")); // whole or not at all
        QCOMPARE(QDir(m_folder->path()).entryList({QStringLiteral("a.md*")}).size(), 1);
        chat().exportConversation(chat().currentId(), path, ChatController::Format::markdown);
        QTRY_COMPARE(exported.size(), 1);
    }

 private:
    void start(bool wait = true) {
        application::Setup setup;
        setup.places = library::Places::none();
        setup.paths = storage::Paths(m_folder->path());
        setup.engine = tests::fakeEngine(m_script);
        m_application = std::make_unique<Application>(setup);
        connect(m_application.get(), &Application::storageProblem, this,
                [this](const bridge::UserMessage& message) { m_told.append(message); });
        connect(&chat(), &ChatController::problem, this,
                [this](const bridge::UserMessage& message) { m_problems.append(message); });
        m_application->start(QStringLiteral("/models/fake.gguf"));
        if (wait) QTRY_VERIFY(chat().conversations()->isLoaded());
        QTRY_COMPARE(m_application->engineHost().state(), bridge::EngineHost::State::ready);
    }
    void say(const QString& text, const std::string& answer) {
        m_script->set_reply({"", answer, 0});
        const int rows = chat().transcript()->rowCount();
        chat().send(text);
        QTRY_COMPARE(chat().transcript()->rowCount(), rows + 2);
        QTRY_VERIFY(!chat().isBusy());
    }
    // Everything so far is on the disk.
    void settle() {
        bool written = false;
        m_application->database().write([](storage::Connection&) { return storage::Outcome<void>(); },
                                        storage::Durability::process, this,
                                        [&](const storage::Outcome<void>&) { written = true; });
        QTRY_VERIFY(written);
    }
    // A limit that leaves `bytes` to the largest file of the database.
    qint64 roomLeft(qint64 bytes) const {
        qint64 largest = 0;
        for (const QFileInfo& file : QDir(m_folder->path()).entryInfoList({QStringLiteral("conversations*")}))
            largest = qMax(largest, file.size());
        return largest + bytes;
    }
    ChatController& chat() { return m_application->chat(); }
    QString text(int row) {
        return chat().transcript()->index(row).data(TranscriptModel::TextRole).toString();
    }

    std::optional<QTemporaryDir> m_folder;
    std::shared_ptr<tests::FakeScript> m_script;
    std::unique_ptr<Application> m_application;
    QList<bridge::UserMessage> m_told, m_problems;
};

QTEST_GUILESS_MAIN(FullDiskTest)
#include "full_disk_test.moc"
