// The local time read as if it were UTC: the difference is the offset.
#include "engine/platform/local_time.h"

#include <ctime>

namespace engine::platform {

int32_t utc_offset_seconds(int64_t unix_seconds) {
    const __time64_t now = unix_seconds;
    std::tm local{};
    if (_localtime64_s(&local, &now) != 0) return 0;
    return static_cast<int32_t>(_mkgmtime64(&local) - now);
}

} // namespace engine::platform
