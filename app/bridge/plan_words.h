// Plans in the engine's words and in Qt's; for this room only.
#pragma once

#include "app/bridge/engine_host.h"
#include "app/bridge/planner.h"
#include "engine/api/engine.h"
#include "engine/api/plan.h"

namespace app::bridge {

engine::api::ModelShape toModelShape(const ModelOutline& outline);
engine::api::PlanRequest toPlanRequest(const PlanQuery& query);
void setLoaded(engine::api::PlanRequest& request); // it is in memory now
void setWork(engine::api::PlanRequest& request, const PlanQuery::Work& work);
// "relaxed"; what is no level's name is the usual one, balanced.
engine::api::Guardrail guardrailNamed(const std::string& name);
std::vector<std::string> guardrailNames();
engine::api::LoadRequest toLoadRequest(const QString& path, const LoadOptions& options);
ModelPlan toModelPlan(const engine::api::Plan& plan);
// Where each expert would be. Bytes of one: the mean of all, since plans know the sums of devices alone.
QList<ExpertLayer> toExperts(const engine::api::Plan& plan, const HeatShares& heat);
engine::api::Heat toHeat(const HeatShares& shares);
// What replies of the kind of load that was planned have shown.
Speeds measuredFor(const FileExperience& known, const engine::api::Plan& plan);

} // namespace app::bridge
