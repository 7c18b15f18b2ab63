// Planner: chooses among the ways of placing a model on a machine, and says in a sentence why.
#pragma once

#include "engine/placement/footprint.h"
#include "engine/placement/heat.h"
#include "engine/placement/plan.h"
#include "engine/platform/machine_profile.h"

namespace engine::placement {

// Bytes of a device that a guardrail leaves alone.
int64_t reserve_bytes(Guardrail level, DeviceKind kind, int64_t total);

// Tokens that are planned for when nobody says how many: fewer for models that were trained for fewer.
int64_t usual_context(const Footprint& model);

// Pure, below 10 ms: a slider may ask at every step. Whatever the numbers are, a plan comes back; one that is
// out of reach says so by its verdict.
Plan plan(const Footprint& model, const platform::MachineProfile& machine, const PlanRequest& request,
          const Heat& heat = {});

// The same from what a file's header says.
Plan plan(const model::ModelSpec& spec, const model::Inventory& inventory,
          const platform::MachineProfile& machine, const PlanRequest& request, const Heat& heat = {});

} // namespace engine::placement
