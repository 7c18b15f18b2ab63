// EngineFactory: how an engine comes into being. Handed to EngineHost, so that tests hand in a fake one.
#pragma once

#include <functional>
#include <memory>

#include "engine/api/engine.h"

namespace app::bridge {

struct EngineFactory {
    std::function<engine::Result<std::unique_ptr<engine::api::Engine>>(const engine::api::EngineOptions&)>
        create;
};

} // namespace app::bridge
