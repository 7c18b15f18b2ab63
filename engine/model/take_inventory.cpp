// take_inventory: finds each weight of a spec among a file's tensors.
#include <unordered_set>

#include "engine/model/names.h"
#include "engine/model/registry.h"

namespace engine::model {

namespace {

Shape shape_of(std::initializer_list<int64_t> extents) {
    Shape shape;
    for (const int64_t n : extents)
        shape.dims[static_cast<size_t>(shape.rank++)] = n;
    return shape;
}

std::string text_of(const Shape& shape) {
    std::string text = "{";
    for (int i = 0; i < shape.rank; ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "}";
}

// Writers drop or add leading extents of 1.
bool same_extents(const Shape& a, const Shape& b) {
    int i = 0, j = 0;
    while (i < a.rank && a[i] == 1)
        ++i;
    while (j < b.rank && b[j] == 1)
        ++j;
    if (a.rank - i != b.rank - j) return false;
    for (; i < a.rank; ++i, ++j) {
        if (a[i] != b[j]) return false;
    }
    return true;
}

class Taker {
 public:
    Taker(const ModelSpec& spec, const formats::ModelFile& file) : spec_(spec), file_(file) {}

    Result<Inventory> take() {
        if (file_.tensors.entries().empty())
            return Error{ErrorCode::not_found, "the file holds no weights, only a vocabulary",
                         "Choose the model's own file."};
        ENGINE_TRY(add({Role::token_embedding}, {spec_.vocabulary, spec_.width}));
        if (spec_.ropes[0].divided_by_weight)
            ENGINE_TRY(add({Role::rope_factors}, {spec_.ropes[0].dims / 2}));
        for (size_t i = 0; i < spec_.layers.size(); ++i)
            ENGINE_TRY(add_layer(static_cast<int32_t>(i), spec_.layers[i]));
        ENGINE_TRY(add({Role::output_norm}, {spec_.width}));
        if (!spec_.tied_head) ENGINE_TRY(add({Role::output}, {spec_.vocabulary, spec_.width}));
        ENGINE_TRY(check_all_used());
        return std::move(inventory_);
    }

 private:
    using Extents = std::initializer_list<int64_t>;

    Result<void> add_layer(int32_t layer, const LayerSpec& spec) {
        ENGINE_TRY(add({Role::mixer_norm, false, layer}, {spec_.width}));
        ENGINE_TRY(add_attention(layer, std::get<GqaSpec>(spec.mixer)));
        ENGINE_TRY(add({Role::feed_forward_norm, false, layer}, {spec_.width}));
        if (const auto* moe = std::get_if<MoeSpec>(&spec.feed_forward)) return add_experts(layer, *moe);
        const auto& dense = std::get<DenseMlpSpec>(spec.feed_forward);
        ENGINE_TRY(add_mlp({Role::gate, false, layer}, dense.width, dense.bias));
        return {};
    }

    Result<void> add_attention(int32_t layer, const GqaSpec& spec) {
        const int64_t q = spec.heads * spec.key_dim, k = spec.kv_heads * spec.key_dim,
                      v = spec.kv_heads * spec.value_dim, out = spec.heads * spec.value_dim;
        qkv_rows_ = q + k + v;
        ENGINE_TRY(add_linear({Role::query, false, layer}, q, spec_.width, spec.qkv_bias, 0));
        ENGINE_TRY(add_linear({Role::key, false, layer}, k, spec_.width, spec.qkv_bias, q));
        ENGINE_TRY(add_linear({Role::value, false, layer}, v, spec_.width, spec.qkv_bias, q + k));
        ENGINE_TRY(add_linear({Role::attention_output, false, layer}, spec_.width, out, spec.output_bias));
        if (spec.qk_norm == GqaSpec::QkNorm::none) return {};
        const bool whole = spec.qk_norm == GqaSpec::QkNorm::whole;
        ENGINE_TRY(add({Role::query_norm, false, layer}, {whole ? q : spec.key_dim}));
        return add({Role::key_norm, false, layer}, {whole ? k : spec.key_dim});
    }

    Result<void> add_experts(int32_t layer, const MoeSpec& spec) {
        experts_ = spec.experts;
        ENGINE_TRY(add({Role::router, false, layer}, {spec.experts, spec_.width}));
        for (int32_t e = 0; e < spec.experts; ++e)
            ENGINE_TRY(add_mlp({Role::gate, false, layer, e}, spec.width, false));
        return {};
    }

    Result<void> add_mlp(WeightId id, int64_t width, bool bias) {
        for (const Role role : {Role::gate, Role::up}) {
            id.role = role;
            ENGINE_TRY(add_linear(id, width, spec_.width, bias));
        }
        id.role = Role::down;
        return add_linear(id, spec_.width, width, bias);
    }

    // fused_at: first row in a fused_qkv tensor.
    Result<void> add_linear(WeightId id, int64_t out, int64_t in, bool bias, int64_t fused_at = 0) {
        fused_at_ = fused_at;
        ENGINE_TRY(add(id, {out, in}));
        id.bias = true;
        return bias ? add(id, {out}) : Result<void>();
    }

    // Looks for the weight under each of its names.
    Result<void> add(const WeightId& id, Extents extents) {
        const Shape shape = shape_of(extents);
        std::string first_name;
        for (const NamePattern& pattern : name_patterns(file_.container)) {
            if (pattern.role != id.role || !serves(pattern, id)) continue;
            const std::string name = tensor_name(pattern.pattern, id);
            if (first_name.empty()) first_name = name;
            const formats::TensorEntry* tensor = file_.tensors.find(name);
            if (tensor != nullptr) return add_from(id, shape, pattern.form, *tensor);
        }
        return Error{ErrorCode::not_found,
                     "the tensor \"" + first_name + "\" (" + canonical_name(id) + ") is not in the file",
                     "The file is incomplete, or it is not the kind of model that it says it is."};
    }

    static bool serves(const NamePattern& pattern, const WeightId& id) {
        const bool per_expert = pattern.form == TensorForm::stacked ||
                                pattern.form == TensorForm::fused_gate_up ||
                                pattern.pattern.find("{E}") != std::string_view::npos;
        return per_expert == (id.expert >= 0);
    }

    Result<void> add_from(const WeightId& id, const Shape& shape, TensorForm form,
                          const formats::TensorEntry& tensor) {
        Shape whole = shape;
        int64_t first_row = 0;
        const int64_t rows = shape.rank == 1 ? 1 : shape[0];
        if (form == TensorForm::stacked) {
            whole = shape_of({experts_, shape[0], shape[1]});
            first_row = id.expert * rows;
        } else if (form == TensorForm::fused_gate_up) {
            whole = shape_of({experts_, 2 * shape[0], shape[1]});
            first_row = (2 * id.expert + (id.role == Role::up ? 1 : 0)) * rows;
        } else if (form == TensorForm::fused_qkv) {
            if (id.bias)
                return Error{ErrorCode::unsupported, "the tensor \"" + tensor.name + "\" is a fused bias",
                             ""};
            whole = shape_of({qkv_rows_, shape[1]});
            first_row = fused_at_;
        }
        if (!same_extents(tensor.shape, whole))
            return Error{ErrorCode::bad_file,
                         "the tensor \"" + tensor.name + "\" has the shape " + text_of(tensor.shape) +
                             " instead of " + text_of(whole),
                         "The file is damaged, or it is not the kind of model that it says it is."};
        if (tensor.dtype == DType::F8_E4M3) return add_scaled(id, shape, whole, first_row, tensor);
        if (shape.inner() % traits(tensor.dtype).block_size != 0)
            return Error{ErrorCode::bad_file,
                         "the rows of tensor \"" + tensor.name + "\" cannot be of type " +
                             std::string(engine::name(tensor.dtype)) + ": their length is no multiple of " +
                             std::to_string(traits(tensor.dtype).block_size),
                         "The file is damaged or was written by a faulty converter."};
        used_.insert(tensor.name);
        inventory_.add({id, shape, tensor.dtype, tensor.name, first_row, {}, 0});
        return {};
    }

    // F8_E4M3 in DeepSeek's layout, also of stacked experts: blocks begin anew with each, not between gate
    // and up. Rows that do not divide into blocks become F32: the models that are published so have none.
    Result<void> add_scaled(const WeightId& id, const Shape& shape, const Shape& whole, int64_t first_row,
                            const formats::TensorEntry& tensor) {
        constexpr int64_t kBlock = 128;
        const std::string name = tensor.name + "_scale_inv";
        const formats::TensorEntry* scales = file_.tensors.find(name);
        if (scales == nullptr || shape.rank != 2)
            return Error{ErrorCode::unsupported,
                         "the tensor \"" + tensor.name + "\" is of type F8_E4M3 and has no scales \"" + name +
                             "\" for its blocks",
                         "FP8 checkpoints with scales for blocks of 128 x 128 can be read; or choose another "
                         "quantisation of the model."};
        const auto blocks = [](int64_t n) { return (n + kBlock - 1) / kBlock; };
        const int64_t rows = whole[whole.rank - 2];
        Shape expected = whole;
        expected.dims[static_cast<size_t>(whole.rank) - 2] = blocks(rows);
        expected.dims[static_cast<size_t>(whole.rank) - 1] = blocks(whole.inner());
        if (!same_extents(scales->shape, expected))
            return Error{ErrorCode::bad_file,
                         "the tensor \"" + name + "\" has the shape " + text_of(scales->shape) +
                             " instead of " + text_of(expected),
                         "The file is damaged, or its blocks are not of 128 x 128 values."};
        if (scales->dtype != DType::F32 && scales->dtype != DType::BF16 && scales->dtype != DType::F16)
            return Error{ErrorCode::unsupported,
                         "the scales \"" + name + "\" are of type " +
                             std::string(engine::name(scales->dtype)) + ", not F32, BF16 or F16",
                         "Choose another quantisation of the model."};
        const DType dtype = shape[1] % kBlock == 0 ? DType::F8_B128 : DType::F32;
        const int64_t scaled = first_row / rows * blocks(rows) * kBlock + first_row % rows;
        inventory_.add({id, shape, dtype, tensor.name, first_row, name, scaled});
        return {};
    }

    // In a GGUF file a tensor that nothing uses means that the model is not what it was taken for;
    // checkpoints carry buffers and heads that their own library ignores.
    Result<void> check_all_used() const {
        if (file_.container != formats::Container::gguf) return {};
        for (const formats::TensorEntry& tensor : file_.tensors.entries()) {
            if (used_.contains(tensor.name) || tensor.name.ends_with(".attn_rot_embd.weight")) continue;
            return Error{ErrorCode::unsupported,
                         "the tensor \"" + tensor.name + "\" has no place in a model of the architecture \"" +
                             spec_.architecture + "\"",
                         "This version cannot run the model."};
        }
        return {};
    }

    const ModelSpec& spec_;
    const formats::ModelFile& file_;
    Inventory inventory_;
    std::unordered_set<std::string_view> used_;
    int64_t experts_ = 0, qkv_rows_ = 0, fused_at_ = 0; // of the layer that is being added
};

} // namespace

Result<Inventory> take_inventory(const ModelSpec& spec, const formats::ModelFile& file) {
    return Taker(spec, file).take();
}

} // namespace engine::model
