// Sums over the inventory.
#include "engine/measure/token_traffic.h"

#include <algorithm>

namespace engine::measure {

using model::Role;

TokenTraffic traffic_of(const model::ModelSpec& spec, const model::Inventory& inventory) {
    TokenTraffic traffic;
    traffic.expert_bytes.resize(spec.layers.size());
    for (const model::WeightEntry& entry : inventory.entries()) {
        const int64_t bytes = entry.bytes(), parameters = entry.shape.elements();
        if (entry.id.expert >= 0) {
            const auto layer = static_cast<size_t>(entry.id.layer);
            if (entry.id.expert > 0) continue; // all experts of a layer are alike
            const int64_t used = std::get<model::MoeSpec>(spec.layers[layer].feed_forward).used;
            traffic.expert_bytes[layer] += bytes;
            traffic.prompt_parameters += used * parameters;
            continue;
        }
        if (entry.id.role != Role::token_embedding || spec.tied_head) traffic.shared_bytes += bytes;
        if (entry.id.layer >= 0 && entry.shape.rank > 1) traffic.prompt_parameters += parameters;
    }
    return traffic;
}

int64_t kv_bytes_read(const model::ModelSpec& spec, const runtime::KvCache& cache, int64_t length) {
    int64_t bytes = 0;
    for (size_t i = 0; i < spec.layers.size(); ++i) {
        const auto& attention = std::get<model::GqaSpec>(spec.layers[i].mixer);
        const ops::KvLayout& layout = cache.layout(static_cast<int32_t>(i));
        const int64_t seen = attention.window > 0 ? std::min(attention.window, length) : length;
        bytes += seen * attention.kv_heads * (layout.key_stride + layout.value_stride); // of a head
    }
    return bytes;
}

} // namespace engine::measure
