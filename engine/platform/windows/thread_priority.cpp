// Windows starts each thread at normal priority, whatever that of its starter is.
#include "engine/platform/thread_priority.h"

#include <windows.h>

namespace engine::platform {

void make_this_thread_give_way() {
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_LOWEST);
}

int inherited_priority() {
    return GetThreadPriority(GetCurrentThread());
}

void inherit_priority(int priority) {
    if (priority < THREAD_PRIORITY_NORMAL) SetThreadPriority(GetCurrentThread(), priority);
}

} // namespace engine::platform
