// How far this computer's clock is from UTC.
#pragma once

#include <cstdint>

namespace engine::platform {

// Seconds east of UTC at a moment, summer time included; 0 where the system does not say.
int32_t utc_offset_seconds(int64_t unix_seconds);

} // namespace engine::platform
