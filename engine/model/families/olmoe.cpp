// OLMoE: q and k normalised over all heads at once, optional limits on q, k and v, experts in every layer.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_gguf(const GgufSource& source) {
    return transformer_from_gguf(source, {.qk_norm = GqaSpec::QkNorm::whole, .renormalize = false});
}

Result<ModelSpec> from_config(const ConfigSource& source) {
    const Keys& keys = source.config.keys();
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.epsilon = 1e-5, .context = 4096}));
    ENGINE_ASSIGN(const bool bias, keys.flag_or("attention_bias", false));
    ENGINE_ASSIGN(const double clip, keys.number_or("clip_qkv", 0, 1e-30, 1e30));
    for_each_attention(spec, [&](GqaSpec& attention) {
        attention.qk_norm = GqaSpec::QkNorm::whole;
        attention.clip = clip;
        attention.qkv_bias = attention.output_bias = bias;
    });
    ENGINE_ASSIGN(const MoeSpec moe, moe_from_config(keys, "intermediate_size", false));
    for (LayerSpec& layer : spec.layers)
        layer.feed_forward = moe;
    return spec;
}

} // namespace

Family olmoe_family() {
    return {"olmoe", {"olmoe"}, from_gguf, from_config};
}

} // namespace engine::model
