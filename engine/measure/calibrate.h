// Calibration: how fast this machine's memory, kernels, disks and GPUs are, measured within a few seconds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/kernels/reference/kernel_table.h"
#include "engine/platform/machine_profile.h"

namespace engine::measure {

enum class CalibrationStep { memory, kernels, disks, gpus };
// `share` of the whole that is done, from 0 to 1.
using CalibrationProgress = std::function<void(CalibrationStep step, double share)>;

struct CalibrationRequest {
    double seconds = 5;               // for everything; what is not done by then is left out or interpolated
    int threads = 0;                  // 0: one for each usable core
    std::vector<std::string> folders; // on the disks of the profile, with large files if possible
    int64_t unix_seconds = 0;         // of now
    int64_t bandwidth_bytes = 0;      // of the buffer; 0: more than the caches hold
    platform::GpuLibraries gpu_libraries;
};

// Fills in calibration and the speeds of disks and GPUs; a failure or a stop leaves the profile as it was.
// Nothing stays on any disk. Errors: cancelled, out_of_memory, invalid_argument.
Result<void> calibrate(platform::MachineProfile& profile, const kernels::KernelTable& kernels,
                       const CalibrationRequest& request, const CalibrationProgress& progress,
                       const StopToken& stop);

} // namespace engine::measure
