// WaitOnAddress(), which Windows 8 and later have.
#include "engine/platform/futex.h"

#include <windows.h>

#include <limits>

namespace engine::platform {

void futex_wait(const void* word, uint32_t expected) {
    WaitOnAddress(const_cast<void*>(word), &expected, sizeof expected, INFINITE);
}

void futex_wake(const void* word, int at_most) {
    if (at_most == std::numeric_limits<int>::max()) return WakeByAddressAll(const_cast<void*>(word));
    for (int i = 0; i < at_most; ++i)
        WakeByAddressSingle(const_cast<void*>(word));
}

} // namespace engine::platform
