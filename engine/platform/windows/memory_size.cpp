// GlobalMemoryStatusEx() and the job's limit.
#include "engine/platform/memory_size.h"

#include <windows.h>

#include <psapi.h> // after it

#include <algorithm>
#include <limits>

#include "engine/platform/windows/job_limits.h"

namespace engine::platform {

namespace {
int64_t bytes_of(uint64_t bytes) {
    return static_cast<int64_t>(std::min<uint64_t>(bytes, std::numeric_limits<int64_t>::max()));
}

// What counts against a job's limit of this process.
int64_t committed_bytes() {
    PROCESS_MEMORY_COUNTERS_EX counters{};
    if (K32GetProcessMemoryInfo(GetCurrentProcess(), reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&counters),
                                sizeof counters) == 0)
        return 0;
    return bytes_of(counters.PrivateUsage);
}
} // namespace

MemorySize memory_size(const std::string&) {
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    MemorySize size;
    if (GlobalMemoryStatusEx(&status) == 0 || status.ullTotalPhys == 0) {
        size.total = size.available = std::numeric_limits<int64_t>::max();
    } else {
        size.total = bytes_of(status.ullTotalPhys);
        // Windows promises no more memory than there is in the machine and its page file: where others have
        // been promised most of it, free pages are not to be had.
        size.available = bytes_of(std::min(status.ullAvailPhys, status.ullAvailPageFile));
    }
    if (const auto limit = job_memory_limit(); limit && *limit < size.total) {
        size.total = *limit;
        size.available = std::min(size.available, std::max<int64_t>(*limit - committed_bytes(), 0));
    }
    return size;
}

std::optional<int64_t> node_available_bytes(const std::string&, int node) {
    ULONGLONG bytes = 0;
    if (node < 0 || GetNumaAvailableMemoryNodeEx(static_cast<USHORT>(node), &bytes) == 0) return std::nullopt;
    return bytes_of(bytes);
}

} // namespace engine::platform
