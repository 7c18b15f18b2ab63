// The GPUs of this computer, as NVIDIA's driver describes them.
#pragma once

#include <string>
#include <vector>

#include "engine/platform/machine_profile.h"

namespace engine::platform::cuda {

struct GpuSurvey {
    std::vector<Gpu> gpus;
    std::vector<std::string> buses; // of the same cards, as the driver writes them: "0000:01:00.0"
    std::string note;               // why there are none, or what is wrong; "": nothing to say
};

// Loads the driver's libraries. `root` as in ProfileSources: where the links of cards are looked up that the
// management library does not know. No context is made on any card, so this takes none of its memory.
GpuSurvey survey_gpus(const GpuLibraries& libraries, const std::string& root);

} // namespace engine::platform::cuda
