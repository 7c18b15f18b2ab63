// The list beside the chat: sections by time, the order, changes that move rows, searching.
#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/chat/conversation_list_model.h"
#include "tests/app/chat/open_store.h"

using namespace app::chat;
using tests::OpenStore;
using Section = ConversationListModel::Section;

namespace {

ConversationHeader header(ConversationId id, const QString& title, const QDateTime& updated,
                          bool pinned = false) {
    ConversationHeader made;
    made.id = id;
    made.title = title;
    made.pinned = pinned;
    made.created = made.updated = updated.toUTC();
    return made;
}

QDateTime noon(int daysAgo) {
    return QDate::currentDate().addDays(-daysAgo).startOfDay().addSecs(daysAgo == 0 ? 1 : 12 * 3600);
}

QStringList shown(const ConversationListModel& list) {
    QStringList rows;
    for (int row = 0; row < list.rowCount(); ++row) {
        const QModelIndex index = list.index(row);
        const bool head = index.data(ConversationListModel::IsHeaderRole).toBool();
        rows.append((head ? QStringLiteral("# ") : QString()) + index.data().toString());
    }
    return rows;
}

} // namespace

class ConversationListTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_opened.emplace(m_folder->path());
        m_list.emplace(m_opened->store);
        m_tester.emplace(&*m_list, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup() {
        m_tester.reset();
        m_list.reset();
        m_opened.reset();
    }

    void sections_data() {
        QTest::addColumn<int>("daysAgo");
        QTest::addColumn<int>("section");
        QTest::newRow("now") << 0 << static_cast<int>(Section::today);
        QTest::newRow("tomorrow: the clock was wrong") << -1 << static_cast<int>(Section::today);
        QTest::newRow("yesterday") << 1 << static_cast<int>(Section::yesterday);
        QTest::newRow("two days") << 2 << static_cast<int>(Section::previousWeek);
        QTest::newRow("seven days") << 7 << static_cast<int>(Section::previousWeek);
        QTest::newRow("eight days") << 8 << static_cast<int>(Section::month);
        QTest::newRow("years") << 1000 << static_cast<int>(Section::month);
    }
    void sections() {
        QFETCH(int, daysAgo);
        QFETCH(int, section);
        m_list->put(header(1, QStringLiteral("one"), noon(daysAgo)));
        QCOMPARE(m_list->rowCount(), 2);
        for (int row : {0, 1})
            QCOMPARE(m_list->index(row).data(ConversationListModel::SectionRole).toInt(), section);
        QVERIFY(!(m_list->index(0).flags() & Qt::ItemIsSelectable));
        QVERIFY(m_list->index(1).flags() & Qt::ItemIsSelectable);
        if (daysAgo == 1000)
            QVERIFY(m_list->index(0).data().toString().endsWith(QString::number(noon(1000).date().year())));
    }

    // Every day of 500, at its first and its last moment: each under the head that its date says.
    void everyDay() {
        const QDate today = QDate::currentDate();
        QHash<ConversationId, QDate> dates;
        for (int days = 0; days < 500; ++days) {
            const QDate date = today.addDays(-days);
            const ConversationId id = 2 * days + 1;
            m_list->put(header(id, {}, date.startOfDay()));
            m_list->put(header(id + 1, {}, date.endOfDay()));
            dates.insert(id, date);
            dates.insert(id + 1, date);
        }
        QString head;
        QSet<QString> heads;
        for (int row = 0; row < m_list->rowCount(); ++row) {
            const QModelIndex index = m_list->index(row);
            const ConversationId id = index.data(ConversationListModel::IdRole).toLongLong();
            if (id == 0) {
                head = index.data().toString();
                QVERIFY2(!heads.contains(head), qPrintable(head));
                heads.insert(head);
                continue;
            }
            const QDate date = dates.take(id);
            const qint64 days = date.daysTo(today);
            const QString month = QLocale().standaloneMonthName(date.month());
            QCOMPARE(head, days == 0   ? QStringLiteral("Today")
                           : days == 1 ? QStringLiteral("Yesterday")
                           : days <= 7 ? QStringLiteral("Previous 7 days")
                           : date.year() == today.year()
                               ? month
                               : QStringLiteral("%1 %2").arg(month).arg(date.year()));
        }
        QVERIFY(dates.isEmpty());
    }

    void orderAndChanges() {
        m_list->put(header(1, QStringLiteral("old"), noon(1)));
        m_list->put(header(2, QStringLiteral("new"), noon(0)));
        m_list->put(header(3, QStringLiteral("newer"), noon(0).addSecs(5)));
        m_list->put(header(4, QStringLiteral("pinned"), noon(30), true));
        const QString newer = QStringLiteral("newer"), fresh = QStringLiteral("new"),
                      old = QStringLiteral("old");
        QCOMPARE(shown(*m_list),
                 (QStringList{QStringLiteral("# Pinned"), QStringLiteral("pinned"), QStringLiteral("# Today"),
                              newer, fresh, QStringLiteral("# Yesterday"), old}));
        m_list->put(header(1, old, noon(0).addSecs(9))); // talked in again
        QCOMPARE(shown(*m_list).mid(2), (QStringList{QStringLiteral("# Today"), old, newer, fresh}));
        QCOMPARE(m_list->neighbour(1), 3);
        QCOMPARE(m_list->neighbour(2), 1 + 2);
        m_list->take(4);
        QCOMPARE(shown(*m_list).first(), QStringLiteral("# Today"));
        m_list->put(header(3, {}, noon(0).addSecs(5)));
        QVERIFY(shown(*m_list).contains(QStringLiteral("New chat")));
        for (const ConversationId id : {1, 2, 3})
            m_list->take(id);
        QCOMPARE(m_list->rowCount(), 0);
        QCOMPARE(m_list->neighbour(1), 0);
    }

    // Any change shows the same as a list made anew.
    void manyChanges() {
        QRandomGenerator random(7);
        QHash<ConversationId, ConversationHeader> all;
        for (int step = 0; step < 600; ++step) {
            const ConversationId id = random.bounded(1, 60);
            if (random.bounded(4) == 0) {
                all.remove(id);
                m_list->take(id);
            } else {
                all[id] = header(id, QStringLiteral("t%1").arg(id),
                                 noon(random.bounded(0, 400)).addSecs(random.bounded(1000)),
                                 random.bounded(5) == 0);
                m_list->put(all[id]);
            }
            QCOMPARE(m_list->conversationCount(), all.size());
        }
        ConversationListModel fresh(m_opened->store);
        for (const ConversationHeader& one : std::as_const(all))
            fresh.put(one);
        QCOMPARE(shown(*m_list), shown(fresh));
    }

    void generatingIsMarked() {
        m_list->put(header(1, QStringLiteral("one"), noon(0)));
        QSignalSpy changed(&*m_list, &QAbstractItemModel::dataChanged);
        m_list->setGenerating({1, 99});
        QCOMPARE(changed.size(), 1);
        QVERIFY(m_list->index(1).data(ConversationListModel::GeneratingRole).toBool());
        m_list->setGenerating({});
        QVERIFY(!m_list->index(1).data(ConversationListModel::GeneratingRole).toBool());
    }

    void readingTheDisk() {
        for (int id = 1; id <= 3; ++id) {
            ConversationRecord record;
            record.header = header(id, QStringLiteral("disk %1").arg(id), noon(0).addSecs(id));
            m_opened->store.insert(record);
        }
        QVERIFY(m_opened->settle());
        m_list->put(header(9, QStringLiteral("begun meanwhile"), noon(0).addSecs(60)));
        QSignalSpy loaded(&*m_list, &ConversationListModel::loaded);
        m_list->refresh();
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(m_list->conversationCount(), 4);
        QCOMPARE(m_list->index(1).data().toString(), QStringLiteral("begun meanwhile"));
    }

    void searching() {
        for (int id = 1; id <= 3; ++id) {
            ConversationRecord record;
            record.header =
                header(id, id == 2 ? QStringLiteral("A needle") : QStringLiteral("hay"), noon(id));
            Message message;
            message.id = 10 + id;
            message.text = id == 1 ? QStringLiteral("the needle is here") : QStringLiteral("only hay");
            message.created = record.header.created;
            record.messages = {message};
            m_opened->store.insert(record);
            m_list->put(record.header);
        }
        QVERIFY(m_opened->settle());
        const QStringList all = shown(*m_list);
        QSignalSpy finished(&*m_list, &ConversationListModel::searchFinished);
        m_list->setSearch(QStringLiteral("nee"));
        m_list->setSearch(QStringLiteral("needle")); // typed on: one question
        QVERIFY(m_list->isSearching());
        QCOMPARE(shown(*m_list), all); // until the answer comes
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished[0][0].toInt(), 2);
        QCOMPARE(shown(*m_list),
                 (QStringList{QStringLiteral("A needle"), QStringLiteral("hay")})); // titles first
        QCOMPARE(m_list->index(0).data(ConversationListModel::MessageIdRole).toLongLong(), 0);
        QCOMPARE(m_list->index(1).data(ConversationListModel::MessageIdRole).toLongLong(), 11);
        QCOMPARE(m_list->index(1).data(ConversationListModel::SnippetRole).toString(),
                 QStringLiteral("the needle is here"));
        m_list->put(header(2, QStringLiteral("Renamed"), noon(2))); // while the hits are shown
        QCOMPARE(shown(*m_list).first(), QStringLiteral("Renamed"));
        m_list->take(2);
        QCOMPARE(m_list->rowCount(), 1);
        m_list->setSearch(QStringLiteral("nothing like this"));
        QTRY_COMPARE(finished.size(), 2);
        QCOMPARE(m_list->rowCount(), 0);
        m_list->setSearch(QStringLiteral("late"));
        m_list->setSearch({});
        QCOMPARE(m_list->rowCount(), 4); // two heads, two conversations
        QTest::qWait(300);
        QCOMPARE(finished.size(), 2); // the answer to what was wiped away is dropped
        QCOMPARE(m_list->rowCount(), 4);
    }

 private:
    std::optional<QTemporaryDir> m_folder;
    std::optional<OpenStore> m_opened;
    std::optional<ConversationListModel> m_list;
    std::optional<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(ConversationListTest)
#include "conversation_list_test.moc"
