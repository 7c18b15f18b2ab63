// Mapped files that others cut while they are read: zeros and an error, not the end of the program.
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <thread>

#include "engine/platform/mapped_file.h"

using namespace engine;
using namespace engine::platform;

class MappingGuardTest : public QObject {
    Q_OBJECT
    static constexpr qint64 kBytes = 8 << 20;
    QTemporaryDir folder_;
    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }
    std::shared_ptr<const MappedFile> map(const char* name) const {
        QFile file(path(name));
        const QByteArray bytes(kBytes, 'x');
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != kBytes || !file.flush()) return nullptr;
        auto mapped = MappedFile::open(path(name).toStdString());
        return mapped.ok() ? *mapped : nullptr;
    }
    // How a child of this process ends that does this.
    static int end_of(const std::function<void()>& act) {
        const pid_t child = ::fork();
        if (child == 0) {
            const rlimit none{0, 0};
            ::setrlimit(RLIMIT_CORE, &none);
            ::setenv("QTEST_DISABLE_STACK_DUMP", "1", 1); // Qt's handler of crashes comes after ours
            act();
            ::_exit(0);
        }
        int status = 0;
        return ::waitpid(child, &status, 0) == child ? status : 0;
    }
    static bool died(int status) { // a sanitizer's own handler exits
        return WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS : WEXITSTATUS(status) != 0;
    }

 private Q_SLOTS:
    void whatIsGoneReadsAsZeros() {
        const auto file = map("cut"), other = map("other");
        QVERIFY(file && other && file->check().ok());
        QVERIFY(QFile::resize(path("cut"), 4096));
        QCOMPARE(file->bytes()[0], std::byte{'x'});
        QVERIFY(file->check().ok()); // nobody has missed anything
        QCOMPARE(file->bytes()[kBytes - 1], std::byte{0});
        const auto check = file->check();
        QVERIFY(!check.ok());
        QCOMPARE(check.error().code, ErrorCode::io);
        QCOMPARE(check.error().message, path("cut").toStdString() + " became shorter while it was in use");
        QVERIFY(!check.error().hint.empty());
        QVERIFY(other->check().ok());
        QCOMPARE(other->bytes()[kBytes - 1], std::byte{'x'});
        QVERIFY(QFile::resize(path("cut"), kBytes)); // the bytes do not come back
        QVERIFY(!file->check().ok());
        file->release(file->bytes());
        QCOMPARE(file->bytes()[0], std::byte{0});
    }

    void manyThreadsMayMeetIt() {
        for (int round = 0; round < 20; ++round) {
            const auto file = map("cut");
            QVERIFY(file);
            QVERIFY(QFile::resize(path("cut"), 0));
            std::vector<std::thread> threads;
            std::atomic<int> sum = 0;
            for (qint64 t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (qint64 at = t * 4096; at < kBytes; at += 4 * 4096)
                        sum += static_cast<int>(file->bytes()[static_cast<size_t>(at)]);
                    const auto more = MappedFile::open(path("cut").toStdString()); // beside the faults
                    sum += more.ok() ? 0 : 1;
                });
            for (std::thread& thread : threads)
                thread.join();
            QCOMPARE(sum, 0);
            QVERIFY(!file->check().ok());
        }
    }

    void othersEndTheProgramAsEver() {
        const auto file = map("whole");
        QVERIFY(file);
        const auto read_beyond = [&] {
            QFile cut(path("cut"));
            if (!cut.open(QIODevice::ReadWrite) || !cut.resize(kBytes)) return;
            const volatile uchar* bytes = cut.map(0, kBytes);
            if (bytes == nullptr || !cut.resize(0)) return;
            (void)bytes[kBytes - 1];
        };
        QVERIFY(died(end_of(read_beyond)));
        QVERIFY(died(end_of([] { ::raise(SIGBUS); })));
        QVERIFY(died(end_of([&] { // also after one that was caught
            QFile::resize(path("whole"), 0);
            const volatile std::byte* bytes = file->bytes().data();
            if (bytes[0] == std::byte{0}) read_beyond();
        })));
        QCOMPARE(end_of([] {}), 0);
    }
};

QTEST_GUILESS_MAIN(MappingGuardTest)
#include "mapping_guard_test.moc"
