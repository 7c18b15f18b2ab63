// Qwen3: heads of a width of their own, q and k normalised per head.
#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_gguf(const GgufSource& source) {
    return transformer_from_gguf(source, {.qk_norm = GqaSpec::QkNorm::per_head});
}

Result<ModelSpec> from_config(const ConfigSource& source) {
    const Keys& keys = source.config.keys();
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.context = 32768, .head_dim = 128}));
    ENGINE_ASSIGN(const bool bias, keys.flag_or("attention_bias", false));
    for_each_attention(spec, [&](GqaSpec& attention) {
        attention.qk_norm = GqaSpec::QkNorm::per_head;
        attention.qkv_bias = attention.output_bias = bias;
    });
    ENGINE_TRY(set_qwen_windows(spec, keys));
    return spec;
}

} // namespace

Family qwen3_family() {
    return {"qwen3", {"qwen3"}, from_gguf, from_config};
}

} // namespace engine::model
