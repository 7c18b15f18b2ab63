// Touching a guard page must kill the process; the bytes between must be usable.
#include "tests/support/guarded_buffer.h"

#include <sys/wait.h>
#include <unistd.h>

#include <QTest>
#include <csignal>

using support::GuardedBuffer;

namespace {
// Whether reading this address in a child process ends it.
bool kills(const volatile std::byte* address) {
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGSEGV, SIG_DFL); // sanitizers and Qt Test have their own handlers
        std::signal(SIGBUS, SIG_DFL);
        static_cast<void>(*address);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}
} // namespace

class GuardedBufferTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void endsAreGuarded() {
        for (const int64_t size : {1, 7, 4095, 4096, 4097, 10000}) {
            const GuardedBuffer at_end(size), at_begin(size, GuardedBuffer::Edge::begin);
            std::memset(at_end.data(), 1, static_cast<size_t>(size));
            std::memset(at_begin.data(), 1, static_cast<size_t>(size));
            QVERIFY(kills(at_end.data() + size));
            QVERIFY(kills(at_begin.data() - 1));
            QVERIFY(!kills(at_end.data()));
            QVERIFY(!kills(at_begin.data() + size - 1));
        }
    }
};

QTEST_APPLESS_MAIN(GuardedBufferTest)
#include "guarded_buffer_test.moc"
