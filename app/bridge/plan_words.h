// Plans in the engine's words and in Qt's; for this room only.
#pragma once

#include "app/bridge/planner.h"
#include "engine/api/plan.h"

namespace app::bridge {

engine::api::PlanRequest toPlanRequest(const PlanQuery& query);
ModelPlan toModelPlan(const engine::api::Plan& plan);

} // namespace app::bridge
