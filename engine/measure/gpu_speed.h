// How fast GPUs' memory and their links to this computer are.
#pragma once

#include <functional>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/platform/gpu_libraries.h"
#include "engine/platform/machine_profile.h"

namespace engine::measure {

// Fills in memory_gb_per_s (read and written by a copy within the card), to_device_gb_per_s and
// from_device_gb_per_s (pinned memory) of the cards that the driver still finds in this order; a card that
// refuses or is full stays as it was. `until` as seconds_now(), shared by all; `go_on` is asked before each
// card. Errors: those of go_on.
Result<void> measure_gpus(const platform::GpuLibraries& libraries, double until,
                          const std::function<Result<void>()>& go_on, const StopToken& stop,
                          std::vector<platform::Gpu>& gpus);

} // namespace engine::measure
