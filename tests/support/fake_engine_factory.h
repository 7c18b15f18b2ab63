// fakeEngine: the fake engine and its planning as app's EngineFactory.
#pragma once

#include "app/bridge/engine_factory.h"
#include "tests/support/fake_engine.h"
#include "tests/support/fake_planning.h"

namespace tests {

inline std::shared_ptr<const app::bridge::EngineFactory> fakeEngine(
    const std::shared_ptr<FakeScript>& script) {
    app::bridge::EngineFactory factory{
        [script](const engine::api::EngineOptions& options) { return create_fake_engine(script, options); }};
    factory.readHeader = [script](const std::string& path) { return read_fake_header(*script, path); };
    factory.openForPlanning = open_fake_model;
    factory.outlineForPlanning = [](const engine::api::ModelShape& shape, std::string_view) {
        return open_fake_model(shape.name);
    };
    factory.openCopyForPlanning = [](const std::string&, std::string_view) {
        return open_fake_model("a copy");
    };
    factory.smallerCopies = [script](const std::string&) { return fake_copies(*script); };
    factory.quantize = [script](const engine::api::QuantizeRequest& request, int,
                                const engine::Progress& progress, const engine::StopToken& stop,
                                bool) { return fake_quantize(*script, request, progress, stop); };
    factory.seeMachine = fake_machine;
    factory.machineProfile = [script](const engine::api::MachineSources&) {
        return script->machine().profile;
    };
    factory.calibrateMachine =
        [script](const engine::api::EngineOptions&, const engine::api::CalibrateRequest& request,
                 const engine::api::CalibrationProgress& progress, const engine::StopToken& stop) {
            return fake_calibration(*script, request, progress, stop);
        };
    factory.openGpuMonitor = [script](const engine::api::MachineSources&) {
        return fake_gpu_monitor(script);
    };
    return std::make_shared<const app::bridge::EngineFactory>(std::move(factory));
}

} // namespace tests
