// The program is killed at any moment while a reply streams: afterwards every finished message is there, and
// of the streaming one at most the last half second is missing.
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <chrono>

#include "tests/app/chat/chat_window.h"
#include "tests/app/chat/open_store.h"

using namespace app;
using namespace app::chat;

namespace {

constexpr qint64 kMayBeMissingMs = 500;

qint64 steadyNow() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// What the program said before it died.
struct Account {
    QList<MessageId> finished;
    MessageId streaming = 0;
    QList<QPair<qint64, qint64>> texts; // of the streaming one: time, characters
};

Account read(const QByteArray& output) {
    Account account;
    for (const QByteArray& line : output.split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() != 4) continue;
        const MessageId id = words[2].toLongLong();
        if (words[0] == "finished") {
            account.finished.append(id);
        } else {
            if (id != account.streaming) account.texts.clear();
            account.streaming = id;
            account.texts.append({words[1].toLongLong(), words[3].toLongLong()});
        }
    }
    return account;
}

} // namespace

class KilledTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void nothingFinishedIsLost_data() {
        QTest::addColumn<int>("speed");  // characters per second
        QTest::addColumn<int>("length"); // of a reply
        QTest::addColumn<int>("kills");
        QTest::newRow("short replies") << 2000 << 300 << 4;
        QTest::newRow("a long reply") << 4000 << 100'000 << 3;
        QTest::newRow("as fast as it goes") << 0 << 20'000 << 2;
    }
    void nothingFinishedIsLost() {
        QFETCH(int, speed);
        QFETCH(int, length);
        QFETCH(int, kills);
        const QTemporaryDir folder;
        QList<MessageId> finished;
        for (int kill = 0; kill < kills; ++kill) {
            qint64 killed = 0;
            const Account account = talkAndKill(folder.path(), speed, length, &killed);
            QVERIFY2(account.streaming != 0 || !account.finished.isEmpty(), "the program said nothing");
            finished += account.finished;
            check(folder.path(), finished, account, killed);
            if (QTest::currentTestFailed()) return;
        }
        QVERIFY(length > 1000 || !finished.isEmpty());
    }

    // Killed at the very beginning: while the file is made, migrated, opened.
    void killedWhileItOpens() {
        for (int kill = 0; kill < 6; ++kill) {
            const QTemporaryDir folder;
            QVERIFY(QFile::copy(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/conversations/v1.sqlite"),
                                storage::Paths(folder.path()).databaseFile()));
            QFile::setPermissions(storage::Paths(folder.path()).databaseFile(),
                                  QFile::ReadOwner | QFile::WriteOwner);
            QProcess program;
            program.start(QStringLiteral(STREAMING_PROGRAM),
                          {folder.path(), QStringLiteral("1000"), QStringLiteral("1000")});
            QVERIFY(program.waitForStarted());
            QTest::qSleep(5 + 20 * kill);
            program.kill();
            QVERIFY(program.waitForFinished());
            tests::OpenStore opened(folder.path());
            QVERIFY(opened.list().size() >= 2);
            QCOMPARE(opened.load(1).messages.size(), 3);
            QCOMPARE(opened.search(QStringLiteral("k-way merge")).size(), 1);
        }
    }

    // What the next window shows: the reply as far as it came, ready to be continued.
    void nextWindowGoesOn() {
        const QTemporaryDir folder;
        qint64 killed = 0;
        const Account account = talkAndKill(folder.path(), 2000, 100'000, &killed);
        tests::ChatWindow window(folder.path());
        QVERIFY(window.open());
        QTRY_COMPARE(window.rows(), 2);
        QTRY_COMPARE(window.state(1), MessageState::stopped);
        QCOMPARE(window.id(1), account.streaming);
        QVERIFY(window.at(1, TranscriptModel::CanContinueRole).toBool());
        QCOMPARE(window.chat.draft(), QString()); // what was sent is no draft
        const QString before = window.text(1);
        window.script->set_reply({"", "the end", 0});
        window.chat.continueReply(window.id(1));
        QVERIFY(window.waitForEnd());
        QCOMPARE(window.text(1), before + QStringLiteral("the end"));
        QVERIFY(window.problems.isEmpty());
    }

 private:
    static Account talkAndKill(const QString& folder, int speed, int length, qint64* killed) {
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(QStringLiteral(STREAMING_PROGRAM),
                      {folder, QString::number(speed), QString::number(length)});
        QByteArray output;
        const auto take = [&] { output += program.readAllStandardOutput(); };
        if (!QTest::qWaitFor([&] {
                take();
                return output.contains('\n');
            }))
            return {};
        const int more = QRandomGenerator::global()->bounded(300, 1300);
        (void)QTest::qWaitFor([&] { return false; }, more);
        program.kill();
        *killed = steadyNow();
        program.waitForFinished();
        take();
        return read(output);
    }

    void check(const QString& folder, const QList<MessageId>& finished, const Account& account,
               qint64 killed) {
        tests::OpenStore opened(folder);
        opened.store.recoverInterrupted();
        QHash<MessageId, Message> all;
        for (const ConversationHeader& header : opened.list())
            for (const Message& message : opened.load(header.id).messages)
                all.insert(message.id, message);
        for (const MessageId id : finished) {
            QVERIFY2(all.contains(id), "a finished reply is gone");
            QCOMPARE(all[id].state, MessageState::finished);
            QVERIFY(!all[id].text.isEmpty());
            QVERIFY2(all.contains(all[id].parent), "its question is gone");
        }
        for (const Message& message : std::as_const(all))
            QVERIFY(message.state != MessageState::streaming);
        if (account.texts.isEmpty() || finished.contains(account.streaming)) return;
        qint64 expected = 0;
        for (const auto& [time, characters] : account.texts)
            if (time <= killed - kMayBeMissingMs) expected = characters;
        const qsizetype found = all.value(account.streaming).text.size();
        qInfo("%lld characters, %lld were seen, %lld of them half a second before",
              static_cast<long long>(found), static_cast<long long>(account.texts.last().second),
              static_cast<long long>(expected));
        QVERIFY(found >= expected);
    }
};

QTEST_GUILESS_MAIN(KilledTest)
#include "killed_test.moc"
