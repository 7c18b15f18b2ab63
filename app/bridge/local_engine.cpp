// Hands out engine::api::create_engine.
#include "app/bridge/local_engine.h"

#include "app/bridge/engine_factory.h"

namespace app::bridge {

std::shared_ptr<const EngineFactory> localEngine() {
    return std::make_shared<const EngineFactory>(
        EngineFactory{engine::api::create_engine, engine::api::inspect_header});
}

} // namespace app::bridge
