// Machine: which processor, which cores and how much memory this process may use.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/cpu_features.h"
#include "engine/platform/topology.h"

namespace engine::platform {

struct Machine {
    std::string cpu_name;
    CpuFeatures features;
    Topology topology;           // within the affinity mask
    int usable_cores = 1;        // physical cores within affinity and the control group's CPU limit
    int64_t memory_bytes = 0;    // total, or the control group's limit where that is less
    int64_t available_bytes = 0; // of it not in use now (file cache counts as not in use)
};

Machine detect_machine();

} // namespace engine::platform
