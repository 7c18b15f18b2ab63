// The whole middle floor with a fake engine: talk, close, find the conversation again.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/application/application.h"
#include "tests/support/fake_engine_factory.h"

using namespace app;
using bridge::EngineHost;
using chat::MessageState;
using chat::TranscriptModel;

namespace {

QString textAt(chat::ChatController& chat, int row) {
    return chat.transcript()->index(row).data(TranscriptModel::TextRole).toString();
}

MessageState stateAt(chat::ChatController& chat, int row) {
    return static_cast<MessageState>(chat.transcript()->index(row).data(TranscriptModel::StateRole).toInt());
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_script = std::make_shared<tests::FakeScript>();
    }

    void conversationSurvivesTheWindow() {
        {
            const auto application = start();
            chat::ChatController& chat = application->chat();
            m_script->set_reply({"", "Forty-two.", 0});
            chat.send(QStringLiteral("What is the **answer**?"));
            QTRY_COMPARE(chat.transcript()->rowCount(), 2);
            QTRY_COMPARE(stateAt(chat, 1), MessageState::finished);
            QCOMPARE(textAt(chat, 1), QStringLiteral("Forty-two."));
            QCOMPARE(chat.title(), QStringLiteral("What is the answer?"));
        }
        QCOMPARE(m_script->live_models.load(), 0);
        QCOMPARE(m_script->live_sessions.load(), 0);
        const auto application = start();
        chat::ChatController& chat = application->chat();
        QTRY_COMPARE(chat.transcript()->rowCount(), 2);
        QCOMPARE(textAt(chat, 0), QStringLiteral("What is the **answer**?"));
        QCOMPARE(textAt(chat, 1), QStringLiteral("Forty-two."));
        QCOMPARE(chat.conversations()->rowCount(), 2); // the head and the conversation
    }

    void closingWhileStreamingKeepsWhatWasWritten() {
        {
            const auto application = start();
            m_script->set_reply({"", std::string(4000, 'x'), 200});
            application->chat().send(QStringLiteral("go on"));
            QTRY_VERIFY(textAt(application->chat(), 1).size() > 100);
        }
        const auto application = start();
        QTRY_COMPARE(application->chat().transcript()->rowCount(), 2);
        QCOMPARE(stateAt(application->chat(), 1), MessageState::stopped);
        QVERIFY(textAt(application->chat(), 1).size() > 100);
        QVERIFY(application->chat().transcript()->index(1).data(TranscriptModel::CanContinueRole).toBool());
    }

    void modelOfLastTimeIsLoadedAgain() {
        {
            const auto application = start();
            application->openModel(QStringLiteral("/models/other.gguf"));
            QTRY_COMPARE(application->engineHost().state(), EngineHost::State::ready);
            QTRY_COMPARE(application->engineHost().modelName(), QStringLiteral("other"));
        }
        QFile(m_folder->filePath(QStringLiteral("last.gguf"))).open(QIODevice::WriteOnly);
        {
            const auto application = start();
            application->openModel(m_folder->filePath(QStringLiteral("last.gguf")));
            QTRY_COMPARE(application->engineHost().modelName(), QStringLiteral("last"));
            QTRY_COMPARE(application->engineHost().state(), EngineHost::State::ready);
        }
        application::Application application(setup());
        application.start();
        QCOMPARE(application.engineHost().state(), EngineHost::State::loading);
        QCOMPARE(application.engineHost().modelName(), QStringLiteral("last"));
    }

    void modelIsOnlyOfferedWhenLoadingAtStartIsOff() {
        QFile(m_folder->filePath(QStringLiteral("last.gguf"))).open(QIODevice::WriteOnly);
        {
            const auto application = start();
            application->openModel(m_folder->filePath(QStringLiteral("last.gguf")));
            QTRY_COMPARE(application->engineHost().modelName(), QStringLiteral("last"));
            QTRY_COMPARE(application->engineHost().state(), EngineHost::State::ready);
            application->settings().setValue(settings::kLoadLastModel, false);
        }
        application::Application application(setup());
        application.start();
        QCOMPARE(application.engineHost().state(), EngineHost::State::unloaded);
        QCOMPARE(application.engineHost().modelName(), QStringLiteral("last"));
        application.chat().send(QStringLiteral("hello")); // loads it
        QTRY_COMPARE(application.chat().transcript()->rowCount(), 2);
        QTRY_COMPARE(stateAt(application.chat(), 1), MessageState::finished);
    }

 private:
    application::Setup setup() {
        application::Setup setup;
        setup.places = library::Places::none();
        setup.paths = storage::Paths(m_folder->path());
        setup.engine = tests::fakeEngine(m_script);
        return setup;
    }
    std::unique_ptr<application::Application> start() {
        auto application = std::make_unique<application::Application>(setup());
        connect(&application->chat(), &chat::ChatController::problem, this,
                [](const bridge::UserMessage& m) { qWarning() << m.title << m.text; });
        application->start(QStringLiteral("/models/fake.gguf"));
        if (!QTest::qWaitFor([&] { return application->engineHost().state() == EngineHost::State::ready; }))
            qFatal("the fake model does not load");
        if (!QTest::qWaitFor([&] { return application->chat().conversations()->isLoaded(); }))
            qFatal("the database does not open");
        return application;
    }

    std::optional<QTemporaryDir> m_folder;
    std::shared_ptr<tests::FakeScript> m_script;
};

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
