// The sentences of a plan.
#pragma once

#include "engine/placement/footprint.h"
#include "engine/placement/plan.h"
#include "engine/platform/machine_profile.h"

namespace engine::placement {

// Fills sentence and suggestion.
void explain(const Footprint& model, const platform::MachineProfile& machine, const PlanRequest& request,
             Plan& plan);

std::string gigabytes(int64_t bytes); // "9.3 GB", "120 MB"; rounded up
std::string grouped(int64_t n);       // "8,192"
std::string speed_text(double tokens_per_s);

} // namespace engine::placement
