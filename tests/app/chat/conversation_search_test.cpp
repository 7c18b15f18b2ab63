// What people type into the search field: every character is only a character.
#include <QTemporaryDir>
#include <QTest>

#include "app/chat/conversation_search.h"
#include "tests/app/chat/open_store.h"

using namespace app::chat;
using tests::OpenStore;

namespace {

const QStringList kTexts{
    QStringLiteral("Use a k-way merge with a heap."),
    QStringLiteral("He said \"hello there\" and left; it's 50% off."),
    QStringLiteral("std::vector<int>* p = &x; // C++"),
    QStringLiteral("東京の天気はどうですか"),
    QStringLiteral("Straße und Äpfel, ÇA VA?"),
    QStringLiteral("NEAR the title: AND, OR, NOT a question_mark"),
    QStringLiteral("path\\to\\file (a) {b} [c] ^d ~e"),
    QStringLiteral("🙂🙃 emoji🎉party"),
    QStringLiteral("Привет, мир"),
    QStringLiteral("short ab xyz"),
};

} // namespace

class ConversationSearchTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void initTestCase() {
        m_opened.emplace(m_folder.path());
        for (int i = 0; i < kTexts.size(); ++i) {
            ConversationRecord record;
            record.header.id = i + 1;
            record.header.title = QStringLiteral("Talk no. %1").arg(i);
            record.header.created = record.header.updated = QDateTime::fromMSecsSinceEpoch(1000 * i, Qt::UTC);
            Message message;
            message.id = 100 + i;
            message.text = kTexts[i];
            message.created = record.header.created;
            record.messages.append(message);
            m_opened->store.insert(record);
        }
        QVERIFY(m_opened->settle());
    }

    void found_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QList<int>>("rows");
        const auto row = [](const QString& typed, const QList<int>& rows) {
            QTest::newRow(qPrintable(typed)) << typed << rows;
        };
        row(QStringLiteral("merge"), {0});
        row(QStringLiteral("mer"), {0});  // the beginning of a word
        row(QStringLiteral("erge"), {0}); // the end
        row(QStringLiteral("MERGE heap"), {0});
        row(QStringLiteral("merge nothere"), {});
        row(QStringLiteral("k-way"), {0});
        row(QStringLiteral("\"way merge\""), {0});
        row(QStringLiteral("\"merge way\""), {});
        row(QStringLiteral("\"hello"), {1}); // a quote without its end
        row(QStringLiteral("hello\""), {});
        row(QStringLiteral("there\""), {1});
        row(QStringLiteral("it's"), {1});
        row(QStringLiteral("50%"), {1});
        row(QStringLiteral("%"), {1});
        row(QStringLiteral("_"), {5});
        row(QStringLiteral("n_m"), {5});
        row(QStringLiteral("n?m"), {});
        row(QStringLiteral("*"), {2});
        row(QStringLiteral("mer*"), {});
        row(QStringLiteral("vector<int>*"), {2});
        row(QStringLiteral("c++"), {2});
        row(QStringLiteral("-"), {0});
        row(QStringLiteral("-merge"), {});
        row(QStringLiteral("天気"), {3}); // shorter than a trigram
        row(QStringLiteral("東京の天気"), {3});
        row(QStringLiteral("京"), {3});
        row(QStringLiteral("straße"), {4});
        row(QStringLiteral("äpfel"), {4});
        row(QStringLiteral("ça va"), {4});
        row(QStringLiteral("ÄP"), {4});
        row(QStringLiteral("NEAR("), {});
        row(QStringLiteral("AND OR NOT"), {5});
        row(QStringLiteral("title:"), {5});
        row(QStringLiteral("\\to\\"), {6});
        row(QStringLiteral("\\"), {6});
        row(QStringLiteral("^d ~e (a) {b} [c]"), {6});
        row(QStringLiteral("🎉"), {7});
        row(QStringLiteral("🙂🙃"), {7});
        row(QStringLiteral("emoji🎉party"), {7});
        row(QStringLiteral("привет"), {8});
        row(QStringLiteral("МИ"), {8});
        row(QStringLiteral("ab"), {9});
        row(QStringLiteral("Talk"), {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}); // titles
        row(QStringLiteral("no. 7"), {7});
        row(QStringLiteral("; DROP TABLE messages; --"), {});
        row(QStringLiteral("\"\""), {});
    }
    void found() {
        QFETCH(QString, typed);
        QFETCH(QList<int>, rows);
        QList<int> found;
        for (const SearchHit& hit : m_opened->search(typed))
            found.append(static_cast<int>(hit.header.id) - 1);
        QCOMPARE(found, rows);
    }

    void nothingTypedFindsNothing_data() {
        QTest::addColumn<QString>("typed");
        QTest::newRow("empty") << QString();
        QTest::newRow("spaces") << QStringLiteral(" \t\n ");
        QTest::newRow("null byte") << QString(QChar(0));
    }
    void nothingTypedFindsNothing() {
        QFETCH(QString, typed);
        QVERIFY(m_opened->search(typed).isEmpty());
    }

    // Pasted by accident: an answer, not an error.
    void muchTyped_data() {
        QTest::addColumn<QString>("typed");
        QTest::newRow("words") << QStringLiteral("word%1 ").repeated(1).arg(1).repeated(400);
        QString many;
        for (int i = 100; i < 999; ++i)
            many += QString::number(i) + QLatin1Char(' ');
        QTest::newRow("different words") << many;
        many.clear();
        for (int i = 0; i < 500; ++i)
            many += QChar(0x4e00 + i) + QStringLiteral(" ");
        QTest::newRow("different characters") << many;
        QTest::newRow("quotes") << QString(2000, QLatin1Char('"'));
        QTest::newRow("half a surrogate") << QStringLiteral("abc") + QChar(0xd83d);
        QTest::newRow("null byte") << QStringLiteral("abc") + QChar(0) + QStringLiteral("def");
    }
    void muchTyped() {
        QFETCH(QString, typed);
        bool answered = false, ok = false;
        m_opened->store.search(typed, this, [&](const auto& hits) {
            answered = true;
            ok = hits.ok();
            if (!ok) qWarning("%s", qPrintable(hits.failure().message));
        });
        QTRY_VERIFY(answered);
        QVERIFY(ok);
    }

    void hitNamesItsMessageAndMarksItsWords() {
        const auto hits = m_opened->search(QStringLiteral("hello \"off\""));
        QCOMPARE(hits.size(), 1);
        QCOMPARE(hits[0].message, 101);
        QCOMPARE(hits[0].snippet, kTexts[1]);
        QCOMPARE(hits[0].marks.size(), 2);
        QCOMPARE(hits[0].snippet.mid(hits[0].marks[0].first, hits[0].marks[0].second),
                 QStringLiteral("hello"));
        QCOMPARE(hits[0].snippet.mid(hits[0].marks[1].first, hits[0].marks[1].second), QStringLiteral("off"));
        const auto title = m_opened->search(QStringLiteral("Talk"));
        QCOMPARE(title[0].message, 0);
        QVERIFY(title[0].snippet.isEmpty());
        QCOMPARE(title[0].marks, (QList<QPair<int, int>>{{0, 4}}));
    }

    void snippets_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("spaces") << QStringLiteral("word ").repeated(200) + QStringLiteral("needle") +
                                       QStringLiteral(" word").repeated(200);
        QTest::newRow("lines") << QStringLiteral("a\n\n\tb\n").repeated(100) + QStringLiteral("needle\n\nz");
        QTest::newRow("no spaces") << QString(500, QChar(0x5929)) + QStringLiteral("needle") +
                                          QString(500, QChar(0x5929));
        QTest::newRow("surrogates") << QStringLiteral("🙂").repeated(301) + QStringLiteral("needle") +
                                           QStringLiteral("x🙂").repeated(301);
        QTest::newRow("at the end") << QStringLiteral("x ").repeated(100) + QStringLiteral("Needle");
        QTest::newRow("only") << QStringLiteral("needle");
    }
    void snippets() {
        QFETCH(QString, text);
        const QStringList terms{QStringLiteral("needle")};
        const QString snippet = searchSnippet(text, terms);
        QVERIFY2(snippet.contains(QLatin1String("needle"), Qt::CaseInsensitive), qPrintable(snippet));
        QVERIFY(!snippet.contains(QLatin1Char('\n')));
        QVERIFY(snippet.size() <= 125);
        QVERIFY(snippet == QString::fromUtf8(snippet.toUtf8())); // no half characters
        QCOMPARE(searchMarks(snippet, terms).size(), 1);
    }

    void marksJoinWhereTheyOverlap() {
        QCOMPARE(searchMarks(QStringLiteral("abcabc abc"), {QStringLiteral("abc"), QStringLiteral("bca")}),
                 (QList<QPair<int, int>>{{0, 6}, {7, 3}}));
    }

 private:
    QTemporaryDir m_folder;
    std::optional<OpenStore> m_opened;
};

QTEST_GUILESS_MAIN(ConversationSearchTest)
#include "conversation_search_test.moc"
