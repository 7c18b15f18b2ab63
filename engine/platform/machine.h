// Machine: how many cores and how much memory this process may use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/cpu_features.h"

namespace engine::platform {

struct Machine {
    std::string cpu_name;
    CpuFeatures features;
    int usable_cores = 1;        // physical cores within affinity and the control group's CPU limit
    int64_t memory_bytes = 0;    // total, or the control group's limit where that is less
    int64_t available_bytes = 0; // of it not in use now (file cache counts as not in use)
};

Machine detect_machine();

// The same from any directory that looks like / (with proc and sys), for the given processors.
int usable_cores(const std::string& root, const std::vector<int>& processors);
struct MemorySize {
    int64_t total = 0, available = 0;
};
MemorySize memory_size(const std::string& root);
std::vector<int> allowed_processors(); // the affinity mask of this process

} // namespace engine::platform
