// Weights: see weights.h.
#include "engine/placement/weights.h"

#include "engine/base/check.h"

namespace engine::placement {

Weights::Weights() = default;
Weights::~Weights() = default;

TensorView Weights::find(const model::WeightId& id) const {
    const WeightMatrix found = matrix(id);
    ENGINE_CHECK(found.parts.empty());
    return {found.data, found.dtype, found.shape};
}

WeightMatrix Weights::matrix(const model::WeightId& id) const {
    const model::WeightEntry* entry = inventory_.find(id);
    if (entry == nullptr) return {};
    const auto index = static_cast<size_t>(entry - inventory_.entries().data());
    if (first_part_[index] < 0) return views_[index];
    return {entry->shape,
            std::span(parts_).subspan(static_cast<size_t>(first_part_[index]), static_cast<size_t>(nodes_))};
}

int64_t Weights::copied_bytes() const {
    int64_t bytes = copies_.size();
    for (const platform::HostBuffer& buffer : node_copies_)
        bytes += buffer.size();
    return bytes;
}

} // namespace engine::placement
