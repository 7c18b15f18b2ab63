// Reading /proc/meminfo and the control group's limits.
#include "engine/platform/memory_size.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "engine/platform/linux/control_group.h"
#include "engine/platform/system_files.h"

namespace engine::platform {

namespace {

// "inactive_file 4096", of a memory.stat.
int64_t statistic(const std::string& directory, const std::string& key) {
    std::ifstream file(directory + "/memory.stat");
    std::string name;
    for (int64_t bytes = 0; file >> name >> bytes;) {
        if (name == key) return std::max<int64_t>(bytes, 0);
    }
    return 0;
}

// nullopt: "max", or no such file.
std::optional<int64_t> limit_in(const std::string& path) {
    return number(first_line(path).value_or("max"));
}

// Takes a limit of the group, beyond which it is made to wait or ended, into account. What it uses counts
// file cache, which gives way: a group that has just downloaded a model would have no room left to load it.
void take_group(const std::string& directory, MemorySize& size) {
    const bool second = first_line(directory + "/memory.max").has_value(); // version of control groups
    auto limit = limit_in(directory + (second ? "/memory.max" : "/memory.limit_in_bytes"));
    if (const auto high = second ? limit_in(directory + "/memory.high") : std::nullopt; high)
        limit = std::min(limit.value_or(*high), *high);
    if (!limit || *limit < 0) return;
    const std::string of_all = second ? "" : "total_"; // with the groups below, as the usage
    const int64_t cache =
        statistic(directory, of_all + "inactive_file") + statistic(directory, of_all + "active_file");
    const std::string usage = directory + (second ? "/memory.current" : "/memory.usage_in_bytes");
    const int64_t used = std::max<int64_t>(number(first_line(usage).value_or("")).value_or(0) - cache, 0);
    size.total = std::min(size.total, *limit);
    size.available = std::min(size.available, std::max<int64_t>(*limit - used, 0));
}

} // namespace

MemorySize memory_size(const std::string& root) {
    MemorySize size;
    size.total = kibibytes_of(root + "/proc/meminfo", "MemTotal").value_or(0);
    size.available = kibibytes_of(root + "/proc/meminfo", "MemAvailable").value_or(0);
    if (size.total == 0) size.total = size.available = std::numeric_limits<int64_t>::max();
    // Each, not only the narrowest: one further up may be filled by its other groups.
    for (const auto& directory : group_directories(root, "memory"))
        take_group(directory, size);
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
