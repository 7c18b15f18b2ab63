// The shape of a conversation: what is visible, versions, removal, and data that contradicts itself.
#include <QTest>

#include "app/chat/message_tree.h"
#include "app/chat/reply_request.h"

using namespace app::chat;

namespace {

Message message(MessageId id, MessageId parent, MessageRole role = MessageRole::user) {
    Message made;
    made.id = id;
    made.parent = parent;
    made.role = role;
    made.text = QStringLiteral("m%1").arg(id);
    return made;
}

// 1 ─ 2 ─ 3      two replies 2 and 4 to the question 1; the later one goes on with 5 and 6
//   └ 4 ─ 5 ─ 6
QList<Message> sample() {
    using enum MessageRole;
    return {message(1, 0), message(2, 1, assistant), message(3, 2), message(4, 1, assistant),
            message(5, 4), message(6, 5, assistant)};
}

using Ids = QList<MessageId>;

} // namespace

class MessageTreeTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void newestVersionIsShownWhenNoneIsChosen() {
        const MessageTree tree(sample(), 0);
        QCOMPARE(tree.path(), (Ids{1, 4, 5, 6}));
        QCOMPARE(tree.leaf(), 6);
        QCOMPARE(tree.versions(2), (Ids{2, 4}));
        QCOMPARE(tree.ancestors(3), (Ids{1, 2, 3}));
    }

    void orderOfRowsDoesNotMatter() {
        QList<Message> rows = sample();
        std::reverse(rows.begin(), rows.end());
        QCOMPARE(MessageTree(rows, 0).path(), MessageTree(sample(), 0).path());
        QCOMPARE(MessageTree(rows, 0).versions(4), (Ids{2, 4}));
    }

    void movedWithAllBelow() {
        MessageTree tree(sample(), 0);
        tree.move(5, 2);
        QCOMPARE(tree.children(2), (Ids{3, 5}));
        QVERIFY(tree.children(4).isEmpty());
        QCOMPARE(tree.path(), (Ids{1, 4}));
        tree.select(1, 2);
        QCOMPARE(tree.path(), (Ids{1, 2, 5, 6}));
        tree.move(2, 6);  // below itself
        tree.move(3, 99); // nobody
        QCOMPARE(tree.path(), (Ids{1, 2, 5, 6}));
        QCOMPARE(tree.children(2), (Ids{3, 5}));
    }

    void branchIsShownAsItWasLeft() {
        MessageTree tree(sample(), 0);
        tree.select(1, 2);
        QCOMPARE(tree.path(), (Ids{1, 2, 3}));
        tree.select(1, 4);
        QCOMPARE(tree.path(), (Ids{1, 4, 5, 6}));
        tree.select(1, 99); // nobody's child
        tree.select(2, 6);  // somebody else's
        QCOMPARE(tree.path(), (Ids{1, 4, 5, 6}));
    }

    void addedMessageIsTheChosenOne() {
        MessageTree tree(sample(), 0);
        tree.add(message(7, 1, MessageRole::assistant));
        QCOMPARE(tree.path(), (Ids{1, 7}));
        QCOMPARE(tree.versions(7), (Ids{2, 4, 7}));
        tree.add(message(8, 0)); // the opening question in other words
        QCOMPARE(tree.path(), (Ids{8}));
        QCOMPARE(tree.versions(8), (Ids{1, 8}));
        tree.add(message(9, 77)); // below nobody
        tree.add(message(8, 1));  // known already
        tree.add(message(0, 8));  // no id
        QCOMPARE(tree.path(), (Ids{8}));
        QCOMPARE(tree.below(0).size(), 8);
    }

    void removal_data() {
        QTest::addColumn<qint64>("removed");
        QTest::addColumn<Ids>("path");
        QTest::addColumn<int>("left");
        QTest::newRow("leaf") << qint64(6) << Ids{1, 4, 5} << 5;
        QTest::newRow("chosen version: the older one is shown") << qint64(4) << Ids{1, 2, 3} << 3;
        QTest::newRow("version that is not shown") << qint64(2) << Ids{1, 4, 5, 6} << 4;
        QTest::newRow("everything") << qint64(1) << Ids{} << 0;
        QTest::newRow("nothing") << qint64(42) << Ids{1, 4, 5, 6} << 6;
    }
    void removal() {
        QFETCH(qint64, removed);
        QFETCH(Ids, path);
        QFETCH(int, left);
        MessageTree tree(sample(), 0);
        tree.remove(removed);
        QCOMPARE(tree.path(), path);
        QCOMPARE(tree.below(0).size(), left);
        QVERIFY(!tree.find(removed));
    }

    // Rows that a damaged or hand-made file may hold: never a hang, never a row without its parent.
    void contradictions_data() {
        QTest::addColumn<QList<qint64>>("parents"); // of messages 1, 2, ...
        QTest::addColumn<Ids>("path");
        QTest::newRow("orphan") << QList<qint64>{0, 1, 99} << Ids{1, 2};
        QTest::newRow("its own parent") << QList<qint64>{0, 2} << Ids{1};
        QTest::newRow("ring") << QList<qint64>{0, 3, 2} << Ids{1};
        QTest::newRow("only a ring") << QList<qint64>{2, 1} << Ids{};
    }
    void contradictions() {
        QFETCH(QList<qint64>, parents);
        QFETCH(Ids, path);
        QList<Message> rows;
        for (int i = 0; i < parents.size(); ++i)
            rows.append(message(i + 1, parents[i]));
        QCOMPARE(MessageTree(rows, 0).path(), path);
    }

    void deepConversation() {
        QList<Message> rows;
        for (int i = 1; i <= 20'000; ++i)
            rows.append(message(i, i - 1, i % 2 ? MessageRole::user : MessageRole::assistant));
        MessageTree tree(rows, 0);
        QCOMPARE(tree.path().size(), 20'000);
        QCOMPARE(tree.ancestors(20'000).size(), 20'000);
        tree.remove(2);
        QCOMPARE(tree.path(), (Ids{1}));
    }

    // What the engine reads: the branch alone, with turns that alternate.
    void turnsOfABranch() {
        MessageTree tree(sample(), 0);
        QCOMPARE(turnMessages(tree, 3).size(), 3);
        QCOMPARE(turnMessages(tree, 3).last().content, QStringLiteral("m3"));
        tree.find(2)->text.clear(); // a reply that failed before its first word
        const auto turns = turnMessages(tree, 3);
        QCOMPARE(turns.size(), 1);
        QCOMPARE(turns.first().content, QStringLiteral("m1\n\nm3"));
        QCOMPARE(turnMessages(tree, 2).size(), 2); // to be continued, so it stays
    }

    void identifiersGrow() {
        MessageId last = 0;
        for (int i = 0; i < 10'000; ++i) {
            const MessageId id = newId();
            QVERIFY(id > last);
            last = id;
        }
    }
};

QTEST_GUILESS_MAIN(MessageTreeTest)
#include "message_tree_test.moc"
