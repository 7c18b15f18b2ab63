// Machine: what this computer has, as the JSON of machine files (formats/machine_file.h).
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace engine::api {

struct MachineSources {
    std::vector<std::string> folders; // that hold models, or will: their disks are described
    std::string gpu_driver;           // library to load instead of the system's; "": the system's
    std::string gpu_management;       // likewise
};

// Milliseconds; where a GPU's driver has to start, up to seconds. A driver that is missing or broken is a
// sentence in "gpu_note".
std::string machine_profile(const MachineSources& sources);

// A machine file, checked and written anew with everything it leaves out. Errors: not_found, io, bad_file.
Result<std::string> read_machine_file(const std::string& path);

} // namespace engine::api
