// GGUF export: see gguf_export.h.
#include "engine/model/gguf_export.h"

#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "engine/model/gguf_rows.h"
#include "engine/model/names.h"
#include "engine/model/registry.h"
#include "engine/model/rope.h"

namespace engine::model {

namespace {

Error cannot_say(const std::string& what) {
    return {ErrorCode::unsupported, "GGUF files cannot say that " + what, "Use the model in its own format."};
}

class Exporter {
 public:
    Exporter(const ModelSpec& spec, const Inventory& inventory, const formats::ModelFile& file)
        : spec_(spec), inventory_(inventory), file_(file), architecture_(gguf_architecture(spec)) {}

    Result<GgufModel> run() {
        if (architecture_.empty()) return cannot_say("a model is a \"" + spec_.architecture + "\"");
        model_.metadata.set_string("general.architecture", architecture_);
        ENGINE_TRY(write_numbers());
        ENGINE_TRY(write_attention());
        ENGINE_TRY(write_rope());
        ENGINE_TRY(write_experts());
        for (const WeightEntry& entry : inventory_.entries()) {
            ENGINE_TRY(add(entry));
            if (entry.id.role == Role::token_embedding && !rope_factors_.empty()) add_rope_factors();
        }
        return std::move(model_);
    }

 private:
    std::string key(std::string_view name) const { return architecture_ + "." + std::string(name); }
    void set(std::string_view name, int64_t value) {
        model_.metadata.set_u32(key(name), static_cast<uint32_t>(value));
    }
    void set(std::string_view name, double value) {
        model_.metadata.set_f32(key(name), static_cast<float>(value));
    }
    // One number where all layers agree, else one for each.
    void set(std::string_view name, const std::vector<int64_t>& values) {
        if (std::equal(values.begin() + 1, values.end(), values.begin())) return set(name, values.front());
        model_.metadata.set_i32s(key(name), {values.begin(), values.end()});
    }

    Result<void> write_numbers();
    Result<void> write_attention();
    Result<void> write_rope();
    Result<void> write_experts();
    Result<void> add(const WeightEntry& entry);
    Result<void> add_stack(const WeightEntry& first, std::string name);
    void add_rope_factors();

    bool reorders(const WeightEntry& entry) const;
    WeightRows rows_of(const WeightEntry& entry) const;
    void add_tensor(std::string name, DType dtype, const Shape& shape, GgufRows rows);

    const ModelSpec& spec_;
    const Inventory& inventory_;
    const formats::ModelFile& file_;
    std::string architecture_;
    GgufModel model_;
    std::vector<float> rope_factors_;
};

Result<void> Exporter::write_numbers() {
    model_.metadata.set_string("tokenizer.ggml.model", "no_vocab");
    set("vocab_size", spec_.vocabulary);
    set("block_count", static_cast<int64_t>(spec_.layers.size()));
    set("embedding_length", spec_.width);
    if (spec_.context > 0) set("context_length", spec_.context);
    std::vector<int64_t> widths;
    for (const LayerSpec& layer : spec_.layers) {
        const auto* dense = std::get_if<DenseMlpSpec>(&layer.feed_forward);
        widths.push_back(dense != nullptr ? dense->width : std::get<MoeSpec>(layer.feed_forward).width);
        if (layer.mixer_norm.epsilon != spec_.output_norm.epsilon ||
            layer.feed_forward_norm.epsilon != spec_.output_norm.epsilon)
            return cannot_say("norms have different epsilons");
    }
    set("feed_forward_length", widths);
    set("attention.layer_norm_rms_epsilon", spec_.output_norm.epsilon);
    return {};
}

Result<void> Exporter::write_attention() {
    std::vector<int64_t> heads, kv_heads, windows;
    std::vector<int32_t> slides;
    int64_t window = 0;
    const auto& first = std::get<GqaSpec>(spec_.layers.front().mixer);
    for (const LayerSpec& layer : spec_.layers) {
        const auto& attention = std::get<GqaSpec>(layer.mixer);
        heads.push_back(attention.heads);
        kv_heads.push_back(attention.kv_heads);
        slides.push_back(attention.window > 0 ? 1 : 0);
        if (attention.window > 0 && window > 0 && attention.window != window)
            return cannot_say("sliding windows have different lengths");
        window = std::max(window, attention.window);
        if (attention.key_dim != first.key_dim || attention.value_dim != first.value_dim ||
            attention.scale != first.scale || attention.clip != first.clip || attention.rope != first.rope)
            return cannot_say("attention differs from layer to layer");
    }
    set("attention.head_count", heads);
    set("attention.head_count_kv", kv_heads);
    set("attention.key_length", first.key_dim);
    set("attention.value_length", first.value_dim);
    if (first.clip > 0) set("attention.clamp_kqv", first.clip);
    if (first.scale != 1 / std::sqrt(static_cast<double>(first.key_dim))) set("attention.scale", first.scale);
    if (window == 0) return {};
    set("attention.sliding_window", window);
    if (std::find(slides.begin(), slides.end(), 0) != slides.end())
        model_.metadata.set_i32s(key("attention.sliding_window_pattern"), slides);
    return {};
}

// llama.cpp multiplies the paper's growth of the scores by attn_factor; see families/transformer_gguf.cpp.
Result<void> Exporter::write_rope() {
    const RopeSpec& rope = spec_.ropes.front();
    if (spec_.ropes.size() > 1) return cannot_say("layers have different ropes");
    if (depends_on_length(rope)) return cannot_say("a rope depends on the length");
    set("rope.dimension_count", rope.dims);
    set("rope.freq_base", rope.theta);
    double grown = 1;
    if (const auto* linear = std::get_if<RopeLinear>(&rope.scaling)) {
        model_.metadata.set_string(key("rope.scaling.type"), "linear");
        set("rope.scaling.factor", linear->factor);
    } else if (const auto* yarn = std::get_if<RopeYarn>(&rope.scaling)) {
        if (!yarn->round_range) return cannot_say("YaRN's range is not rounded");
        model_.metadata.set_string(key("rope.scaling.type"), "yarn");
        set("rope.scaling.factor", yarn->factor);
        set("rope.scaling.original_context_length", yarn->trained_context);
        set("rope.scaling.yarn_beta_fast", yarn->beta_fast);
        set("rope.scaling.yarn_beta_slow", yarn->beta_slow);
        if (yarn->factor > 1) grown = 0.1 * std::log(yarn->factor) + 1;
    } else if (std::holds_alternative<RopeLlama3>(rope.scaling)) {
        if (rope.divided_by_weight) return cannot_say("a rope is divided twice");
        RopeSpec plain = rope;
        plain.scaling = RopeUnscaled{};
        const auto slow = rope_table(rope, 1).frequencies, fast = rope_table(plain, 1).frequencies;
        for (size_t i = 0; i < slow.size(); ++i)
            rope_factors_.push_back(fast[i] / slow[i]);
    }
    if (rope.attention_factor != grown) set("rope.scaling.attn_factor", rope.attention_factor / grown);
    return {};
}

Result<void> Exporter::write_experts() {
    const MoeSpec* first = nullptr;
    for (const LayerSpec& layer : spec_.layers) {
        const auto* moe = std::get_if<MoeSpec>(&layer.feed_forward);
        if (moe == nullptr) continue;
        if (first == nullptr) first = moe;
        if (moe->experts != first->experts || moe->used != first->used || moe->width != first->width ||
            moe->renormalize != first->renormalize || moe->weight_scale != first->weight_scale)
            return cannot_say("experts differ from layer to layer");
    }
    if (first == nullptr) return {};
    set("expert_count", first->experts);
    set("expert_used_count", first->used);
    set("expert_feed_forward_length", first->width);
    model_.metadata.set_bool(key("expert_weights_norm"), first->renormalize);
    if (first->weight_scale != 1) set("expert_weights_scale", first->weight_scale);
    return {};
}

WeightRows Exporter::rows_of(const WeightEntry& entry) const {
    const auto view = [&](const std::string& name) { return file_.tensor(*file_.tensors.find(name)); };
    WeightRows rows{view(entry.tensor), {}, entry.first_scaled_row};
    rows.values.data += entry.first_row * row_bytes(rows.values.dtype, entry.shape.inner());
    rows.values.shape = entry.shape;
    if (!entry.scales.empty()) rows.scales = view(entry.scales);
    return rows;
}

bool Exporter::reorders(const WeightEntry& entry) const {
    if (entry.id.role != Role::query && entry.id.role != Role::key) return false;
    return architecture_ == "llama" && spec_.ropes.front().layout == RopeLayout::halves;
}

void Exporter::add_tensor(std::string name, DType dtype, const Shape& shape, GgufRows rows) {
    GgufTensor tensor;
    tensor.stored = rows.parts.front().values.dtype;
    tensor.entry.name = std::move(name);
    tensor.entry.dtype = dtype;
    tensor.entry.shape = shape;
    tensor.entry.bytes = static_cast<uint64_t>(shape.rows() * row_bytes(dtype, shape.inner()));
    rows.dtype = dtype;
    tensor.read = [rows = std::move(rows)](int64_t row, std::byte* to) { rows.read(row, to); };
    model_.tensors.push_back(std::move(tensor));
}

Result<void> Exporter::add(const WeightEntry& entry) {
    const bool routed = entry.id.expert >= 0;
    if (routed && entry.id.expert > 0) return {}; // went with the first
    std::string name;
    for (const NamePattern& pattern : name_patterns(formats::Container::gguf)) {
        if (pattern.role != entry.id.role ||
            pattern.form != (routed ? TensorForm::stacked : TensorForm::alone))
            continue;
        name = tensor_name(pattern.pattern, entry.id);
        break;
    }
    if (routed) return add_stack(entry, std::move(name));
    const bool to_f32 = entry.shape.rank == 1 || entry.id.role == Role::router || !entry.scales.empty();
    GgufRows rows{{rows_of(entry)}};
    if (reorders(entry)) {
        const auto& attention = std::get<GqaSpec>(spec_.layers[static_cast<size_t>(entry.id.layer)].mixer);
        if (spec_.ropes.front().dims != attention.key_dim) return cannot_say("a part of each head is turned");
        rows.turned_dims = attention.key_dim;
    }
    add_tensor(std::move(name), to_f32 ? DType::F32 : entry.dtype, entry.shape, std::move(rows));
    return {};
}

Result<void> Exporter::add_stack(const WeightEntry& first, std::string name) {
    const auto& moe = std::get<MoeSpec>(spec_.layers[static_cast<size_t>(first.id.layer)].feed_forward);
    const Shape shape{{moe.experts, first.shape[0], first.shape[1]}, 3};
    GgufRows rows;
    for (int32_t e = 0; e < moe.experts; ++e) {
        WeightId id = first.id;
        id.expert = e;
        rows.parts.push_back(rows_of(*inventory_.find(id)));
        if (rows.parts.back().values.dtype != rows.parts.front().values.dtype)
            return cannot_say("experts of a layer have different formats");
    }
    add_tensor(std::move(name), first.scales.empty() ? first.dtype : DType::F32, shape, std::move(rows));
    return {};
}

void Exporter::add_rope_factors() {
    GgufTensor tensor;
    tensor.entry.name = "rope_freqs.weight";
    tensor.entry.shape = {{static_cast<int64_t>(rope_factors_.size())}, 1};
    tensor.entry.bytes = rope_factors_.size() * sizeof(float);
    tensor.read = [factors = rope_factors_](int64_t, std::byte* to) {
        std::memcpy(to, factors.data(), factors.size() * sizeof(float));
    };
    model_.tensors.push_back(std::move(tensor));
}

} // namespace

Result<GgufModel> gguf_model(const ModelSpec& spec, const Inventory& inventory,
                             const formats::ModelFile& file) {
    return Exporter(spec, inventory, file).run();
}

void add_rows(formats::GgufWriter& writer, const GgufTensor& tensor) {
    const formats::TensorEntry& entry = tensor.entry;
    const int64_t bytes = row_bytes(entry.dtype, entry.shape.inner());
    writer.add_tensor_rows(
        entry.name, entry.dtype, entry.shape,
        [read = tensor.read, bytes](int64_t row, std::span<std::byte> out) -> Result<void> {
            for (size_t at = 0; at < out.size(); at += static_cast<size_t>(bytes))
                read(row++, out.data() + at);
            return {};
        });
}

Result<formats::GgufWriter> gguf_writer(const ModelSpec& spec, const Inventory& inventory,
                                        const formats::ModelFile& file) {
    ENGINE_ASSIGN(GgufModel model, gguf_model(spec, inventory, file));
    formats::GgufWriter writer;
    writer.metadata = std::move(model.metadata);
    for (const GgufTensor& tensor : model.tensors)
        add_rows(writer, tensor);
    return writer;
}

} // namespace engine::model
