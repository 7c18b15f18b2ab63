// Ways: the assignments that are worth comparing, and the fastest of them that keeps the limits.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/placement/estimate.h"

namespace engine::placement {

struct Limits {
    std::vector<int64_t> gpus; // bytes, parallel to MachineProfile::gpus
    int64_t memory = 0;
};

// The list of ways does not depend on the limits, and on each device experts are taken in one fixed order
// without skipping: so a limit that grows only adds ways, and never makes the fastest one slower.
class Ways {
 public:
    // `gpus`: those that may be used.
    Ways(const Estimator& estimator, const PlanRequest& request, std::vector<int> gpus, bool heat_known);

    // Nothing on disk.
    std::optional<Assignment> fastest(const Limits& limits) const;
    bool any(const Limits& limits) const;
    // What memory cannot hold stays on disk.
    std::optional<Assignment> fastest_from_disk(const Limits& limits) const;
    // What the person fixed on GPUs, the rest in memory, whatever the limits; for saying what is missing.
    Assignment as_asked() const;

    // Layers whose dense part and head are on GPUs, and of those with experts how many keep some off them.
    static int gpu_layers(const Assignment& a);

 private:
    struct Item {
        double worth = 0; // seconds saved per byte
        int32_t layer = 0;
        int32_t count = 0; // so many experts of the layer at once
    };
    using Visit = std::function<bool(const Assignment&)>; // false: enough
    void visit_all(const Limits& limits, bool disk, const Visit& visit) const;
    void visit_splits(int layers, const Limits& limits, bool disk, const Visit& visit, bool& going) const;
    Assignment plainest() const; // all in memory
    bool faster_on_gpu(size_t layer, int gpu) const;
    Assignment divide(int layers, const std::vector<double>& shares) const;
    bool fill_gpus(Assignment& a, const Limits& limits, bool by_heat) const;
    bool take_fixed(Assignment& a, const Limits& limits) const;
    bool settle_memory(Assignment& a, const Limits& limits, bool disk) const;
    std::optional<Assignment> best_of(const Limits& limits, bool disk) const;

    const Estimator& estimator_;
    const PlanRequest& request_;
    std::vector<int> gpus_;
    bool heat_known_;
    std::vector<std::vector<double>> splits_; // shares of the layers for each of gpus_
    std::vector<Item> single_, whole_;        // experts one by one, and whole layers of them; best first
};

} // namespace engine::placement
