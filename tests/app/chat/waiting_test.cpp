// Messages that wait for a reply, for the disk or in the background.
#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using tests::ChatWindow;
using tests::kLong;
using tests::slow;
using State = MessageState;

class WaitingTest : public tests::OneWindowTest {
    Q_OBJECT

 private Q_SLOTS:
    void messageSentWhileAReplyStreamsWaits() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(std::string(200, 'x')));
        w.chat.send(QStringLiteral("one"));
        w.chat.send(QStringLiteral("two"));
        w.chat.send(QStringLiteral("three"));
        QCOMPARE(w.chat.queuedMessage(), QStringLiteral("two\n\nthree"));
        QTRY_COMPARE(w.rows(), 4);
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.text(2), QStringLiteral("two\n\nthree"));
        QCOMPARE(w.chat.queuedMessage(), QString());
        QCOMPARE(w.chat.draft(), QString());
    }

    void stopLeavesTheWaitingMessageWaiting() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(kLong));
        w.chat.send(QStringLiteral("one"));
        w.chat.send(QStringLiteral("two"));
        w.chat.stop();
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.chat.queuedMessage(), QStringLiteral("two"));
        w.chat.setQueuedMessage({});
        QCOMPARE(w.chat.queuedMessage(), QString());
    }

    // The window closes, or the program is killed: what waited is in the composer again.
    void waitingMessageSurvivesTheWindow() {
        {
            ChatWindow& w = *m_window;
            w.script->queue_reply(slow(kLong));
            w.chat.send(QStringLiteral("one"));
            w.chat.send(QStringLiteral("a long question"));
            w.chat.setDraft(QStringLiteral("and a th"));
            QVERIFY(w.waitForText(1, 8));
        }
        reopen();
        QCOMPARE(m_window->rows(), 2);
        QCOMPARE(m_window->chat.draft(), QStringLiteral("a long question\n\nand a th"));
    }

    // Another conversation is being read: what is sent meanwhile is not lost.
    void messageSentWhileTheDiskIsRead() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("first")));
        const ConversationId first = w.chat.currentId();
        w.chat.setDraft(QStringLiteral("old draft"));
        reopen();
        ChatWindow& again = *m_window;
        again.chat.newConversation();
        QVERIFY(again.say(QStringLiteral("x")));
        QVERIFY(again.settle());
        again.chat.openConversation(first);
        QTRY_VERIFY(!again.chat.isLoading());
        again.chat.newConversation();
        again.settle();
        again.chat.setDraft(QStringLiteral("so that it is closed"));
        again.chat.newConversation();
        again.chat.openConversation(first);
        QVERIFY(again.chat.isLoading());
        again.chat.send(QStringLiteral("sent early"));
        again.chat.setDraft(QStringLiteral("typed early"));
        QTRY_COMPARE(again.rows(), 4);
        QVERIFY(again.waitForEnd());
        QCOMPARE(again.text(2), QStringLiteral("sent early"));
        QCOMPARE(again.chat.draft(), QStringLiteral("old draft\n\ntyped early"));
    }

    void replyGoesOnInTheBackground() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(std::string(200, 'x')));
        QSignalSpy finished(&w.chat, &ChatController::replyFinished);
        w.chat.send(QStringLiteral("one"));
        const ConversationId first = w.chat.currentId();
        QVERIFY(w.waitForText(1, 8));
        w.chat.newConversation();
        QVERIFY(!w.chat.isBusy());
        w.chat.send(QStringLiteral("two")); // waits for its turn
        QCOMPARE(w.chat.stage(), ChatController::Stage::waitsForOthers);
        QTRY_COMPARE(finished.size(), 2);
        QCOMPARE(finished[0][0].toLongLong(), first);
        w.chat.openConversation(first);
        QTRY_VERIFY(!w.chat.isLoading());
        QCOMPARE(w.text(1).size(), 200);
        QCOMPARE(w.state(1), State::finished);
    }
};

QTEST_GUILESS_MAIN(WaitingTest)
#include "waiting_test.moc"
