// GpuMonitor: what each GPU does right now.
#pragma once

#include <string>
#include <vector>

#include "engine/platform/cuda/management_library.h"
#include "engine/platform/gpu_libraries.h"

namespace engine::platform::cuda {

class GpuMonitor {
 public:
    // Errors: not_found (no driver, or no GPU), unsupported (a broken driver).
    static Result<GpuMonitor> open(const GpuLibraries& libraries);

    // In the order of MachineProfile::gpus. Takes up to some tens of milliseconds.
    std::vector<ManagementLibrary::State> sample() const;

 private:
    GpuMonitor(ManagementLibrary library, std::vector<std::string> buses)
        : library_(std::move(library)), buses_(std::move(buses)) {}

    ManagementLibrary library_;
    std::vector<std::string> buses_;
};

} // namespace engine::platform::cuda
