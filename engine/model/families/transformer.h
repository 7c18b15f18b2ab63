// What the families share: a pre-norm decoder with grouped-query attention, read from GGUF keys or
// config.json.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/base/result.h"
#include "engine/model/families/family.h"

namespace engine::model {

// Nothing real comes near these; they keep products of two numbers far below 2^63 and a hostile header cheap.
inline constexpr int64_t kMaxLayers = 4096;
inline constexpr int64_t kMaxWidth = int64_t{1} << 20; // of the residual stream and of feed forwards
inline constexpr int64_t kMaxHeadDim = int64_t{1} << 14;
inline constexpr int64_t kMaxHeads = int64_t{1} << 14;
inline constexpr int64_t kMaxVocabulary = int64_t{1} << 24;
inline constexpr int64_t kMaxExperts = int64_t{1} << 14;
inline constexpr int64_t kMaxContext = int64_t{1} << 40; // tokens

struct GgufTraits {
    RopeLayout layout = RopeLayout::halves;
    GqaSpec::QkNorm qk_norm = GqaSpec::QkNorm::none;
    bool renormalize = true; // of routers, where the file does not say
};

// Everything: biases, tied head and experts show in the tensors that the file has.
Result<ModelSpec> transformer_from_gguf(const GgufSource& source, const GgufTraits& traits);

// What a key that is absent in config.json means.
struct ConfigDefaults {
    double rope_theta = 1e4;
    double epsilon = 1e-6;
    int64_t context = 0;  // tokens
    int64_t head_dim = 0; // 0: hidden_size / num_attention_heads
    int64_t kv_heads = 0; // 0: num_attention_heads, which null always means
};

// Dense layers without biases, windows or query and key norms: the family adds its own.
Result<ModelSpec> transformer_from_config(const ConfigSource& source, const ConfigDefaults& defaults);

// The rest of config.json, for the families that have it.
Result<MoeSpec> moe_from_config(const Keys& keys, const char* width_key, bool renormalize_default);
// sliding_window where use_sliding_window holds, in the layers that layer_types or max_window_layers name.
Result<void> set_qwen_windows(ModelSpec& spec, const Keys& keys);
// sliding_window in all layers; `fallback` where the key is absent (null switches it off).
Result<void> set_windows(ModelSpec& spec, const Keys& keys, int64_t fallback);

void for_each_attention(ModelSpec& spec, const std::function<void(GqaSpec&)>& change);

// Numbers that contradict each other: heads and kv heads, rope and head width, chosen and all experts, ...
Result<void> check_spec(const ModelSpec& spec, const Keys& keys);

} // namespace engine::model
