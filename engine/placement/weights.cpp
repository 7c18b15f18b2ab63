// Weights: see weights.h.
#include "engine/placement/weights.h"

namespace engine::placement {

Weights::Weights() = default;
Weights::~Weights() = default;

TensorView Weights::find(const model::WeightId& id) const {
    const model::WeightEntry* entry = inventory_.find(id);
    if (entry == nullptr) return {};
    return views_[static_cast<size_t>(entry - inventory_.entries().data())];
}

} // namespace engine::placement
