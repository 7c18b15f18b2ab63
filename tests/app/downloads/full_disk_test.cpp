// A disk that is full, at the start or on the way: the download pauses with a message, keeps what it has, and
// goes on when there is room. The files of this process may not grow, which the system reports in the same
// way.
#include <sys/resource.h>

#include <csignal>

#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

namespace {

class FullDisk {
 public:
    explicit FullDisk(qint64 bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit now = m_before;
        now.rlim_cur = static_cast<rlim_t>(bytes);
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

 private:
    rlimit m_before{};
};

} // namespace

class FullDiskTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void noRoomFromTheStart() {
        DownloadFixture f;
        f.open();
        {
            const FullDisk full(300'000);
            f.start();
            QVERIFY(f.reaches(DownloadState::paused));
            QCOMPARE(f.status().problem.kind, Problem::Kind::diskFull);
            QCOMPARE(f.status().problem.message().action, app::bridge::UserMessage::Action::freeDiskSpace);
            QVERIFY(!f.status().problem.hint.isEmpty());
            QCOMPARE(f.hub.sentBytes(), 0); // known before the first byte
            f.manager->resume(f.id);        // still full
            QTRY_COMPARE(f.states.count(DownloadState::paused), 2);
        }
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QVERIFY(!f.status().problem);
    }

    // The room for all files is looked for first: nothing is left of those that would have found some.
    void noRoomForAllOfThem() {
        DownloadFixture f;
        RepoFile large = listed(QStringLiteral("large.gguf"), "x");
        large.bytes = kLargestFile;
        f.spec.files.append(large);
        f.start();
        QVERIFY(f.reaches(DownloadState::paused));
        QCOMPARE(f.status().problem.kind, Problem::Kind::diskFull);
        QVERIFY2(f.status().problem.text.contains(QLatin1String("TB more room")), qPrintable(f.why()));
        QVERIFY(!QFile::exists(f.part()));
        QCOMPARE(f.hub.sentBytes(), 0);
    }

    // The reservation holds on this disk, so the limit has to come later than it.
    void fullOnTheWay() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(60'000, 300'000));
        qint64 before = 0;
        {
            const FullDisk full(100'000);
            QVERIFY(f.reaches(DownloadState::paused));
            QCOMPARE(f.status().problem.kind, Problem::Kind::diskFull);
            before = f.status().received;
            QVERIFY(before >= 60'000);
        }
        f.manager->setSpeedLimit(0);
        const qint64 sent = f.hub.sentBytes();
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(f.hub.sentBytes() - sent, f.content.size() - before); // nothing was lost
    }
};

QTEST_GUILESS_MAIN(FullDiskTest)
#include "full_disk_test.moc"
