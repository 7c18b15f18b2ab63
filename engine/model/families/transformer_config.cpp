// What the families share: reading it from config.json, as transformers 4 and 5 write it.
#include <cmath>

#include "engine/model/families/transformer.h"

namespace engine::model {

namespace {

constexpr double kLargest = 1e30; // finite, and so are its products here

// transformers 5 keeps everything in rope_parameters; 4 has rope_scaling (or null) beside rope_theta.
struct RopeSource {
    const Keys& config;
    std::optional<Keys> inner;

    Result<double> theta(double fallback) const {
        if (inner && inner->has("rope_theta")) return inner->number("rope_theta", 1.001, kLargest);
        return config.number_or("rope_theta", fallback, 1.001, kLargest);
    }
    Result<std::string> type() const {
        if (!inner) return std::string("default");
        ENGINE_ASSIGN(const std::string old, inner->text_or("type", "default"));
        return inner->text_or("rope_type", old);
    }
    Result<int64_t> trained_context(int64_t context) const {
        constexpr std::string_view kKey = "original_max_position_embeddings";
        if (config.has(kKey)) return config.integer(kKey, {1, kMaxContext});
        if (inner->has(kKey)) return inner->integer(kKey, {1, kMaxContext});
        if (context < 1) return config.error("max_position_embeddings", "is missing");
        return context;
    }
    Result<double> factor() const { return inner->number("factor", 1e-6, kLargest); }
};

double grown(double factor, double multiplier) {
    return factor <= 1 ? 1 : 0.1 * multiplier * std::log(factor) + 1;
}

Result<void> read_yarn(const RopeSource& source, int64_t context, RopeSpec& rope) {
    const Keys& keys = *source.inner;
    RopeYarn yarn;
    ENGINE_ASSIGN(yarn.trained_context, source.trained_context(context));
    const double reached = static_cast<double>(context) / static_cast<double>(yarn.trained_context);
    ENGINE_ASSIGN(yarn.factor, keys.number_or("factor", reached, 1e-6, kLargest));
    if (yarn.factor < 1e-6) return keys.error("factor", "is missing");
    ENGINE_ASSIGN(yarn.beta_fast, keys.number_or("beta_fast", 32, 0, kLargest));
    ENGINE_ASSIGN(yarn.beta_slow, keys.number_or("beta_slow", 1, 0, kLargest));
    if (yarn.beta_fast == 0) yarn.beta_fast = 32; // as transformers reads a 0
    if (yarn.beta_slow == 0) yarn.beta_slow = 1;
    ENGINE_ASSIGN(yarn.round_range, keys.flag_or("truncate", true));
    ENGINE_ASSIGN(const double mscale, keys.number_or("mscale", 0, 0, kLargest));
    ENGINE_ASSIGN(const double all_dims, keys.number_or("mscale_all_dim", 0, 0, kLargest));
    const double paper = mscale != 0 && all_dims != 0
                             ? grown(yarn.factor, mscale) / grown(yarn.factor, all_dims)
                             : grown(yarn.factor, 1);
    ENGINE_ASSIGN(rope.attention_factor, keys.number_or("attention_factor", paper, 0, kLargest));
    rope.scaling = yarn;
    return {};
}

Result<void> read_llama3(const RopeSource& source, int64_t context, RopeSpec& rope) {
    RopeLlama3 rule;
    ENGINE_ASSIGN(rule.factor, source.factor());
    ENGINE_ASSIGN(rule.low_frequency_factor, source.inner->number("low_freq_factor", 1e-6, kLargest));
    ENGINE_ASSIGN(rule.high_frequency_factor, source.inner->number("high_freq_factor", 1e-6, kLargest));
    if (rule.low_frequency_factor == rule.high_frequency_factor)
        return source.inner->error("high_freq_factor", "is the same as low_freq_factor");
    ENGINE_ASSIGN(rule.trained_context, source.trained_context(context));
    rope.scaling = rule;
    return {};
}

Result<void> read_longrope(const RopeSource& source, int64_t context, RopeSpec& rope) {
    const Keys& keys = *source.inner;
    RopeLongRope rule;
    ENGINE_ASSIGN(rule.short_factors, keys.numbers("short_factor"));
    ENGINE_ASSIGN(rule.long_factors, keys.numbers("long_factor"));
    for (const auto* list : {&rule.short_factors, &rule.long_factors}) {
        if (static_cast<int64_t>(list->size()) != rope.dims / 2)
            return keys.error("long_factor and short_factor", "need one number per frequency");
        for (const double f : *list) {
            if (!(f > 1e-6 && f < kLargest))
                return keys.error("long_factor or short_factor", "is out of range");
        }
    }
    ENGINE_ASSIGN(rule.trained_context, source.trained_context(context));
    const double trained = static_cast<double>(rule.trained_context);
    ENGINE_ASSIGN(const double factor,
                  keys.number_or("factor", static_cast<double>(context) / trained, 0, kLargest));
    const double paper = factor <= 1 || trained < 2 ? 1 : std::sqrt(1 + std::log(factor) / std::log(trained));
    ENGINE_ASSIGN(rope.attention_factor, keys.number_or("attention_factor", paper, 0, kLargest));
    rope.scaling = std::move(rule);
    return {};
}

Result<void> read_scaling(const RopeSource& source, int64_t context, RopeSpec& rope) {
    ENGINE_ASSIGN(const std::string type, source.type());
    if (type == "default") return {};
    if (type == "linear") {
        ENGINE_ASSIGN(const double factor, source.factor());
        rope.scaling = RopeLinear{factor};
        return {};
    }
    if (type == "dynamic") {
        RopeDynamicNtk rule;
        ENGINE_ASSIGN(rule.factor, source.inner->number("factor", 1, kLargest));
        if (context < 1) return source.config.error("max_position_embeddings", "is missing");
        if (rope.dims <= 2) return source.config.error("head_dim", "is too small for dynamic rope scaling");
        rule.trained_context = context;
        rope.scaling = rule;
        return {};
    }
    if (type == "yarn") return read_yarn(source, context, rope);
    if (type == "llama3") return read_llama3(source, context, rope);
    if (type == "longrope" || type == "su") return read_longrope(source, context, rope);
    return source.inner->unsupported("rope_type", "is \"" + type + "\", which is not known");
}

Result<RopeSpec> read_rope(const ConfigJson& config, int64_t head_dim, int64_t context, double theta) {
    const Keys& keys = config.keys();
    auto inner = config.object("rope_scaling");
    if (!inner) inner = config.object("rope_parameters");
    const RopeSource source{keys, std::move(inner)};
    if (source.inner && (source.inner->has("full_attention") || source.inner->has("sliding_attention")))
        return source.inner->unsupported("full_attention", "asks for another rope per kind of layer");
    RopeSpec rope;
    ENGINE_ASSIGN(double part, keys.number_or("partial_rotary_factor", 1, 0, 1));
    if (source.inner) {
        ENGINE_ASSIGN(part, source.inner->number_or("partial_rotary_factor", part, 0, 1));
    }
    rope.dims = static_cast<int64_t>(static_cast<double>(head_dim) * part);
    ENGINE_ASSIGN(rope.theta, source.theta(theta));
    ENGINE_TRY(read_scaling(source, context, rope));
    return rope;
}

// The one way of quantising that can be read: FP8 weights with a scale for each 128 x 128 of them. How
// activations would be rounded is left to whoever computes with 8 bits.
Result<void> check_quantisation(const ConfigJson& config) {
    if (!config.keys().has("quantization_config")) return {};
    constexpr std::string_view kNotKnown = "says that the weights are quantised in a way that is not known";
    const auto quantisation = config.object("quantization_config");
    if (!quantisation) return config.keys().unsupported("quantization_config", kNotKnown);
    ENGINE_ASSIGN(const std::string method, quantisation->text_or("quant_method", ""));
    ENGINE_ASSIGN(const std::string format, quantisation->text_or("fmt", "e4m3"));
    if (method != "fp8" || format != "e4m3")
        return config.keys().unsupported("quantization_config", kNotKnown);
    ENGINE_ASSIGN(const auto block, quantisation->integers("weight_block_size", {1, 1 << 20}));
    if (block != std::vector<int64_t>{128, 128})
        return quantisation->unsupported("weight_block_size", "is not [128, 128]");
    return {};
}

Result<void> check_readable(const ConfigJson& config) {
    const Keys& keys = config.keys();
    ENGINE_ASSIGN(const std::string activation, keys.text_or("hidden_act", "silu"));
    if (activation != "silu" && activation != "swish")
        return keys.unsupported("hidden_act", "is \"" + activation + "\"; only \"silu\" is known");
    return check_quantisation(config);
}

Result<GqaSpec> read_attention(const Keys& keys, const ConfigDefaults& defaults, int64_t width) {
    GqaSpec attention;
    ENGINE_ASSIGN(attention.heads, keys.integer("num_attention_heads", {1, kMaxHeads}));
    const bool as_heads = defaults.kv_heads == 0 || keys.is_null("num_key_value_heads");
    const int64_t kv_heads = as_heads ? attention.heads : defaults.kv_heads;
    ENGINE_ASSIGN(attention.kv_heads, keys.integer_or("num_key_value_heads", kv_heads, {1, kMaxHeads}));
    ENGINE_ASSIGN(attention.key_dim, keys.integer_or("head_dim", defaults.head_dim, {1, kMaxHeadDim}));
    if (attention.key_dim == 0) {
        if (width % attention.heads != 0)
            return keys.error("hidden_size", "is " + std::to_string(width) + ", not divisible by " +
                                                 std::to_string(attention.heads) + " heads");
        attention.key_dim = width / attention.heads;
    }
    attention.value_dim = attention.key_dim;
    attention.scale = 1 / std::sqrt(static_cast<double>(attention.key_dim));
    return attention;
}

} // namespace

Result<ModelSpec> transformer_from_config(const ConfigSource& source, const ConfigDefaults& defaults) {
    const Keys& keys = source.config.keys();
    ENGINE_TRY(check_readable(source.config));
    ModelSpec spec;
    ENGINE_ASSIGN(spec.architecture, keys.text_or("model_type", ""));
    ENGINE_ASSIGN(const int64_t layers, keys.integer("num_hidden_layers", {1, kMaxLayers}));
    ENGINE_ASSIGN(spec.width, keys.integer("hidden_size", {1, kMaxWidth}));
    ENGINE_ASSIGN(spec.vocabulary, keys.integer("vocab_size", {1, kMaxVocabulary}));
    ENGINE_ASSIGN(spec.context,
                  keys.integer_or("max_position_embeddings", defaults.context, {1, kMaxContext}));
    ENGINE_ASSIGN(const int64_t width, keys.integer("intermediate_size", {1, kMaxWidth}));
    ENGINE_ASSIGN(const double epsilon, keys.number_or("rms_norm_eps", defaults.epsilon, 0, 1));
    ENGINE_ASSIGN(GqaSpec attention, read_attention(keys, defaults, spec.width));
    attention.qk_norm_epsilon = epsilon;
    ENGINE_ASSIGN(RopeSpec rope,
                  read_rope(source.config, attention.key_dim, spec.context, defaults.rope_theta));
    spec.ropes.push_back(std::move(rope));
    spec.output_norm.epsilon = epsilon;
    // transformers 5 keeps a head of its own that lies in the file, whatever this key says.
    ENGINE_ASSIGN(const bool tied, keys.flag_or("tie_word_embeddings", false));
    spec.tied_head = tied && source.tensors.find("lm_head.weight") == nullptr;
    const LayerSpec layer{{epsilon}, attention, {epsilon}, DenseMlpSpec{.width = width}};
    spec.layers.assign(static_cast<size_t>(layers), layer);
    ENGINE_TRY(check_spec(spec, keys));
    return spec;
}

// transformers renamed num_experts to num_local_experts on the way; both are in use.
Result<MoeSpec> moe_from_config(const Keys& keys, const char* width_key, bool renormalize_default) {
    MoeSpec moe;
    const char* experts = keys.has("num_local_experts") ? "num_local_experts" : "num_experts";
    ENGINE_ASSIGN(moe.experts, keys.integer(experts, {1, kMaxExperts}));
    ENGINE_ASSIGN(moe.used, keys.integer("num_experts_per_tok", {1, moe.experts}));
    ENGINE_ASSIGN(moe.width, keys.integer(width_key, {1, kMaxWidth}));
    ENGINE_ASSIGN(moe.renormalize, keys.flag_or("norm_topk_prob", renormalize_default));
    return moe;
}

Result<void> set_windows(ModelSpec& spec, const Keys& keys, int64_t fallback) {
    if (keys.is_null("sliding_window")) return {};
    ENGINE_ASSIGN(const int64_t window, keys.integer_or("sliding_window", fallback, {1, kMaxContext}));
    for_each_attention(spec, [&](GqaSpec& attention) { attention.window = window; });
    return {};
}

Result<void> set_qwen_windows(ModelSpec& spec, const Keys& keys) {
    ENGINE_ASSIGN(const bool used, keys.flag_or("use_sliding_window", false));
    ENGINE_ASSIGN(const auto types, keys.texts("layer_types"));
    if (!types.empty() && types.size() != spec.layers.size())
        return keys.error("layer_types", "has another length than num_hidden_layers");
    for (const std::string& type : types) {
        if (type != "full_attention" && type != "sliding_attention")
            return keys.unsupported("layer_types", "holds \"" + type + "\", which is not known");
    }
    if (!used || keys.is_null("sliding_window")) return {};
    ENGINE_ASSIGN(const int64_t window, keys.integer_or("sliding_window", 4096, {1, kMaxContext}));
    ENGINE_ASSIGN(const int64_t first, keys.integer_or("max_window_layers", 28, {0, kMaxContext}));
    for (size_t i = 0; i < spec.layers.size(); ++i) {
        const bool slides =
            types.empty() ? static_cast<int64_t>(i) >= first : types[i] == "sliding_attention";
        if (slides) std::get<GqaSpec>(spec.layers[i].mixer).window = window;
    }
    return {};
}

} // namespace engine::model
