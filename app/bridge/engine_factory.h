// EngineFactory: how an engine comes into being. Handed on as a value, so that tests hand in a fake one.
#pragma once

#include <functional>
#include <memory>

#include "engine/api/engine.h"

namespace app::bridge {

struct EngineFactory {
    std::function<engine::Result<std::unique_ptr<engine::api::Engine>>(const engine::api::EngineOptions&)>
        create;
    // Of a file on its own, without an engine; from any thread.
    std::function<engine::Result<engine::api::ModelSummary>(const std::string& path)> readHeader;
};

} // namespace app::bridge
