// What the families share: the parts that do not depend on the container.
#include "engine/model/families/transformer.h"

#include <algorithm>

namespace engine::model {

void for_each_attention(ModelSpec& spec, const std::function<void(GqaSpec&)>& change) {
    for (LayerSpec& layer : spec.layers)
        change(std::get<GqaSpec>(layer.mixer));
}

namespace {

Result<void> check_attention(const GqaSpec& attention, const ModelSpec& spec, const Keys& keys,
                             const std::string& layer) {
    if (attention.heads % attention.kv_heads != 0)
        return keys.error(layer, "has " + std::to_string(attention.heads) + " attention heads for " +
                                     std::to_string(attention.kv_heads) +
                                     " heads of keys and values: they do not share evenly");
    const int64_t head_dim = std::max(attention.key_dim, attention.value_dim);
    if (head_dim > kMaxHeadDim || attention.heads * head_dim > kMaxVocabulary)
        return keys.error(layer, "has attention heads of absurd number or width");
    const RopeSpec& rope = spec.ropes[static_cast<size_t>(attention.rope)];
    if (rope.dims > attention.key_dim || rope.dims % 2 != 0)
        return keys.error(layer, "turns " + std::to_string(rope.dims) + " of the " +
                                     std::to_string(attention.key_dim) +
                                     " elements of a head by its position: it must be an even part of them");
    return {};
}

} // namespace

Result<void> check_spec(const ModelSpec& spec, const Keys& keys) {
    for (size_t i = 0; i < spec.layers.size(); ++i) {
        const std::string name = "layer " + std::to_string(i);
        ENGINE_TRY(check_attention(std::get<GqaSpec>(spec.layers[i].mixer), spec, keys, name));
        if (const auto* moe = std::get_if<MoeSpec>(&spec.layers[i].feed_forward)) {
            if (moe->used > moe->experts)
                return keys.error(name, "uses " + std::to_string(moe->used) + " of " +
                                            std::to_string(moe->experts) + " experts");
        }
    }
    return {};
}

} // namespace engine::model
