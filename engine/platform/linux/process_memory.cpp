// Reading /proc/self/status.
#include "engine/platform/process_memory.h"

#include "engine/platform/system_files.h"

namespace engine::platform {

int64_t peak_resident_bytes() {
    return kibibytes_of("/proc/self/status", "VmHWM").value_or(0);
}

int64_t resident_bytes() {
    return kibibytes_of("/proc/self/status", "VmRSS").value_or(0);
}

} // namespace engine::platform
