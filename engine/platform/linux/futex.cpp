// Linux's futex. std::atomic::wait of GCC 12 yields the processor several times before it sleeps: beside a
// busy neighbour each of these costs a time slice.
#include "engine/platform/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace engine::platform {

void futex_wait(const void* word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

void futex_wake(const void* word, int at_most) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, at_most, nullptr, nullptr, 0);
}

} // namespace engine::platform
