// Machine: what this computer has, as the JSON of machine files (formats/machine_file.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/api/types.h"
#include "engine/measure/calibrate.h"

namespace engine::api {

using measure::CalibrationProgress;
using measure::CalibrationStep;

struct MachineSources {
    std::vector<std::string> folders; // that hold models, or will: their disks are described
    std::string gpu_driver;           // library to load instead of the system's; "": the system's
    std::string gpu_management;       // likewise
};

// Milliseconds; where a GPU's driver has to start, up to seconds. A driver that is missing or broken is a
// sentence in "gpu_note".
std::string machine_profile(const MachineSources& sources);

// The text of a machine file, checked and written anew with everything it leaves out. Errors: bad_file.
Result<std::string> read_machine(const std::string& json);
// The file. Errors: not_found, io, bad_file.
Result<std::string> read_machine_file(const std::string& path);

struct CalibrateRequest {
    std::string profile;              // JSON of this machine
    std::vector<std::string> folders; // as in MachineSources
    double seconds = 5;               // at most
    bool give_way = false;            // to all that runs besides; the calling thread does so for good
};

// The profile with its calibration. A stop gives cancelled at the next step of some tens of milliseconds.
// Errors: bad_file (profile), cancelled, out_of_memory, unsupported (a forced instruction set).
Result<std::string> calibrate_machine(const EngineOptions& options, const CalibrateRequest& request,
                                      const CalibrationProgress& progress, const StopToken& stop);

// What GPUs do right now, in the order of the profile; what is not known is below zero.
struct GpuState {
    int64_t memory_bytes = -1, free_bytes = -1;
    int load_percent = -1, celsius = -1;
    double watts = -1;
};

class GpuMonitor {
 public:
    // Errors: not_found (no driver, or no GPU), unsupported (a broken driver).
    static Result<std::unique_ptr<GpuMonitor>> open(const MachineSources& sources);
    virtual ~GpuMonitor() = default;
    virtual std::vector<GpuState> sample() const = 0; // some tens of milliseconds
};

} // namespace engine::api
