// Inventory: see inventory.h.
#include "engine/model/inventory.h"

#include <array>

namespace engine::model {

namespace {

constexpr std::array<std::string_view, 16> kRoleNames = {
    "token_embedding",
    "output_norm",
    "output",
    "rope_factors",
    "mixer_norm",
    "query",
    "key",
    "value",
    "attention_output",
    "query_norm",
    "key_norm",
    "feed_forward_norm",
    "gate",
    "up",
    "down",
    "router",
};

uint64_t key_of(const WeightId& id) {
    // 24 bits hold any layer and expert that a spec may have (families/transformer.h), -1 included.
    const auto part = [](int32_t n) { return static_cast<uint64_t>(n + 1) & 0xffffffu; };
    return static_cast<uint64_t>(id.role) << 56 | uint64_t{id.bias} << 48 | part(id.layer) << 24 |
           part(id.expert);
}

} // namespace

std::string canonical_name(const WeightId& id) {
    std::string name;
    if (id.layer >= 0) name += "layers." + std::to_string(id.layer) + ".";
    if (id.expert >= 0) name += "experts." + std::to_string(id.expert) + ".";
    name += kRoleNames[static_cast<size_t>(id.role)];
    if (id.bias) name += ".bias";
    return name;
}

void Inventory::add(WeightEntry entry) {
    by_id_[key_of(entry.id)] = entries_.size();
    if (entry.id.role != Role::rope_factors) parameters_ += entry.shape.elements();
    entries_.push_back(std::move(entry));
}

const WeightEntry* Inventory::find(const WeightId& id) const {
    const auto found = by_id_.find(key_of(id));
    return found == by_id_.end() ? nullptr : &entries_[found->second];
}

int64_t Inventory::active_parameters(const ModelSpec& spec) const {
    int64_t active = parameters_;
    std::vector<int64_t> in_experts(spec.layers.size());
    for (const WeightEntry& entry : entries_) {
        if (entry.id.expert >= 0) in_experts[static_cast<size_t>(entry.id.layer)] += entry.shape.elements();
    }
    for (size_t i = 0; i < spec.layers.size(); ++i) {
        if (const auto* moe = std::get_if<MoeSpec>(&spec.layers[i].feed_forward))
            active -= in_experts[i] / moe->experts * (moe->experts - moe->used);
    }
    return active;
}

int64_t Inventory::bytes() const {
    int64_t sum = 0;
    for (const WeightEntry& entry : entries_)
        sum += entry.bytes();
    return sum;
}

} // namespace engine::model
