// Hands out what engine::api makes.
#include "app/bridge/local_engine.h"

#include "app/bridge/engine_factory.h"

namespace app::bridge {

std::shared_ptr<const EngineFactory> localEngine() {
    namespace api = engine::api;
    EngineFactory factory{api::create_engine, api::open_for_planning, api::see_machine, api::machine_from_json, api::refresh_memory};
    factory.machineProfile = api::machine_profile;
    factory.calibrateMachine = api::calibrate_machine;
    factory.openGpuMonitor = api::GpuMonitor::open;
    return std::make_shared<const EngineFactory>(std::move(factory));
}

} // namespace app::bridge
