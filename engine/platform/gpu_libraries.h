// GpuLibraries: where the libraries of a GPU's driver are looked for.
#pragma once

#include <string>

namespace engine::platform {

// Names that the system's loader finds, or paths.
struct GpuLibraries {
#ifdef _WIN32
    std::string driver = "nvcuda.dll";
    std::string management = "nvml.dll"; // free memory, load, temperature
#else
    std::string driver = "libcuda.so.1";
    std::string management = "libnvidia-ml.so.1";
#endif
};

} // namespace engine::platform
