// Reading Linux's files about processors, memory and control groups (versions 1 and 2).
#include "engine/platform/machine.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "engine/platform/cpu_features.h"

namespace engine::platform {

namespace {
std::optional<std::string> first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    return line;
}

std::optional<int64_t> number(const std::string& text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

bool names_controller(const std::string& list, const std::string& controller) {
    std::istringstream names(list);
    for (std::string name; std::getline(names, name, ',');) {
        if (name == controller) return true;
    }
    return false;
}

// Directories of this process's control group and its parents: a limit of any of them holds.
std::vector<std::string> group_directories(const std::string& root, const std::string& controller) {
    std::vector<std::string> found;
    std::ifstream file(root + "/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) { // "0::/a/b" or "4:memory:/a/b"
        const size_t first = line.find(':');
        const size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string names =
            line.substr(first + 1, second - first - 1); // "cpu,cpuacct"; "" for version 2
        std::string base = root + "/sys/fs/cgroup";
        if (!names.empty()) {
            if (!names_controller(names, controller)) continue;
            base.append("/").append(controller);
        }
        std::string path = line.substr(second + 1);
        while (!path.empty() && path != "/") {
            found.push_back(base + path);
            path.resize(path.rfind('/'));
        }
        found.push_back(base); // inside a container the own group is the mounted root
    }
    return found;
}

// Processors' worth of time per second; nullopt: no limit.
std::optional<double> cpu_limit(const std::string& root) {
    std::optional<double> least;
    for (const auto& directory : group_directories(root, "cpu")) {
        std::optional<int64_t> quota, period;
        if (const auto line = first_line(directory + "/cpu.max")) { // "200000 100000" or "max 100000"
            std::istringstream words(*line);
            std::string q, p;
            words >> q >> p;
            quota = number(q);
            period = number(p);
        } else {
            quota = number(first_line(directory + "/cpu.cfs_quota_us").value_or("")); // -1: none
            period = number(first_line(directory + "/cpu.cfs_period_us").value_or(""));
        }
        if (!quota || !period || *quota <= 0 || *period <= 0) continue;
        const double share = static_cast<double>(*quota) / static_cast<double>(*period);
        least = least ? std::min(*least, share) : share;
    }
    return least;
}
} // namespace

std::vector<int> allowed_processors() {
    // The kernel refuses a mask shorter than its own; grow until it fits.
    for (int words = 16; words <= 4096; words *= 2) {
        std::vector<unsigned long> mask(static_cast<size_t>(words));
        const size_t bytes = mask.size() * sizeof(unsigned long);
        if (sched_getaffinity(0, bytes, reinterpret_cast<cpu_set_t*>(mask.data())) != 0) {
            if (errno == EINVAL) continue;
            break;
        }
        std::vector<int> found;
        constexpr size_t kBits = 8 * sizeof(unsigned long);
        for (size_t i = 0; i < mask.size() * kBits; ++i) {
            if ((mask[i / kBits] >> (i % kBits)) & 1ul) found.push_back(static_cast<int>(i));
        }
        return found;
    }
    return {0};
}

int usable_cores(const std::string& root, const std::vector<int>& processors) {
    std::set<std::string> cores; // hardware threads of one core list the same siblings
    for (const int p : processors) {
        const std::string topology = root + "/sys/devices/system/cpu/cpu" + std::to_string(p) + "/topology/";
        const auto siblings = first_line(topology + "thread_siblings_list");
        cores.insert(siblings ? *siblings : "cpu" + std::to_string(p));
    }
    int count = static_cast<int>(cores.size());
    // Half a processor's worth still needs a thread; 2.5 feed two without throttling.
    if (const auto limit = cpu_limit(root)) count = std::min(count, static_cast<int>(*limit));
    return std::max(count, 1);
}

MemorySize memory_size(const std::string& root) {
    MemorySize size;
    std::ifstream file(root + "/proc/meminfo");
    for (std::string line; std::getline(file, line);) { // "MemTotal:       24639456 kB"
        std::istringstream words(line);
        std::string key;
        int64_t kib = 0;
        words >> key >> kib;
        if (key == "MemTotal:") size.total = kib * 1024;
        if (key == "MemAvailable:") size.available = kib * 1024;
    }
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

Machine detect_machine() {
    Machine machine;
    machine.cpu_name = cpu_name();
    machine.features = detect_cpu_features();
    machine.usable_cores = usable_cores("", allowed_processors());
    const MemorySize memory = memory_size("");
    machine.memory_bytes = memory.total;
    machine.available_bytes = memory.available;
    return machine;
}

} // namespace engine::platform
