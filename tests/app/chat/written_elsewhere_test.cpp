// A reply that another window writes: nobody touches it, messages wait for it, a window that dies frees it.
#include <QProcess>

#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using State = MessageState;

class WrittenElsewhereTest : public tests::TwoWindowsTest {
    Q_OBJECT

 private Q_SLOTS:
    void sendingWhileTheOtherWritesWaits() {
        m_first->script->set_reply({"", std::string(2000, 'x'), 120});
        m_first->chat.send(QStringLiteral("long"));
        QTRY_COMPARE(m_second->rows(), 4);
        QVERIFY(m_second->at(3, TranscriptModel::WrittenElsewhereRole).toBool());
        m_second->chat.regenerate(m_second->id(3)); // it is not ours to touch
        m_second->chat.continueReply(m_second->id(3));
        QVERIFY(!m_second->chat.isBusy());
        m_second->chat.send(QStringLiteral("one"));
        m_second->chat.send(QStringLiteral("two"));
        QCOMPARE(m_second->chat.queuedMessage(), QStringLiteral("one\n\ntwo"));
        QVERIFY(!m_second->problems.isEmpty());
        QVERIFY(!m_second->problems[0].hint.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(m_second->rows(), 6, 15000); // sent when the other has finished
        QCOMPARE(m_second->text(4), QStringLiteral("one\n\ntwo"));
        QCOMPARE(m_second->chat.queuedMessage(), QString());
        QCOMPARE(m_second->text(3).size(), 2000);
        QVERIFY(m_second->waitForEnd());
        QTRY_COMPARE(m_first->rows(), 6);
    }

    void windowThatDiesFreesItsReply() {
        QProcess program;
        program.start(QStringLiteral(STREAMING_PROGRAM),
                      {m_folder->path(), QStringLiteral("400"), QStringLiteral("100000")});
        QTRY_COMPARE(m_second->listed().size(), 2);
        QTRY_VERIFY(m_second->listed().contains(QStringLiteral("the first question")));
        m_second->chat.openConversation(
            m_second->chat.conversations()->index(1).data(ConversationListModel::IdRole).toLongLong());
        QTRY_COMPARE(m_second->rows(), 2);
        QTRY_VERIFY(m_second->at(1, TranscriptModel::WrittenElsewhereRole).toBool());
        QTest::qWait(2500); // all that it wrote was noticed; from now on it says nothing
        program.kill();
        QVERIFY(program.waitForFinished());
        QTRY_COMPARE_WITH_TIMEOUT(m_second->state(1), State::stopped, 8000);
        QVERIFY(m_second->text(1).size() > 20);
        QVERIFY(m_second->say(QStringLiteral("go on")));
        QCOMPARE(m_second->rows(), 4);
    }
};

QTEST_GUILESS_MAIN(WrittenElsewhereTest)
#include "written_elsewhere_test.moc"
