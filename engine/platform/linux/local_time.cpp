// localtime_r() with the offset that POSIX systems add.
#include "engine/platform/local_time.h"

#include <ctime>

namespace engine::platform {

int32_t utc_offset_seconds(int64_t unix_seconds) {
    const auto now = static_cast<std::time_t>(unix_seconds);
    std::tm local{};
    return localtime_r(&now, &local) != nullptr ? static_cast<int32_t>(local.tm_gmtoff) : 0;
}

} // namespace engine::platform
