// Two windows on one folder: each sees what the other wrote, and nobody overwrites.
#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using tests::ChatWindow;
using tests::kLong;
using tests::slow;

class SharedFolderTest : public tests::TwoWindowsTest {
    Q_OBJECT

 private Q_SLOTS:
    void eachSeesWhatTheOtherWrites() {
        QVERIFY(m_first->say(QStringLiteral("more")));
        QTRY_COMPARE(m_second->rows(), 4);
        m_first->chat.rename(m_first->chat.currentId(), QStringLiteral("renamed"));
        QTRY_COMPARE(m_second->chat.title(), QStringLiteral("renamed"));
        m_second->chat.newConversation();
        QVERIFY(m_second->say(QStringLiteral("of the second")));
        QTRY_COMPARE(m_first->listed().size(), 2);
        QVERIFY(m_first->problems.isEmpty() && m_second->problems.isEmpty());
    }

    // Both answer the same leaf: versions of each other, both kept.
    void bothSendAtOnce() {
        m_first->chat.send(QStringLiteral("from the first"));
        m_second->chat.send(QStringLiteral("from the second"));
        QVERIFY(m_first->waitForEnd() && m_second->waitForEnd());
        QTRY_COMPARE(m_first->versions(2), 2);
        QTRY_COMPARE(m_second->versions(2), 2);
        for (ChatWindow* window : {&*m_first, &*m_second}) {
            QStringList both;
            for (int version : {0, 1}) {
                window->chat.switchVersion(window->id(2), version);
                both.append(window->text(2));
                QCOMPARE(window->rows(), 4);
            }
            both.sort();
            QCOMPARE(both,
                     (QStringList{QStringLiteral("from the first"), QStringLiteral("from the second")}));
        }
    }

    // Both go on with the same reply, or one does before it has seen that the other did: both are kept.
    void bothContinueAtOnce() {
        const QString start = stopAReply();
        m_first->script->set_reply(slow("of the first"));
        m_second->script->set_reply(slow("of the second"));
        m_first->chat.continueReply(m_first->id(3));
        m_second->chat.continueReply(m_second->id(3));
        QVERIFY(m_first->waitForEnd() && m_second->waitForEnd());
        verifyBothKept(start);
    }
    void continuedAgainBeforeItWasSeen() {
        const QString start = stopAReply();
        m_first->script->set_reply({"", "of the first", 0});
        m_second->script->set_reply({"", "of the second", 0});
        m_first->chat.continueReply(m_first->id(3));
        QVERIFY(m_first->waitForEnd() && m_first->settle());
        if (m_second->text(3) != start) QSKIP("SKIPPED: the second window looked at the disk just now");
        m_second->chat.continueReply(m_second->id(3));
        QVERIFY(m_second->waitForEnd());
        verifyBothKept(start);
        QCOMPARE(m_second->problems.size(), 1);
        QVERIFY(m_first->say(QStringLiteral("and on")));
        QVERIFY(m_first->problems.isEmpty());
    }

    // What waited for one window's reply answers the words of that window, and stands below them.
    void whatWaitedFollowsItsVersion() {
        const QString start = stopAReply();
        for (ChatWindow* window : {&*m_first, &*m_second}) {
            const bool isFirst = window == &*m_first;
            window->script->set_reply(slow(isFirst ? "of the first" : "of the second"));
            window->chat.continueReply(window->id(3));
            window->chat.send(isFirst ? QStringLiteral("to the first") : QStringLiteral("to the second"));
            QVERIFY(!window->chat.queuedMessage().isEmpty());
        }
        verifyEachFollowsItsVersion(start);
    }
    // The same when the reply has ended before the disk tells of the other window.
    void whatWaitedFollowsAVersionThatIsFoundLate() {
        const QString start = stopAReply();
        m_first->script->set_reply({"", "of the first", 0});
        m_second->script->set_reply({"", "of the second", 0});
        m_first->chat.continueReply(m_first->id(3));
        m_first->chat.send(QStringLiteral("to the first"));
        QVERIFY(m_first->waitForEnd() && m_first->settle());
        if (m_second->text(3) != start) QSKIP("SKIPPED: the second window looked at the disk just now");
        m_second->chat.continueReply(m_second->id(3));
        m_second->chat.send(QStringLiteral("to the second"));
        verifyEachFollowsItsVersion(start);
    }

    // The name given in one window stays when a reply ends in the other.
    void nameSurvivesAReplyElsewhere() {
        m_second->script->set_reply({"", std::string(1200, 'x'), 100});
        m_second->chat.send(QStringLiteral("long"));
        QVERIFY(m_second->waitForText(3, 8));
        m_first->chat.rename(m_first->chat.currentId(), QStringLiteral("my name"));
        m_first->chat.setPinned(m_first->chat.currentId(), true);
        QVERIFY(m_second->waitForEnd());
        QTRY_COMPARE(m_second->chat.title(), QStringLiteral("my name"));
        QTRY_COMPARE(m_first->rows(), 4);
        QCOMPARE(m_first->chat.title(), QStringLiteral("my name"));
    }

    void deletedElsewhere() {
        m_first->chat.deleteConversation(m_first->chat.currentId());
        QTRY_VERIFY(m_second->listed().isEmpty());
        QTRY_COMPARE(m_second->rows(), 0); // a new conversation
        QVERIFY(m_second->say(QStringLiteral("on")));
        QCOMPARE(m_second->rows(), 2);
    }

    // Written in before it was noticed: the newer wish counts.
    void writingBringsADeletedOneBack() {
        const ConversationId id = m_first->chat.currentId();
        m_first->chat.deleteConversation(id);
        QVERIFY(m_first->settle());
        QVERIFY(m_second->say(QStringLiteral("still here")));
        QTRY_COMPARE(m_first->listed().size(), 1);
        m_first->chat.openConversation(id);
        QTRY_COMPARE(m_first->rows(), 4);
        QCOMPARE(m_second->rows(), 4);
    }

 private:
    // The reply to a second question, stopped; seen by both.
    QString stopAReply() {
        m_first->script->set_reply(slow(kLong));
        m_first->chat.send(QStringLiteral("long"));
        (void)m_first->waitForText(3, 40);
        m_first->chat.stop();
        (void)(m_first->waitForEnd() && m_first->settle());
        const QString start = m_first->text(3);
        (void)QTest::qWaitFor([&] {
            return m_second->rows() == 4 && m_second->state(3) == MessageState::stopped &&
                   m_second->text(3) == start;
        });
        return start;
    }

    // Which version is shown is shared too: each window chooses when the other's choice is on the disk.
    bool settleBoth() { return m_first->settle() && m_second->settle(); }

    void verifyEachFollowsItsVersion(const QString& start) {
        for (ChatWindow* window : {&*m_first, &*m_second})
            QTRY_VERIFY(window->rows() == 6 && !window->chat.isBusy() && window->store.isSettled());
        QVERIFY(m_first->lastTurn().join(u'|').contains(start + QStringLiteral("of the first")));
        QVERIFY(m_second->lastTurn().join(u'|').contains(start + QStringLiteral("of the second")));
        for (ChatWindow* window : {&*m_first, &*m_second}) {
            QTRY_COMPARE(window->versions(3), 2);
            QVERIFY(settleBoth());
            QStringList ends;
            for (int version : {0, 1}) {
                window->chat.switchVersion(window->id(3), version);
                QTRY_COMPARE(window->rows(), 6); // the other window's came with its look at the disk
                ends.append(window->text(3).mid(start.size()) + u'|' + window->text(4));
            }
            ends.sort();
            QCOMPARE(ends, (QStringList{QStringLiteral("of the first|to the first"),
                                        QStringLiteral("of the second|to the second")}));
        }
        QCOMPARE(m_first->problems.size() + m_second->problems.size(), 1);
    }

    void verifyBothKept(const QString& start) {
        for (ChatWindow* window : {&*m_first, &*m_second}) {
            QTRY_COMPARE(window->versions(3), 2);
            QVERIFY(settleBoth());
            QStringList both;
            for (int version : {0, 1}) {
                window->chat.switchVersion(window->id(3), version);
                QTRY_COMPARE(window->state(3),
                             MessageState::finished); // the other's: with a look at the disk
                both.append(window->text(3));
            }
            both.sort();
            QCOMPARE(both, (QStringList{start + QStringLiteral("of the first"),
                                        start + QStringLiteral("of the second")}));
        }
        QCOMPARE(m_first->problems.size() + m_second->problems.size(), 1);
    }
};

QTEST_GUILESS_MAIN(SharedFolderTest)
#include "two_windows_test.moc"
