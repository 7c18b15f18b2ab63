// EngineFactory: how an engine comes into being and how it plans. Handed in, so that tests hand in a fake
// one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/api/engine.h"
#include "engine/api/plan.h"

namespace app::bridge {

struct EngineFactory {
    std::function<engine::Result<std::unique_ptr<engine::api::Engine>>(const engine::api::EngineOptions&)>
        create;

    // What Planner asks; where they are empty, nothing can be planned.
    std::function<engine::Result<std::shared_ptr<const engine::api::PlannableModel>>(const std::string& path)>
        openForPlanning = {};
    std::function<engine::api::MachineProfile()> seeMachine = {};
    std::function<engine::Result<engine::api::MachineProfile>(std::string_view json)> readMachine = {};
    std::function<void(engine::api::MachineProfile&)> refreshMemory = {};
};

} // namespace app::bridge
