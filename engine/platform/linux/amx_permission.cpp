// Linux enables tile data per process on request only; using it unasked is a SIGILL.
#include "engine/platform/amx_permission.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace engine::platform {

bool request_amx_permission() {
#if defined(__x86_64__)
    constexpr long kRequestXcompPermission = 0x1023;
    constexpr long kTileData = 18;
    return syscall(SYS_arch_prctl, kRequestXcompPermission, kTileData) == 0;
#else
    return false;
#endif
}

} // namespace engine::platform
