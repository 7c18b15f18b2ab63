// The working set: pages of this process that are in memory, mapped files included.
#include "engine/platform/process_memory.h"

#include <windows.h>

#include <psapi.h> // after it

namespace engine::platform {

namespace {
PROCESS_MEMORY_COUNTERS counters_of_this_process() {
    PROCESS_MEMORY_COUNTERS counters{};
    K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
    return counters;
}
} // namespace

int64_t peak_resident_bytes() {
    return static_cast<int64_t>(counters_of_this_process().PeakWorkingSetSize);
}

int64_t resident_bytes() {
    return static_cast<int64_t>(counters_of_this_process().WorkingSetSize);
}

} // namespace engine::platform
