// EngineFactory: how an engine comes into being, how it plans and what it knows of files and of the machine.
// Handed on as a value, so that tests hand in a fake one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/engine.h"
#include "engine/api/machine.h"
#include "engine/api/plan.h"
#include "engine/api/quantize.h"

namespace app::bridge {

struct EngineFactory {
    std::function<engine::Result<std::unique_ptr<engine::api::Engine>>(const engine::api::EngineOptions&)>
        create;
    // Of a file on its own, without an engine; from any thread.
    std::function<engine::Result<engine::api::ModelSummary>(const std::string& path)> readHeader = {};

    // What Planner asks; where they are empty, nothing can be planned.
    std::function<engine::Result<std::shared_ptr<const engine::api::PlannableModel>>(const std::string& path)>
        openForPlanning = {};
    std::function<engine::Result<std::shared_ptr<const engine::api::PlannableModel>>(
        const engine::api::ModelShape& shape, std::string_view type)>
        outlineForPlanning = {};
    std::function<engine::Result<std::shared_ptr<const engine::api::PlannableModel>>(const std::string& path,
                                                                                     std::string_view type)>
        openCopyForPlanning = {};
    std::function<bool(std::string_view architecture)> knowsArchitecture = {};
    std::function<engine::api::MachineProfile()> seeMachine = {};
    std::function<engine::Result<engine::api::MachineProfile>(std::string_view json)> readMachine = {};
    std::function<void(engine::api::MachineProfile&)> refreshMemory = {};

    // What Quantizing asks; where they are empty, nothing can be quantised.
    std::function<engine::Result<std::vector<engine::api::QuantizePreview>>(const std::string& path)>
        smallerCopies = {};
    std::function<engine::Result<engine::api::QuantizeReport>(const engine::api::QuantizeRequest&,
                                                              int threads, const engine::Progress&,
                                                              const engine::StopToken&, bool give_way)>
        quantize = {};

    // What MachineProbe and GpuSampler ask; where they are empty, nothing is known about the machine.
    std::function<std::string(const engine::api::MachineSources&)> machineProfile = {};
    std::function<engine::Result<std::string>(
        const engine::api::EngineOptions&, const engine::api::CalibrateRequest&,
        const engine::api::CalibrationProgress&, const engine::StopToken&)>
        calibrateMachine = {};
    std::function<engine::Result<std::unique_ptr<engine::api::GpuMonitor>>(
        const engine::api::MachineSources&)>
        openGpuMonitor = {};
};

} // namespace app::bridge
