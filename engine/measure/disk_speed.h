// How fast a disk reads, past the system's cache.
#pragma once

#include <string>

#include "engine/base/stop.h"

namespace engine::measure {

// GB/s of one reader of large blocks, of the largest file in the folder or, where none is large, of a
// nameless one that is written first and gone after. `until` as seconds_now(). 0: not possible.
double disk_read_speed(const std::string& folder, double until, const StopToken& stop);

} // namespace engine::measure
