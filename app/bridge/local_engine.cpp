// Hands out what engine::api makes.
#include "app/bridge/local_engine.h"

#include "app/bridge/engine_factory.h"

namespace app::bridge {

std::shared_ptr<const EngineFactory> localEngine() {
    namespace api = engine::api;
    EngineFactory factory{api::create_engine};
    factory.readHeader = api::inspect_header;
    factory.openForPlanning = [](const std::string& path) { return api::open_for_planning(path); };
    factory.outlineForPlanning = api::outline_for_planning;
    factory.openCopyForPlanning = api::open_copy_for_planning;
    factory.smallerCopies = api::smaller_copies;
    factory.quantize = api::quantize;
    factory.knowsArchitecture = api::knows_architecture;
    factory.seeMachine = api::see_machine;
    factory.readMachine = api::machine_from_json;
    factory.refreshMemory = api::refresh_memory;
    factory.machineProfile = api::machine_profile;
    factory.calibrateMachine = api::calibrate_machine;
    factory.openGpuMonitor = api::GpuMonitor::open;
    return std::make_shared<const EngineFactory>(std::move(factory));
}

} // namespace app::bridge
