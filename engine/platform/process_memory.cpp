// Reading /proc/self/status.
#include "engine/platform/process_memory.h"

#include <fstream>
#include <sstream>
#include <string>

namespace engine::platform {

int64_t peak_resident_bytes() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) { // "VmHWM:     12345 kB"
        std::istringstream words(line);
        std::string key;
        int64_t kib = 0;
        if (words >> key >> kib && key == "VmHWM:") return kib * 1024;
    }
    return 0;
}

} // namespace engine::platform
