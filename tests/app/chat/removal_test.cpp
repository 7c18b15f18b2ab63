// Deleting messages and conversations, and undoing it, also while they stream.
#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using tests::ChatWindow;
using tests::kLong;
using tests::slow;
using State = MessageState;

class RemovalTest : public tests::OneWindowTest {
    Q_OBJECT

 private Q_SLOTS:
    void deletedMessageComesBack() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        w.chat.regenerate(w.id(1));
        QVERIFY(w.waitForEnd());
        QVERIFY(w.say(QStringLiteral("two")));
        const QStringList all = w.texts();
        w.chat.deleteMessage(w.id(1));
        QCOMPARE(w.rows(), 2); // the other version
        QCOMPARE(w.versions(1), 1);
        w.chat.undoDeleteMessage();
        QCOMPARE(w.texts(), all);
        QCOMPARE(w.versions(1), 2);
        w.chat.undoDeleteMessage(); // again: nothing
        QCOMPARE(w.texts(), all);
        w.chat.deleteMessage(w.id(0));
        QCOMPARE(w.rows(), 0);
        w.chat.newConversation(); // undone from elsewhere
        QVERIFY(w.settle());
        w.chat.newConversation();
        const ConversationId first =
            w.chat.conversations()->index(1).data(ConversationListModel::IdRole).toLongLong();
        w.chat.undoDeleteMessage();
        w.chat.openConversation(first);
        QTRY_COMPARE(w.texts(), all);
        QVERIFY(w.settle());
        reopen();
        QTRY_COMPARE(m_window->texts(), all);
    }

    void replyDeletedWhileItStreamsComesBackAsStopped() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(kLong));
        w.chat.send(QStringLiteral("one"));
        QVERIFY(w.waitForText(1, 40));
        w.chat.deleteMessage(w.id(0));
        QCOMPARE(w.rows(), 0);
        QVERIFY(w.waitForEnd());
        w.chat.undoDeleteMessage();
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.state(1), State::stopped);
        QVERIFY(!w.at(1, ChatWindow::Model::WrittenElsewhereRole).toBool());
        QVERIFY(w.text(1).size() >= 40);
        QVERIFY(w.say(QStringLiteral("two"))); // talking goes on
        QCOMPARE(w.rows(), 4);
        reopen();
        QTRY_COMPARE(m_window->rows(), 4);
        QCOMPARE(m_window->state(1), State::stopped);
    }

    void deletedConversationComesBack() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        const ConversationId one = w.chat.currentId();
        w.chat.newConversation();
        QVERIFY(w.say(QStringLiteral("two")));
        QSignalSpy deleted(&w.chat, &ChatController::conversationDeleted);
        w.chat.deleteConversation(one);
        QCOMPARE(deleted.size(), 1);
        QCOMPARE(deleted[0][1].toString(), QStringLiteral("one"));
        QCOMPARE(w.listed(), QStringList{QStringLiteral("two")});
        w.chat.undoDelete(one);
        QCOMPARE(w.listed().size(), 2);
        QCOMPARE(w.chat.currentId(), one);
        QTRY_COMPARE(w.rows(), 2);
        w.chat.deleteConversation(one); // the one that is shown
        QCOMPARE(w.chat.title(), QStringLiteral("two"));
        QVERIFY(w.settle());
        reopen();
        QCOMPARE(m_window->listed(), QStringList{QStringLiteral("two")});
    }

    void conversationDeletedWhileItStreams() {
        ChatWindow& w = *m_window;
        w.script->queue_reply(slow(kLong));
        w.chat.send(QStringLiteral("one"));
        QVERIFY(w.waitForText(1, 40));
        const ConversationId one = w.chat.currentId();
        w.chat.deleteConversation(one);
        QCOMPARE(w.rows(), 0);
        QVERIFY(w.listed().isEmpty());
        w.chat.undoDelete(one);
        QTRY_COMPARE(w.rows(), 2);
        QVERIFY(w.waitForEnd());
        QCOMPARE(w.state(1), State::stopped);
        QCOMPARE(w.listed().size(), 1);
    }
};

QTEST_GUILESS_MAIN(RemovalTest)
#include "removal_test.moc"
