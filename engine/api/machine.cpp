// Profiles up the staircase as text.
#include "engine/api/machine.h"

#include <ctime>

#include "engine/api/workshop.h"
#include "engine/formats/machine_file.h"
#include "engine/platform/cuda/gpu_monitor.h"
#include "engine/platform/thread_priority.h"

namespace engine::api {

namespace {

platform::GpuLibraries libraries_of(const MachineSources& sources) {
    platform::GpuLibraries libraries;
    if (!sources.gpu_driver.empty()) libraries.driver = sources.gpu_driver;
    if (!sources.gpu_management.empty()) libraries.management = sources.gpu_management;
    return libraries;
}

class LocalGpuMonitor : public GpuMonitor {
 public:
    explicit LocalGpuMonitor(platform::cuda::GpuMonitor monitor) : monitor_(std::move(monitor)) {}
    std::vector<GpuState> sample() const override {
        std::vector<GpuState> states;
        for (const auto& now : monitor_.sample())
            states.push_back({now.memory_bytes, now.free_bytes, now.load_percent, now.celsius, now.watts});
        return states;
    }

 private:
    platform::cuda::GpuMonitor monitor_;
};

} // namespace

std::string machine_profile(const MachineSources& sources) {
    return formats::write_machine(platform::take_profile({"", libraries_of(sources), sources.folders}));
}

Result<std::string> read_machine(const std::string& json) {
    ENGINE_ASSIGN(const platform::MachineProfile profile, formats::read_machine(json));
    return formats::write_machine(profile);
}

Result<std::string> read_machine_file(const std::string& path) {
    ENGINE_ASSIGN(const platform::MachineProfile profile, formats::read_machine_file(path));
    return formats::write_machine(profile);
}

Result<std::string> calibrate_machine(const EngineOptions& options, const CalibrateRequest& request,
                                      const CalibrationProgress& progress, const StopToken& stop) {
    if (request.give_way) platform::make_this_thread_give_way();
    ENGINE_ASSIGN(platform::MachineProfile profile, formats::read_machine(request.profile));
    ENGINE_ASSIGN(const auto workshop, Workshop::open(options));
    profile.machine = workshop->machine();
    measure::CalibrationRequest what;
    what.seconds = request.seconds;
    what.threads = options.threads;
    what.folders = request.folders;
    what.unix_seconds = std::time(nullptr);
    ENGINE_TRY(measure::calibrate(profile, workshop->kernels(), what, progress, stop));
    return formats::write_machine(profile);
}

Result<std::unique_ptr<GpuMonitor>> GpuMonitor::open(const MachineSources& sources) {
    ENGINE_ASSIGN(auto monitor, platform::cuda::GpuMonitor::open(libraries_of(sources)));
    return std::unique_ptr<GpuMonitor>(std::make_unique<LocalGpuMonitor>(std::move(monitor)));
}

} // namespace engine::api
