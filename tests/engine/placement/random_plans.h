// Models and machines drawn at random, for tests of the planner.
#pragma once

#include "engine/base/random.h"
#include "engine/placement/footprint.h"
#include "engine/placement/heat.h"
#include "engine/placement/plan.h"
#include "engine/platform/machine_profile.h"

class Draw {
 public:
    explicit Draw(uint64_t seed) : random_(seed) {}

    int64_t between(int64_t least, int64_t most); // both included
    double real() { return random_.uniform(); }
    bool chance(double share) { return real() < share; }

    // Dense or a mixture, with dense first layers, unlike layers, windows, tied heads, latent caches.
    engine::placement::Footprint model();
    engine::platform::MachineProfile machine(int most_gpus = 3);
    engine::placement::PlanRequest request(const engine::placement::Footprint& model);
    engine::placement::Heat heat(const engine::placement::Footprint& model);

 private:
    engine::placement::LayerFootprint layer(int64_t width, bool experts);
    engine::Random random_;
};
