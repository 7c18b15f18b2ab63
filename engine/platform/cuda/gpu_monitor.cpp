// The cards that the driver counts, asked through NVML.
#include "engine/platform/cuda/gpu_monitor.h"

#include "engine/platform/cuda/gpus.h"

namespace engine::platform::cuda {

Result<GpuMonitor> GpuMonitor::open(const GpuLibraries& libraries) {
    GpuSurvey survey = survey_gpus(libraries, "");
    if (survey.gpus.empty()) return Error{ErrorCode::not_found, survey.note, ""};
    ENGINE_ASSIGN(ManagementLibrary library, ManagementLibrary::open(libraries.management));
    return GpuMonitor(std::move(library), std::move(survey.buses));
}

std::vector<ManagementLibrary::State> GpuMonitor::sample() const {
    std::vector<ManagementLibrary::State> states;
    for (const std::string& bus : buses_)
        states.push_back(library_.state(bus));
    return states;
}

} // namespace engine::platform::cuda
