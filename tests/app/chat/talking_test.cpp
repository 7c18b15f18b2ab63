// Talking with the fake engine: send, stop, versions, branches, continuing, errors, other models.
#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using tests::ChatWindow;
using tests::FakeReply;
using tests::kLong;
using tests::slow;
using State = MessageState;

class TalkingTest : public tests::OneWindowTest {
    Q_OBJECT

 private Q_SLOTS:
    void replyFollowsTheQuestion() {
        ChatWindow& w = *m_window;
        w.script->set_reply({"Hm.", "Forty-two.", 0});
        QVERIFY(w.say(QStringLiteral("What is it?")));
        QCOMPARE(w.texts(), (QStringList{QStringLiteral("What is it?"), QStringLiteral("Forty-two.")}));
        QCOMPARE(w.state(1), State::finished);
        QCOMPARE(w.at(1, ChatWindow::Model::ReasoningRole).toString(), QStringLiteral("Hm."));
        QCOMPARE(w.at(1, ChatWindow::Model::ModelNameRole).toString(), QStringLiteral("Fake-7B"));
        QVERIFY(w.at(1, ChatWindow::Model::MetricsRole).value<bridge::ReplyMetrics>().generatedTokens > 2);
        QCOMPARE(w.chat.title(), QStringLiteral("What is it?"));
        QVERIFY(w.say(QStringLiteral("Why?")));
        QCOMPARE(w.lastTurn(),
                 (QStringList{QStringLiteral("user: What is it?"), QStringLiteral("assistant: Forty-two."),
                              QStringLiteral("user: Why?")}));
        QVERIFY(w.problems.isEmpty());
    }

    void blankTextIsNotSent_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("white") << QStringLiteral(" \n\t ");
    }
    void blankTextIsNotSent() {
        QFETCH(QString, text);
        m_window->chat.send(text);
        QCOMPARE(m_window->rows(), 0);
        QVERIFY(!m_window->chat.isBusy());
    }

    void stopKeepsWhatWasWritten() {
        ChatWindow& w = *m_window;
        w.script->set_reply(slow(kLong));
        w.chat.send(QStringLiteral("go"));
        QVERIFY(w.waitForText(1, 40));
        w.chat.stop();
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::stopped);
        QVERIFY(w.text(1).size() >= 40 && w.text(1).size() < 4000);
        QVERIFY(w.at(1, ChatWindow::Model::CanContinueRole).toBool());
        w.chat.stop(); // again: nothing
        QCOMPARE(w.rows(), 2);
    }

    void continueGoesOnWhereItStopped() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(kLong));
        w.chat.send(QStringLiteral("go"));
        QVERIFY(w.waitForText(1, 40));
        w.chat.stop();
        QVERIFY(w.waitForEnd());
        const QString before = w.text(1);
        w.script->queue_reply(slow("and the end.", 0));
        w.chat.continueReply(w.id(1));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.text(1), before + QStringLiteral("and the end."));
        QCOMPARE(w.state(1), State::finished);
        QCOMPARE(w.versions(1), 1);
        QVERIFY(w.script->turns().back().continue_last);
        QCOMPARE(w.lastTurn().last(), QStringLiteral("assistant: ") + before);
    }

    void regenerateMakesVersions() {
        ChatWindow& w = *m_window;
        for (const char* text : {"one", "two", "three"})
            w.script->queue_reply({"", text, 0});
        QVERIFY(w.say(QStringLiteral("count")));
        w.chat.regenerate(w.id(1));
        QVERIFY(w.waitForEnd());
        w.chat.regenerate(w.id(0)); // of the question: the same
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.versions(1), 3);
        QCOMPARE(w.version(1), 2);
        QCOMPARE(w.text(1), QStringLiteral("three"));
        w.chat.switchVersion(w.id(1), 0);
        QCOMPARE(w.text(1), QStringLiteral("one"));
        w.chat.switchVersion(w.id(1), 7); // there is none
        QCOMPARE(w.text(1), QStringLiteral("one"));
        QCOMPARE(w.lastTurn(), QStringList{QStringLiteral("user: count")});
        w.chat.regenerate(w.id(1), ChatController::Length::longer);
        QVERIFY(w.waitForEnd());
        QVERIFY(w.lastTurn().last().contains(QLatin1String("greater length")));
        QCOMPARE(w.text(0), QStringLiteral("count")); // the wish is not part of the conversation
    }

    void editMakesABranchAndTheOldOneStays() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("first")));
        QVERIFY(w.say(QStringLiteral("second")));
        w.chat.editAndResend(w.id(2), QStringLiteral("other second"));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.rows(), 4);
        QCOMPARE(w.text(2), QStringLiteral("other second"));
        QCOMPARE(w.versions(2), 2);
        w.chat.editAndResend(w.id(0), QStringLiteral("other first"));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.versions(0), 2);
        w.chat.switchVersion(w.id(0), 0);
        QCOMPARE(w.rows(), 4);
        QCOMPARE(w.text(2), QStringLiteral("other second")); // as it was left
        w.chat.switchVersion(w.id(2), 0);
        QCOMPARE(w.text(2), QStringLiteral("second"));
        w.chat.editAndResend(w.id(1), QStringLiteral("not mine to resend"));
        QVERIFY(!w.chat.isBusy());
        w.chat.editReply(w.id(1), QStringLiteral("in my words"));
        QCOMPARE(w.text(1), QStringLiteral("in my words"));
        QCOMPARE(w.versions(1), 2);
        QCOMPARE(w.at(1, ChatWindow::Model::ModelNameRole).toString(), QString());
    }

    void everyBranchIsThereAfterReopening() {
        {
            ChatWindow& w = *m_window;
            QVERIFY(w.say(QStringLiteral("first")));
            QVERIFY(w.say(QStringLiteral("second")));
            w.chat.editAndResend(w.id(0), QStringLiteral("other"));
            QVERIFY(w.waitForEnd());
            w.chat.regenerate(w.id(1));
            QVERIFY(w.waitForEnd());
            w.chat.switchVersion(w.id(1), 0);
        }
        reopen();
        ChatWindow& w = *m_window;
        QCOMPARE(w.text(0), QStringLiteral("other"));
        QCOMPARE(w.versions(0), 2);
        QCOMPARE(w.version(1), 0);
        QCOMPARE(w.versions(1), 2);
        w.chat.switchVersion(w.id(0), 0);
        QCOMPARE(w.rows(), 4);
    }

    void errorKeepsThePartialText_data() {
        QTest::addColumn<int>("after");
        QTest::addColumn<bool>("memory");
        QTest::newRow("before the first word") << 0 << false;
        QTest::newRow("in the middle") << 5 << false;
        QTest::newRow("out of memory") << 5 << true;
    }
    void errorKeepsThePartialText() {
        QFETCH(int, after);
        QFETCH(bool, memory);
        FakeReply reply = slow("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", 0);
        reply.fail_after_tokens = after;
        if (memory) reply.error = {engine::ErrorCode::out_of_memory, "3 GiB are missing", ""};
        {
            ChatWindow& w = *m_window;
            w.script->queue_reply(reply);
            QVERIFY(w.say(QStringLiteral("go")));
            QCOMPARE(w.state(1), State::failed);
        }
        reopen();
        ChatWindow& w = *m_window;
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.state(1), State::failed);
        QCOMPARE(w.text(1), QString::fromStdString(reply.text.substr(0, static_cast<size_t>(4 * after))));
        const auto failure = w.at(1, ChatWindow::Model::FailureRole).value<bridge::UserMessage>();
        QVERIFY(!failure.title.isEmpty() && !failure.text.isEmpty());
        if (memory) QVERIFY(!failure.hint.isEmpty());
        QVERIFY(w.say(QStringLiteral("again"))); // the conversation goes on
        QCOMPARE(w.state(w.rows() - 1), State::finished);
    }

    void modelThatDoesNotLoadIsToldInTheConversation() {
        ChatWindow& w = *m_window;
        tests::FakeLoad load;
        load.fail_at_step = 2;
        w.script->set_load(load);
        w.host.load(QStringLiteral("/models/broken.gguf"));
        w.chat.send(QStringLiteral("hello"));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::failed);
        QVERIFY(!w.at(1, ChatWindow::Model::FailureRole).value<bridge::UserMessage>().hint.isEmpty());
        w.script->set_load({});
        w.chat.regenerate(w.id(1)); // loads again
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::finished);
        QCOMPARE(w.versions(1), 2);
    }

    void otherModelKeepsTheConversation() {
        ChatWindow& w = *m_window;
        w.script->set_reply(slow("Paris.", 0));
        QVERIFY(w.say(QStringLiteral("Capital of France?")));
        const ConversationId id = w.chat.currentId();
        QVERIFY(w.load(QStringLiteral("/models/Other-3B.gguf")));
        QCOMPARE(w.chat.currentId(), id);
        QCOMPARE(w.rows(), 2);
        QVERIFY(w.say(QStringLiteral("And of Spain?")));
        QCOMPARE(w.lastTurn().size(), 3);
        QCOMPARE(w.at(1, ChatWindow::Model::ModelNameRole).toString(), QStringLiteral("Fake-7B"));
        QCOMPARE(w.at(3, ChatWindow::Model::ModelNameRole).toString(), QStringLiteral("Other-3B"));
    }

    void otherModelWhileAReplyStreams() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(kLong));
        w.chat.send(QStringLiteral("go"));
        QVERIFY(w.waitForText(1, 40));
        QVERIFY(w.load(QStringLiteral("/models/Other-3B.gguf")));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::stopped);
        QVERIFY(w.text(1).size() >= 40);
        QVERIFY(w.say(QStringLiteral("on")));
        QCOMPARE(w.state(3), State::finished);
    }

    void noModelAsksForOne() {
        m_window.emplace(m_folder->path());
        ChatWindow& w = *m_window;
        QVERIFY(w.open({}));
        QSignalSpy needed(&w.chat, &ChatController::modelNeeded);
        w.chat.send(QStringLiteral("hello"));
        QCOMPARE(needed.size(), 1);
        QCOMPARE(w.chat.stage(), ChatController::Stage::waitsForModel);
        QVERIFY(w.load(QStringLiteral("/models/m.gguf")));
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::finished);
    }
};

QTEST_GUILESS_MAIN(TalkingTest)
#include "talking_test.moc"
