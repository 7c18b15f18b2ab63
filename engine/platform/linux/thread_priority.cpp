// Linux keeps the nice value per thread, whatever POSIX says.
#include "engine/platform/thread_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace engine::platform {

void make_this_thread_give_way() {
    constexpr int kNice = 10;
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice);
}

int inherited_priority() {
    return 0;
}

void inherit_priority(int) {}

} // namespace engine::platform
