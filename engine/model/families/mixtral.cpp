// Mixtral: Mistral with experts in every layer. Its GGUF files call themselves llama.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_config(const ConfigSource& source) {
    const Keys& keys = source.config.keys();
    ENGINE_ASSIGN(ModelSpec spec,
                  transformer_from_config(
                      source, {.rope_theta = 1e6, .epsilon = 1e-5, .context = 131072, .kv_heads = 8}));
    if (keys.has("sliding_window")) ENGINE_TRY(set_windows(spec, keys, 0));
    ENGINE_ASSIGN(MoeSpec moe, moe_from_config(keys, "intermediate_size", true));
    moe.renormalize = true; // the model has no choice
    for (LayerSpec& layer : spec.layers)
        layer.feed_forward = moe;
    return spec;
}

} // namespace

Family mixtral_family() {
    return {"llama", {"mixtral"}, nullptr, from_config};
}

} // namespace engine::model
