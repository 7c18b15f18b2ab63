// Where the files of a control group lie, and what its processor quota is.
#include "engine/platform/linux/control_group.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

#include "engine/platform/system_files.h"

namespace engine::platform {

namespace {
bool names_controller(const std::string& list, const std::string& controller) {
    std::istringstream names(list);
    for (std::string name; std::getline(names, name, ',');) {
        if (name == controller) return true;
    }
    return false;
}
} // namespace

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
        while (path.size() > 1 && path.front() == '/') {
            found.push_back(base + path);
            path.resize(path.rfind('/'));
        }
        found.push_back(base); // inside a container the own group is the mounted root
    }
    return found;
}

std::optional<double> processor_time_limit(const std::string& root) {
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

} // namespace engine::platform
