// Llama 1, 2 and 3; in GGUF files also Mistral and Mixtral.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

// Converters reorder the rows of q and k, so that neighbours turn together.
Result<ModelSpec> from_gguf(const GgufSource& source) {
    return transformer_from_gguf(source, {.layout = RopeLayout::interleaved});
}

Result<ModelSpec> from_config(const ConfigSource& source) {
    const Keys& keys = source.config.keys();
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.context = 2048}));
    ENGINE_ASSIGN(const bool attention_bias, keys.flag_or("attention_bias", false));
    ENGINE_ASSIGN(const bool mlp_bias, keys.flag_or("mlp_bias", false));
    for (LayerSpec& layer : spec.layers) {
        auto& attention = std::get<GqaSpec>(layer.mixer);
        attention.qkv_bias = attention.output_bias = attention_bias;
        std::get<DenseMlpSpec>(layer.feed_forward).bias = mlp_bias;
    }
    return spec;
}

} // namespace

Family llama_family() {
    return {"llama", {"llama"}, from_gguf, from_config};
}

} // namespace engine::model
