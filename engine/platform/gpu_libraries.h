// GpuLibraries: where the libraries of a GPU's driver are looked for.
#pragma once

#include <string>

namespace engine::platform {

// Names that the system's loader finds, or paths.
struct GpuLibraries {
    std::string driver = "libcuda.so.1";
    std::string management = "libnvidia-ml.so.1"; // free memory, load, temperature
};

} // namespace engine::platform
