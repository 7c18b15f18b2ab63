// Reading Linux's files about caches.
#include "engine/platform/cache_size.h"

#include <algorithm>
#include <fstream>

namespace engine::platform {

int64_t last_cache_bytes(const std::string& root) {
    int64_t largest = 0;
    for (int i = 0; i < 16; ++i) {
        const std::string folder = root + "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i);
        std::ifstream type_file(folder + "/type"), size_file(folder + "/size");
        std::string type;
        int64_t size = 0;
        char unit = 0;
        if (!(type_file >> type) || !(size_file >> size >> unit)) break; // "Unified", "32768K"
        if (type == "Instruction" || size < 0 || size > (int64_t{1} << 30)) continue;
        largest = std::max(largest, unit == 'M' ? size << 20 : size << 10);
    }
    return largest;
}

} // namespace engine::platform
