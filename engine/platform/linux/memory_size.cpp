// Reading /proc/meminfo and the control group's limits.
#include "engine/platform/memory_size.h"

#include <algorithm>
#include <limits>

#include "engine/platform/linux/control_group.h"
#include "engine/platform/system_files.h"

namespace engine::platform {

MemorySize memory_size(const std::string& root) {
    MemorySize size;
    size.total = kibibytes_of(root + "/proc/meminfo", "MemTotal").value_or(0);
    size.available = kibibytes_of(root + "/proc/meminfo", "MemAvailable").value_or(0);
    if (size.total == 0) size.total = size.available = std::numeric_limits<int64_t>::max();
    for (const auto& directory : group_directories(root, "memory")) {
        std::string used = "/memory.current";
        auto limit = first_line(directory + "/memory.max");
        if (!limit) {
            limit = first_line(directory + "/memory.limit_in_bytes");
            used = "/memory.usage_in_bytes";
        }
        const auto bytes = number(limit.value_or("max"));
        if (!bytes || *bytes >= size.total) continue; // "max", or version 1's huge number for none
        size.total = *bytes;
        // Usage counts file cache too, which gives way; so this errs on the careful side.
        const int64_t now = number(first_line(directory + used).value_or("")).value_or(0);
        size.available = std::min(size.available, std::max<int64_t>(size.total - now, 0));
    }
    return size;
}

// What the node could give: free pages, and file cache, which gives way. Nothing else of it can be counted
// on.
std::optional<int64_t> node_available_bytes(const std::string& root, int node) {
    const std::string file = root + "/sys/devices/system/node/node" + std::to_string(node) + "/meminfo";
    const auto free = kibibytes_of(file, "MemFree");
    if (!free) return std::nullopt;
    return *free + kibibytes_of(file, "Active(file)").value_or(0) +
           kibibytes_of(file, "Inactive(file)").value_or(0);
}

} // namespace engine::platform
