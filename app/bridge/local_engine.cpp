// Hands out what engine::api makes.
#include "app/bridge/local_engine.h"

#include "app/bridge/engine_factory.h"

namespace app::bridge {

std::shared_ptr<const EngineFactory> localEngine() {
    namespace api = engine::api;
    return std::make_shared<const EngineFactory>(EngineFactory{api::create_engine, api::open_for_planning,
                                                               api::see_machine, api::machine_from_json,
                                                               api::refresh_memory});
}

} // namespace app::bridge
