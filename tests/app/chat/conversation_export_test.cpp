// Conversations as Markdown and JSON, back again, and files that are none; titles.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "app/chat/conversation_export.h"
#include "app/chat/conversation_title.h"
#include "app/chat/message_tree.h"

using namespace app::chat;

namespace {

QDateTime time(int second) {
    return QDateTime(QDate(2025, 3, 1), QTime(12, 0, second, 250), Qt::UTC);
}

Message message(MessageId id, MessageId parent, MessageRole role, const QString& text) {
    Message made;
    made.id = id;
    made.parent = parent;
    made.role = role;
    made.text = text;
    made.created = time(static_cast<int>(id % 60));
    return made;
}

// Two versions of the reply; the older one is shown.
ConversationRecord sample() {
    using enum MessageRole;
    ConversationRecord record;
    record.header.id = 1'850'000'000'000'000'123; // more bits than a double has
    record.header.title = QStringLiteral("Brot / 80 % \"Wasser\"");
    record.header.titledByPerson = record.header.pinned = true;
    record.header.created = time(1);
    record.header.updated = time(50);
    record.settings.systemPrompt = QStringLiteral("Be brief.\nBe kind.");
    record.settings.maxTokens = 77;
    record.draft = QStringLiteral("and then");
    record.selectedRoot = record.header.id + 1;
    const MessageId first = record.selectedRoot;
    record.messages = {message(first, 0, user, QStringLiteral("天気は?\nplease")),
                       message(first + 1, first, assistant, QStringLiteral("Sunny.")),
                       message(first + 2, first, assistant, QStringLiteral("Rain."))};
    record.messages[0].selectedChild = first + 1;
    Message& reply = record.messages[1];
    reply.reasoning = QStringLiteral("Look outside.\nThen say.");
    reply.model = QStringLiteral("Qwen3-30B-A3B");
    reply.quantization = QStringLiteral("Q4_K_M");
    reply.metrics.tokensPerSecond = 42.5;
    reply.metrics.generatedTokens = 1'234'567'890'123;
    reply.metrics.stopReason = QStringLiteral("end");
    record.messages[2].state = MessageState::failed;
    record.messages[2].failure.title = QStringLiteral("Not enough memory");
    record.messages[2].failure.text = QStringLiteral("It ended.");
    return record;
}

QJsonObject json(const ConversationRecord& record) {
    return QJsonDocument::fromJson(toJson(record)).object();
}
QByteArray bytes(const QJsonObject& object) {
    return QJsonDocument(object).toJson();
}

} // namespace

class ConversationExportTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void jsonGivesEverythingBack() {
        const auto back = fromJson(toJson(sample()));
        QVERIFY2(back.ok(), back.ok() ? "" : qPrintable(back.failure().message));
        QVERIFY(back.value() == sample());
    }

    void jsonSaysWhatItIs() {
        const QJsonObject object = json(sample());
        QCOMPARE(object[QLatin1String("format")].toString(), QStringLiteral("tandem-conversation"));
        QCOMPARE(object[QLatin1String("version")].toInt(), 1);
        QCOMPARE(object[QLatin1String("title")].toString(), sample().header.title);
        QCOMPARE(object[QLatin1String("messages")].toArray().size(), 3); // all versions
        QCOMPARE(object[QLatin1String("messages")][0][QLatin1String("created")].toString(),
                 QStringLiteral("2025-03-01T12:00:") +
                     QStringLiteral("%1.250Z").arg((sample().selectedRoot) % 60, 2, 10, QLatin1Char('0')));
    }

    void streamingReplyComesBackAsStopped() {
        ConversationRecord record = sample();
        record.messages[2].state = MessageState::streaming;
        record.messages[2].writer = QStringLiteral("somebody");
        const auto back = fromJson(toJson(record));
        QVERIFY(back.ok());
        QCOMPARE(back.value().messages[2].state, MessageState::stopped);
        QVERIFY(back.value().messages[2].writer.isEmpty());
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("word"); // of the sentence that says what is wrong
        QJsonObject newer = json(sample()), foreign = newer, orphan = newer, nameless = newer;
        newer[QLatin1String("version")] = 2;
        foreign[QLatin1String("format")] = QStringLiteral("other");
        QJsonArray messages = orphan[QLatin1String("messages")].toArray();
        messages.removeFirst();
        orphan[QLatin1String("messages")] = messages;
        messages.prepend(QJsonObject{{QStringLiteral("text"), QStringLiteral("x")}});
        nameless[QLatin1String("messages")] = messages;
        QTest::newRow("empty") << QByteArray() << QStringLiteral("not JSON");
        QTest::newRow("text") << QByteArray("hello") << QStringLiteral("not JSON");
        QTest::newRow("cut off") << toJson(sample()).left(300) << QStringLiteral("not JSON");
        QTest::newRow("binary") << QByteArray(64, '\xff') << QStringLiteral("not JSON");
        QTest::newRow("too deep") << QByteArray(100'000, '[') << QStringLiteral("not JSON");
        QTest::newRow("array") << QByteArray("[1, 2]") << QStringLiteral("not a conversation");
        QTest::newRow("another program's") << bytes(foreign) << QStringLiteral("not a conversation");
        QTest::newRow("newer") << bytes(newer) << QStringLiteral("newer version");
        QTest::newRow("orphan") << bytes(orphan) << QStringLiteral("does not hold");
        QTest::newRow("no id") << bytes(nameless) << QStringLiteral("Message 1");
    }
    void refused() {
        QFETCH(QByteArray, file);
        QFETCH(QString, word);
        const auto read = fromJson(file);
        QVERIFY(!read.ok());
        QVERIFY2(read.failure().message.contains(word), qPrintable(read.failure().message));
    }

    // A file shortened by hand: what is missing has a default, and times, which the database wants, are now.
    void leastFile() {
        const auto read = fromJson(R"({"format": "tandem-conversation",
                                       "messages": [{"id": "5", "role": "user", "text": "hi"}]})");
        QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.failure().message));
        QVERIFY(read.value().header.created.isValid());
        QVERIFY(read.value().messages.first().created.isValid());
        QCOMPARE(read.value().messages.first().text, QStringLiteral("hi"));
    }

    void copyHasIdsOfItsOwnAndTheSameShape() {
        const ConversationRecord copy = withNewIds(sample());
        QVERIFY(copy.header.id != sample().header.id);
        const MessageTree before(sample().messages, sample().selectedRoot);
        const MessageTree after(copy.messages, copy.selectedRoot);
        QCOMPARE(after.path().size(), before.path().size());
        for (int i = 0; i < after.path().size(); ++i) {
            QVERIFY(after.path()[i] != before.path()[i]);
            QCOMPARE(after.find(after.path()[i])->text, before.find(before.path()[i])->text);
        }
    }

    void markdownShowsTheVisiblePath() {
        const QString text = QString::fromUtf8(toMarkdown(sample()));
        QCOMPARE(text,
                 QStringLiteral("# Brot / 80 % \"Wasser\"\n\n## System prompt\n\n> Be brief.\n> Be kind.\n\n"
                                "## You\n\n天気は?\nplease\n\n"
                                "## Assistant · Qwen3-30B-A3B · Q4_K_M\n\n"
                                "> Thinking:\n> Look outside.\n> Then say.\n\nSunny.\n"));
    }

    void markdownOfAFailedReplySaysWhy() {
        ConversationRecord record = sample();
        record.messages[0].selectedChild = record.messages[2].id;
        QVERIFY(toMarkdown(record).endsWith("Rain.\n\n*It ended.*\n"));
    }

    void markdownOfAnEmptyConversation() {
        QCOMPARE(toMarkdown(ConversationRecord()), QByteArray("# New chat\n"));
    }

    // A block of code that a reply left open must not swallow the messages behind it.
    void fences_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("added");
        QTest::newRow("none") << QStringLiteral("a ``` b") << QString();
        QTest::newRow("whole") << QStringLiteral("```cpp\nint x;\n```") << QString();
        QTest::newRow("open") << QStringLiteral("```cpp\nint x;") << QStringLiteral("\n```");
        QTest::newRow("tildes") << QStringLiteral("~~~~\n~~~\n```") << QStringLiteral("\n~~~~");
        QTest::newRow("longer fence around a shorter one")
            << QStringLiteral("````md\n```\nx\n```\n````") << QString();
        QTest::newRow("longer one open") << QStringLiteral("````md\n```\nx\n```") << QStringLiteral("\n````");
        QTest::newRow("in a list") << QStringLiteral("- x\n  ```\n  y") << QStringLiteral("\n  ```");
        QTest::newRow("second open") << QStringLiteral("```\na\n```\n```sh\nb") << QStringLiteral("\n```");
        QTest::newRow("code in a line") << QStringLiteral("```x``` is code") << QString();
    }
    void fences() {
        QFETCH(QString, text);
        QFETCH(QString, added);
        ConversationRecord record;
        record.messages = {message(1, 0, MessageRole::user, text)};
        QCOMPARE(QString::fromUtf8(toMarkdown(record)),
                 QStringLiteral("# New chat\n\n## You\n\n") + text + added + QLatin1Char('\n'));
    }

    void titles_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("title");
        QTest::newRow("plain") << QStringLiteral("Why is the sky blue?")
                               << QStringLiteral("Why is the sky blue?");
        QTest::newRow("first line that says something")
            << QStringLiteral("\n\n```cpp\nint **x**;\n```") << QStringLiteral("int x;");
        QTest::newRow("markdown") << QStringLiteral("## 1. *Read* `this`") << QStringLiteral("*Read* this");
        QTest::newRow("slashes stay")
            << QStringLiteral("src/main.cpp\\n") << QStringLiteral("src/main.cpp\\n");
        QTest::newRow("nothing") << QStringLiteral("```\n```") << QString();
        QTest::newRow("long") << QStringLiteral("word ").repeated(40)
                              << QStringLiteral("word ").repeated(11) + QStringLiteral("word…");
        QTest::newRow("long without spaces")
            << QString(300, QChar(0x5929)) << QString(59, QChar(0x5929)) + QChar(0x2026);
    }
    void titles() {
        QFETCH(QString, text);
        QFETCH(QString, title);
        QCOMPARE(titleFrom(text), title);
        QVERIFY(titleFrom(text).size() <= 61);
    }

    void fileNames_data() {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << QStringLiteral("Why is the sky blue")
                               << QStringLiteral("Why is the sky blue");
        QTest::newRow("path") << QStringLiteral("src/main.cpp\\n: a*b?")
                              << QStringLiteral("src_main.cpp_n_ a_b_");
        QTest::newRow("out of the folder") << QStringLiteral("../../x") << QStringLiteral("_.._x");
        QTest::newRow("control characters") << QStringLiteral("a\n\tb") << QStringLiteral("a_b");
        QTest::newRow("hidden, and dots at the end")
            << QStringLiteral(" .bashrc. .") << QStringLiteral("bashrc");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("nothing left") << QStringLiteral(" ...") << QString();
        QTest::newRow("long") << QString(200, QChar(0x5929)) << QString(80, QChar(0x5929));
        QTest::newRow("no half characters") << QString(79, QLatin1Char('a')) + QStringLiteral("\U0001F642 b")
                                            << QString(79, QLatin1Char('a'));
    }
    void fileNames() {
        QFETCH(QString, title);
        QFETCH(QString, name);
        QCOMPARE(fileNameFrom(title), name);
        QVERIFY(fileNameFrom(title).toUtf8().size() + 5 < 255);
    }
};

QTEST_GUILESS_MAIN(ConversationExportTest)
#include "conversation_export_test.moc"
