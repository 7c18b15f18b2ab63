// Qwen3-MoE: Qwen3 whose feed forward is experts, in all layers but those that the config names.
#include <algorithm>

#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

Result<ModelSpec> from_gguf(const GgufSource& source) {
    return transformer_from_gguf(source, {.qk_norm = GqaSpec::QkNorm::per_head});
}

// Experts in every decoder_sparse_step-th layer that mlp_only_layers does not name.
Result<void> set_experts(ModelSpec& spec, const Keys& keys) {
    ENGINE_ASSIGN(const MoeSpec moe, moe_from_config(keys, "moe_intermediate_size", false));
    ENGINE_ASSIGN(const int64_t step, keys.integer_or("decoder_sparse_step", 1, {1, kMaxContext}));
    ENGINE_ASSIGN(const auto dense, keys.integers("mlp_only_layers", {-kMaxContext, kMaxContext}));
    for (size_t i = 0; i < spec.layers.size(); ++i) {
        const auto layer = static_cast<int64_t>(i);
        if ((layer + 1) % step != 0 || std::find(dense.begin(), dense.end(), layer) != dense.end()) continue;
        spec.layers[i].feed_forward = moe;
    }
    return {};
}

Result<ModelSpec> from_config(const ConfigSource& source) {
    const Keys& keys = source.config.keys();
    ENGINE_ASSIGN(ModelSpec spec, transformer_from_config(source, {.context = 32768, .kv_heads = 4}));
    ENGINE_ASSIGN(const bool bias, keys.flag_or("attention_bias", false));
    for_each_attention(spec, [&](GqaSpec& attention) {
        attention.qk_norm = GqaSpec::QkNorm::per_head;
        attention.qkv_bias = attention.output_bias = bias;
    });
    ENGINE_ASSIGN(const bool slides, keys.flag_or("use_sliding_window", false));
    if (slides) ENGINE_TRY(set_windows(spec, keys, 4096)); // in all layers, unlike Qwen3
    ENGINE_TRY(set_experts(spec, keys));
    return spec;
}

} // namespace

Family qwen3_moe_family() {
    return {"qwen3moe", {"qwen3_moe"}, from_gguf, from_config};
}

} // namespace engine::model
