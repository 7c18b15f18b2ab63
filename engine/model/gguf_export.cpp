// GGUF export: see gguf_export.h.
#include "engine/model/gguf_export.h"

#include <cmath>
#include <cstring>

#include "engine/kernels/quant/quant.h"
#include "engine/model/names.h"
#include "engine/model/registry.h"
#include "engine/model/rope.h"

namespace engine::model {

namespace {

using formats::GgufWriter;
using formats::Metadata;

Error cannot_say(const std::string& what) {
    return {ErrorCode::unsupported, "GGUF files cannot say that " + what, "Use the model in its own format."};
}

class Exporter {
 public:
    Exporter(const ModelSpec& spec, const Inventory& inventory, const formats::ModelFile& file)
        : spec_(spec), inventory_(inventory), file_(file), architecture_(gguf_architecture(spec)) {}

    Result<GgufWriter> run() {
        if (architecture_.empty()) return cannot_say("a model is a \"" + spec_.architecture + "\"");
        writer_.metadata.set_string("general.architecture", architecture_);
        ENGINE_TRY(write_numbers());
        ENGINE_TRY(write_attention());
        ENGINE_TRY(write_rope());
        ENGINE_TRY(write_experts());
        for (const WeightEntry& entry : inventory_.entries()) {
            if (!entry.scales.empty()) return cannot_say("weights are FP8 with a scale for each block");
            ENGINE_TRY(add(entry));
            if (entry.id.role == Role::token_embedding && !rope_factors_.empty()) add_rope_factors();
        }
        return std::move(writer_);
    }

 private:
    std::string key(std::string_view name) const { return architecture_ + "." + std::string(name); }
    void set(std::string_view name, int64_t value) {
        writer_.metadata.set_u32(key(name), static_cast<uint32_t>(value));
    }
    void set(std::string_view name, double value) {
        writer_.metadata.set_f32(key(name), static_cast<float>(value));
    }
    // One number where all layers agree, else one for each.
    void set(std::string_view name, const std::vector<int64_t>& values) {
        if (std::equal(values.begin() + 1, values.end(), values.begin())) return set(name, values.front());
        writer_.metadata.set_i32s(key(name), {values.begin(), values.end()});
    }

    Result<void> write_numbers();
    Result<void> write_attention();
    Result<void> write_rope();
    Result<void> write_experts();
    Result<void> add(const WeightEntry& entry);
    Result<void> add_stack(const WeightEntry& first, std::string name);
    void add_rope_factors();

    bool reorders(const WeightEntry& entry) const;
    TensorView source(const WeightEntry& entry) const;

    const ModelSpec& spec_;
    const Inventory& inventory_;
    const formats::ModelFile& file_;
    std::string architecture_;
    GgufWriter writer_;
    std::vector<float> rope_factors_;
};

Result<void> Exporter::write_numbers() {
    writer_.metadata.set_string("tokenizer.ggml.model", "no_vocab");
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
        writer_.metadata.set_i32s(key("attention.sliding_window_pattern"), slides);
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
        writer_.metadata.set_string(key("rope.scaling.type"), "linear");
        set("rope.scaling.factor", linear->factor);
    } else if (const auto* yarn = std::get_if<RopeYarn>(&rope.scaling)) {
        if (!yarn->round_range) return cannot_say("YaRN's range is not rounded");
        writer_.metadata.set_string(key("rope.scaling.type"), "yarn");
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
    writer_.metadata.set_bool(key("expert_weights_norm"), first->renormalize);
    if (first->weight_scale != 1) set("expert_weights_scale", first->weight_scale);
    return {};
}

TensorView Exporter::source(const WeightEntry& entry) const {
    TensorView view = file_.tensor(*file_.tensors.find(entry.tensor));
    view.data += entry.first_row * row_bytes(entry.dtype, entry.shape.inner());
    view.shape = entry.shape;
    return view;
}

bool Exporter::reorders(const WeightEntry& entry) const {
    if (entry.id.role != Role::query && entry.id.role != Role::key) return false;
    return architecture_ == "llama" && spec_.ropes.front().layout == RopeLayout::halves;
}

// Row 2j + s of a head was its row j + s * dims / 2. A bias is rows of one element.
void reorder_rows(const TensorView& from, int64_t heads, std::byte* to) {
    const bool bias = from.shape.rank == 1;
    const int64_t rows = bias ? from.shape.inner() : from.shape.rows();
    const int64_t bytes = bias ? row_bytes(from.dtype, 1) : row_bytes(from.dtype, from.shape.inner());
    const int64_t dim = rows / heads;
    for (int64_t r = 0; r < rows; ++r) {
        const int64_t within = r % dim;
        const int64_t old = r - within + within / 2 + within % 2 * (dim / 2);
        std::memcpy(to + r * bytes, from.data + old * bytes, static_cast<size_t>(bytes));
    }
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
    const TensorView view = source(entry);
    const bool to_f32 = entry.shape.rank == 1 || entry.id.role == Role::router;
    const DType dtype = to_f32 ? DType::F32 : entry.dtype;
    if (!reorders(entry) && dtype == entry.dtype) {
        writer_.add_tensor(std::move(name), view);
        return {};
    }
    const RopeSpec& rope = spec_.ropes.front();
    const auto& attention =
        std::get<GqaSpec>(spec_.layers[static_cast<size_t>(std::max(entry.id.layer, 0))].mixer);
    const int64_t heads = entry.id.role == Role::query ? attention.heads : attention.kv_heads;
    if (reorders(entry) && rope.dims != attention.key_dim) return cannot_say("a part of each head is turned");
    const bool reorder = reorders(entry);
    writer_.add_tensor(std::move(name), dtype, entry.shape, [=](std::span<std::byte> out) -> Result<void> {
        std::vector<std::byte> reordered;
        TensorView from = view;
        if (reorder) {
            reordered.resize(static_cast<size_t>(view.bytes()));
            reorder_rows(view, heads, reordered.data());
            from.data = reordered.data();
        }
        if (dtype == from.dtype) {
            std::memcpy(out.data(), from.data, out.size());
        } else {
            kernels::decode_row(from.dtype)(from.data, reinterpret_cast<float*>(out.data()),
                                            from.shape.elements());
        }
        return {};
    });
    return {};
}

Result<void> Exporter::add_stack(const WeightEntry& first, std::string name) {
    const auto& moe = std::get<MoeSpec>(spec_.layers[static_cast<size_t>(first.id.layer)].feed_forward);
    Shape shape;
    shape.rank = 3;
    shape.dims = {moe.experts, first.shape[0], first.shape[1]};
    std::vector<TensorView> parts;
    for (int32_t e = 0; e < moe.experts; ++e) {
        WeightId id = first.id;
        id.expert = e;
        parts.push_back(source(*inventory_.find(id)));
        if (parts.back().dtype != first.dtype) return cannot_say("experts of a layer have different formats");
    }
    writer_.add_tensor(std::move(name), first.dtype, shape,
                       [parts](std::span<std::byte> out) -> Result<void> {
                           std::byte* to = out.data();
                           for (const TensorView& part : parts) {
                               std::memcpy(to, part.data, static_cast<size_t>(part.bytes()));
                               to += part.bytes();
                           }
                           return {};
                       });
    return {};
}

void Exporter::add_rope_factors() {
    Shape shape;
    shape.rank = 1;
    shape.dims[0] = static_cast<int64_t>(rope_factors_.size());
    writer_.add_tensor("rope_freqs.weight", DType::F32, shape,
                       [factors = rope_factors_](std::span<std::byte> out) -> Result<void> {
                           std::memcpy(out.data(), factors.data(), out.size());
                           return {};
                       });
}

} // namespace

Result<formats::GgufWriter> gguf_writer(const ModelSpec& spec, const Inventory& inventory,
                                        const formats::ModelFile& file) {
    return Exporter(spec, inventory, file).run();
}

} // namespace engine::model
