// Variants: one model as a load could make it, as the file is or quantised while loading, and the choice
// among them.
#pragma once

#include <span>
#include <string>

#include "engine/placement/footprint.h"
#include "engine/placement/heat.h"
#include "engine/placement/plan.h"

namespace engine::placement {

struct Variant {
    std::string quantize; // "Q8_0"; "": as the file is
    Footprint footprint;
};

// Plans the variant that the request names, or chooses: the first one, best quality first, that fits with the
// usual context; a later one where that would be slower than people read and the later one much faster. The
// sentence says why. `variants`: the file as it is, then those of fewer and fewer bits; not empty.
Plan plan(std::span<const Variant> variants, const platform::MachineProfile& machine,
          const PlanRequest& request, const Heat& heat = {});

} // namespace engine::placement
