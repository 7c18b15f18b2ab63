// Names, drafts, copies, and conversations as files.
#include "tests/app/chat/window_fixtures.h"

using namespace app;
using namespace app::chat;
using tests::ChatWindow;

class ConversationsTest : public tests::OneWindowTest {
    Q_OBJECT

 private Q_SLOTS:
    void renaming() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        const ConversationId one = w.chat.currentId();
        w.chat.rename(one, QStringLiteral("  A / name\nin two lines "));
        QCOMPARE(w.chat.title(), QStringLiteral("A / name in two lines"));
        QVERIFY(w.say(QStringLiteral("more")));
        QCOMPARE(w.chat.title(), QStringLiteral("A / name in two lines"));
        w.chat.rename(one, {});
        QCOMPARE(w.chat.title(), QStringLiteral("one"));
        w.chat.newConversation();
        QVERIFY(w.settle());
        w.chat.setDraft(QStringLiteral("x"));
        w.chat.newConversation();
        w.chat.rename(one, QStringLiteral("while closed"));
        QVERIFY(w.listed().contains(QStringLiteral("while closed")));
        w.chat.rename(one, {});
        QTRY_VERIFY(w.listed().contains(QStringLiteral("one")));
    }

    // Another program holds the database: what is read meanwhile is as it was before all of this.
    void changesOnTheirWayAreNotForgotten() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        const ConversationId one = w.chat.currentId();
        w.chat.rename(one, QStringLiteral("before"));
        QVERIFY(w.settle());
        w.chat.newConversation();
        const auto other = holdDatabase();
        QVERIFY(other);
        w.chat.setPinned(one, true);
        w.chat.rename(one, QStringLiteral("after"));
        w.chat.openConversation(one);
        QTRY_VERIFY(!w.chat.isLoading());
        QVERIFY(!w.store.isSettled());
        QCOMPARE(w.chat.title(), QStringLiteral("after"));
        QCOMPARE(w.listed(), QStringList(QStringLiteral("after")));
        w.chat.conversations()->refresh();
        QTest::qWait(50);
        QVERIFY(other->run(QStringLiteral("ROLLBACK")).ok());
        QVERIFY(w.settle());
        QTest::qWait(50);
        QCOMPARE(w.listed(), QStringList(QStringLiteral("after")));
        reopen();
        QCOMPARE(m_window->listed(), QStringList(QStringLiteral("after")));
        QVERIFY(m_window->chat.conversations()->find(one)->pinned);
    }

    void ofAClosedOne() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        const ConversationId one = w.chat.currentId();
        QVERIFY(w.settle());
        w.chat.newConversation();
        const auto other = holdDatabase();
        QVERIFY(other);
        w.chat.rename(one, QStringLiteral("a name"));
        w.chat.setPinned(one, true);
        w.chat.rename(one, {});
        QTRY_COMPARE(w.listed(), QStringList(QStringLiteral("one")));
        QVERIFY(w.chat.conversations()->find(one)->pinned);
        QVERIFY(other->run(QStringLiteral("ROLLBACK")).ok());
        QVERIFY(w.settle());
        reopen();
        QCOMPARE(m_window->listed(), QStringList(QStringLiteral("one")));
        QVERIFY(m_window->chat.conversations()->find(one)->pinned);
    }

    void draftSurvivesLeavingAtOnce() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        const ConversationId one = w.chat.currentId();
        QVERIFY(w.settle());
        w.chat.setDraft(QStringLiteral("typed in haste"));
        w.chat.newConversation();
        w.chat.openConversation(one);
        QTRY_VERIFY(!w.chat.isLoading());
        QCOMPARE(w.chat.draft(), QStringLiteral("typed in haste"));
        reopen();
        QCOMPARE(m_window->chat.draft(), QStringLiteral("typed in haste"));
    }

    void forkAndDuplicate() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        QVERIFY(w.say(QStringLiteral("two")));
        const ConversationId one = w.chat.currentId();
        w.chat.fork(w.id(1));
        QVERIFY(w.chat.currentId() != one);
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.chat.title(), QStringLiteral("one (branch)"));
        w.chat.duplicate(one);
        QTRY_COMPARE(w.chat.title(), QStringLiteral("one (copy)"));
        QCOMPARE(w.rows(), 4);
        QVERIFY(w.say(QStringLiteral("three")));
        QCOMPARE(w.rows(), 6);
        w.chat.openConversation(one);
        QTRY_COMPARE(w.rows(), 4);
    }

    void exportAndImport() {
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one / two: ```three")));
        w.chat.regenerate(w.id(1));
        QVERIFY(w.waitForEnd());
        QSignalSpy exported(&w.chat, &ChatController::exported);
        const QString json = m_folder->filePath(QStringLiteral("new folder/a.json"));
        const QString markdown = m_folder->filePath(QStringLiteral("a.md"));
        w.chat.exportConversation(w.chat.currentId(), json, ChatController::Format::json);
        w.chat.exportConversation(w.chat.currentId(), markdown, ChatController::Format::markdown);
        QTRY_COMPARE(exported.size(), 2);
        QVERIFY(QFile::exists(markdown));
        const ConversationId before = w.chat.currentId();
        w.chat.importConversation(json);
        QTRY_VERIFY(w.chat.currentId() != before);
        QCOMPARE(w.rows(), 2);
        QCOMPARE(w.versions(1), 2);
        QVERIFY(w.settle());
        reopen();
        QCOMPARE(m_window->listed().size(), 2);
        QTRY_COMPARE(m_window->versions(1), 2);
    }

    void fileProblemsSayWhatToDo_data() {
        QTest::addColumn<bool>("import");
        QTest::addColumn<QString>("path");
        QTest::newRow("import nothing") << true << QStringLiteral("none.json");
        QTest::newRow("import a folder") << true << QStringLiteral(".");
        QTest::newRow("import the database") << true << QStringLiteral("conversations.sqlite");
        QTest::newRow("export to a folder") << false << QStringLiteral(".");
        QTest::newRow("export below a file") << false << QStringLiteral("conversations.sqlite/a.md");
    }
    void fileProblemsSayWhatToDo() {
        QFETCH(bool, import);
        QFETCH(QString, path);
        ChatWindow& w = *m_window;
        QVERIFY(w.say(QStringLiteral("one")));
        path = m_folder->filePath(path);
        if (import)
            w.chat.importConversation(path);
        else
            w.chat.exportConversation(w.chat.currentId(), path, ChatController::Format::markdown);
        QTRY_COMPARE(w.problems.size(), 1);
        QVERIFY(!w.problems[0].title.isEmpty());
        QVERIFY(!w.problems[0].text.isEmpty() &&
                !w.problems[0].text.contains(QLatin1String("Unknown error")));
        QVERIFY(!w.problems[0].hint.isEmpty());
        QCOMPARE(w.rows(), 2); // nothing happened to the conversation
    }

 private:
    // Nobody else writes until it rolls back; what is read is as it was. Null: it cannot.
    std::unique_ptr<app::storage::Connection> holdDatabase() {
        auto opened = app::storage::Connection::open(m_window->paths.databaseFile(),
                                                     app::storage::Connection::Mode::readWrite);
        if (!opened.ok() || !opened.value()->run(QStringLiteral("BEGIN IMMEDIATE")).ok()) return nullptr;
        return std::move(opened.value());
    }
};

QTEST_GUILESS_MAIN(ConversationsTest)
#include "conversations_test.moc"
