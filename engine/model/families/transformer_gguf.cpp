// What the families share: reading it from GGUF keys ("{architecture}.block_count", ...).
#include <cmath>

#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

constexpr double kLargest = 1e30; // finite, and so are its products here

bool has_tensor(const GgufSource& source, int64_t layer, std::string_view name) {
    return source.tensors.find("blk." + std::to_string(layer) + "." + std::string(name)) != nullptr;
}

bool vocabulary_only(const GgufSource& source) {
    return source.tensors.entries().empty();
}

// YaRN's own growth of the scores, as in the paper; log_multiplier: DeepSeek's mscale_all_dim.
double yarn_attention(double factor, double log_multiplier) {
    if (factor <= 1) return 1;
    const double grown = 0.1 * std::log(factor) + 1;
    return log_multiplier == 0 ? grown : grown / (0.1 * log_multiplier * std::log(factor) + 1);
}

Result<void> read_yarn(const Keys& keys, double factor, int64_t context, RopeSpec& rope) {
    RopeYarn yarn;
    yarn.factor = factor;
    ENGINE_ASSIGN(yarn.trained_context,
                  keys.integer_or("rope.scaling.original_context_length", context, {1, kMaxContext}));
    if (yarn.trained_context < 1) return keys.error("rope.scaling.original_context_length", "is missing");
    ENGINE_ASSIGN(yarn.beta_fast, keys.number_or("rope.scaling.yarn_beta_fast", 32, 1e-6, kLargest));
    ENGINE_ASSIGN(yarn.beta_slow, keys.number_or("rope.scaling.yarn_beta_slow", 1, 1e-6, kLargest));
    ENGINE_ASSIGN(const double log_multiplier,
                  keys.number_or("rope.scaling.yarn_log_multiplier", 0, 0, kLargest));
    // The converter writes config.json's attention_factor, the whole of it, under this key.
    ENGINE_ASSIGN(const double whole, keys.number_or("rope.scaling.yarn_attn_factor",
                                                     yarn_attention(factor, log_multiplier), 1e-6, kLargest));
    rope.attention_factor *= whole;
    rope.scaling = yarn;
    return {};
}

Result<RopeSpec> read_rope(const GgufSource& source, RopeLayout layout, int64_t key_dim, int64_t context) {
    const Keys& keys = source.keys;
    RopeSpec rope;
    rope.layout = layout;
    ENGINE_ASSIGN(rope.dims, keys.integer_or("rope.dimension_count", key_dim, {0, kMaxHeadDim}));
    ENGINE_ASSIGN(rope.theta, keys.number_or("rope.freq_base", 1e4, 1.001, kLargest));
    rope.divided_by_weight = source.tensors.find("rope_freqs.weight") != nullptr;
    ENGINE_ASSIGN(rope.attention_factor, keys.number_or("rope.scaling.attn_factor", 1, 1e-6, kLargest));
    // 0 and absent mean the same; the second key is the one of 2023.
    ENGINE_ASSIGN(double factor, keys.number_or("rope.scaling.factor", 0, 0, kLargest));
    if (factor == 0) {
        ENGINE_ASSIGN(factor, keys.number_or("rope.scale_linear", 0, 0, kLargest));
    }
    if (factor == 0) factor = 1;
    if (factor < 1e-6) return keys.error("rope.scaling.factor", "is close to zero");
    ENGINE_ASSIGN(const std::string type, keys.text_or("rope.scaling.type", "linear"));
    if (type == "linear") {
        if (factor != 1) rope.scaling = RopeLinear{factor};
    } else if (type == "yarn") {
        ENGINE_TRY(read_yarn(keys, factor, context, rope));
    } else if (type != "none") {
        return keys.unsupported("rope.scaling.type", "is \"" + type + "\", which is not known");
    }
    return rope;
}

// A sliding window in all layers, or in those that the pattern names: an array of one flag per layer, or N
// for all but every N-th.
Result<void> read_windows(const GgufSource& source, ModelSpec& spec) {
    const Keys& keys = source.keys;
    ENGINE_ASSIGN(const int64_t window, keys.integer_or("attention.sliding_window", 0, {0, kMaxContext}));
    if (window == 0) return {};
    constexpr std::string_view kPattern = "attention.sliding_window_pattern";
    const size_t layers = spec.layers.size();
    std::vector<int64_t> slides(layers, 1);
    if (keys.has(kPattern)) {
        const auto list = keys.integers(kPattern, {0, 1});
        if (list) {
            if (list->size() != layers) return keys.error(kPattern, "has another length than the layers");
            slides = *list;
        } else {
            ENGINE_ASSIGN(const int64_t period, keys.integer(kPattern, {0, kMaxLayers}));
            for (size_t i = 0; i < layers && period > 0; ++i)
                slides[i] = static_cast<int64_t>(i) % period < period - 1;
        }
    }
    for (size_t i = 0; i < layers; ++i) {
        if (slides[i] != 0) std::get<GqaSpec>(spec.layers[i].mixer).window = window;
    }
    return {};
}

struct MoeNumbers {
    int64_t experts = 0; // 0: dense
    int64_t leading_dense = 0;
    MoeSpec spec;
};

Result<MoeNumbers> read_moe(const GgufSource& source, const GgufTraits& traits) {
    const Keys& keys = source.keys;
    MoeNumbers moe;
    ENGINE_ASSIGN(moe.experts, keys.integer_or("expert_count", 0, {0, kMaxExperts}));
    if (moe.experts == 0) return moe;
    moe.spec.experts = moe.experts;
    ENGINE_ASSIGN(moe.spec.used, keys.integer("expert_used_count", {1, moe.experts}));
    ENGINE_ASSIGN(moe.leading_dense, keys.integer_or("leading_dense_block_count", 0, {0, kMaxLayers}));
    ENGINE_ASSIGN(moe.spec.width, keys.integer_or("expert_feed_forward_length", 0, {0, kMaxWidth}));
    ENGINE_ASSIGN(moe.spec.renormalize, keys.flag_or("expert_weights_norm", traits.renormalize));
    ENGINE_ASSIGN(moe.spec.weight_scale, keys.number_or("expert_weights_scale", 1, -kLargest, kLargest));
    if (moe.spec.weight_scale == 0) moe.spec.weight_scale = 1; // how converters write "none"
    ENGINE_ASSIGN(const int64_t gating, keys.integer_or("expert_gating_func", 1, {0, 1 << 16}));
    if (gating > 1) return keys.unsupported("expert_gating_func", "is not softmax");
    ENGINE_ASSIGN(const int64_t shared, keys.integer_or("expert_shared_count", 0, {0, kMaxExperts}));
    if (shared > 0) return keys.unsupported("expert_shared_count", "is not 0");
    return moe;
}

// The feed forward of one layer. `width` is the key feed_forward_length.
FeedForwardSpec feed_forward(const GgufSource& source, const MoeNumbers& moe, int64_t layer, int64_t width) {
    const bool routed = vocabulary_only(source) ? layer >= moe.leading_dense
                                                : has_tensor(source, layer, "ffn_gate_inp.weight");
    if (moe.experts > 0 && routed) {
        MoeSpec spec = moe.spec;
        if (spec.width == 0) spec.width = width;
        return spec;
    }
    DenseMlpSpec dense;
    dense.width = width;
    dense.bias = has_tensor(source, layer, "ffn_up.bias");
    return dense;
}

Result<GqaSpec> read_attention(const GgufSource& source, const GgufTraits& traits, int64_t width,
                               int64_t first_heads, double epsilon) {
    const Keys& keys = source.keys;
    GqaSpec attention;
    const auto head_dim = [&](std::string_view key) -> Result<int64_t> {
        if (keys.has(key)) return keys.integer(key, {1, kMaxHeadDim});
        if (width % first_heads != 0)
            return keys.error("embedding_length", "is " + std::to_string(width) + ", not divisible by " +
                                                      std::to_string(first_heads) + " heads");
        return width / first_heads;
    };
    ENGINE_ASSIGN(attention.key_dim, head_dim("attention.key_length"));
    ENGINE_ASSIGN(attention.value_dim, head_dim("attention.value_length"));
    ENGINE_ASSIGN(attention.clip, keys.number_or("attention.clamp_kqv", 0, 0, kLargest));
    ENGINE_ASSIGN(attention.scale, keys.number_or("attention.scale", 0, 0, kLargest));
    if (attention.scale == 0) attention.scale = 1 / std::sqrt(static_cast<double>(attention.key_dim));
    attention.qk_norm = traits.qk_norm;
    attention.qk_norm_epsilon = epsilon;
    return attention;
}

Result<int64_t> read_vocabulary(const GgufSource& source) {
    if (const auto* embedding = source.tensors.find("token_embd.weight"))
        return std::min(embedding->shape.rows(), kMaxVocabulary);
    if (const auto* tokens = source.metadata.strings("tokenizer.ggml.tokens"))
        return std::min(static_cast<int64_t>(tokens->size()), kMaxVocabulary);
    return source.keys.integer("vocab_size", {1, kMaxVocabulary});
}

} // namespace

Result<ModelSpec> transformer_from_gguf(const GgufSource& source, const GgufTraits& traits) {
    const Keys& keys = source.keys;
    ModelSpec spec;
    spec.architecture = source.architecture;
    ENGINE_ASSIGN(const int64_t layers, keys.integer("block_count", {1, kMaxLayers}));
    ENGINE_ASSIGN(spec.width, keys.integer("embedding_length", {1, kMaxWidth}));
    ENGINE_ASSIGN(spec.context, keys.integer_or("context_length", 0, {0, kMaxContext}));
    ENGINE_ASSIGN(spec.vocabulary, read_vocabulary(source));
    ENGINE_ASSIGN(const auto heads, keys.per_layer("attention.head_count", layers, {1, kMaxHeads}));
    const bool grouped = keys.has("attention.head_count_kv");
    ENGINE_ASSIGN(const auto kv_heads, grouped
                                           ? keys.per_layer("attention.head_count_kv", layers, {1, kMaxHeads})
                                           : Result<std::vector<int64_t>>(heads));
    ENGINE_ASSIGN(const auto widths, keys.per_layer("feed_forward_length", layers, {1, kMaxWidth}));
    ENGINE_ASSIGN(const double epsilon, keys.number("attention.layer_norm_rms_epsilon", 0, 1));
    ENGINE_ASSIGN(const GqaSpec attention,
                  read_attention(source, traits, spec.width, heads.front(), epsilon));
    ENGINE_ASSIGN(RopeSpec rope, read_rope(source, traits.layout, attention.key_dim, spec.context));
    ENGINE_ASSIGN(const MoeNumbers moe, read_moe(source, traits));
    spec.ropes.push_back(std::move(rope));
    spec.output_norm.epsilon = epsilon;
    spec.tied_head = !vocabulary_only(source) && source.tensors.find("output.weight") == nullptr;
    for (int64_t i = 0; i < layers; ++i) {
        GqaSpec own = attention;
        own.heads = heads[static_cast<size_t>(i)];
        own.kv_heads = kv_heads[static_cast<size_t>(i)];
        own.qkv_bias = has_tensor(source, i, "attn_q.bias") || has_tensor(source, i, "attn_qkv.bias");
        own.output_bias = has_tensor(source, i, "attn_output.bias");
        spec.layers.push_back(
            {{epsilon}, own, {epsilon}, feed_forward(source, moe, i, widths[static_cast<size_t>(i)])});
    }
    ENGINE_TRY(read_windows(source, spec));
    ENGINE_TRY(check_spec(spec, keys));
    return spec;
}

} // namespace engine::model
