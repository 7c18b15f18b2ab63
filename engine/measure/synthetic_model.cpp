// Metadata and tensors in the order of llama.cpp's converter.
#include "engine/measure/synthetic_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "engine/formats/gguf.h"
#include "engine/measure/block_noise.h"
#include "engine/measure/synthetic_vocabulary.h"

namespace engine::measure {

namespace {

using QkNorm = model::GqaSpec::QkNorm;

class SyntheticWriter {
 public:
    SyntheticWriter(const ModelShape& shape, const TypeMixture& mixture, uint64_t seed)
        : shape_(shape), mixture_(mixture), seed_(seed) {}

    formats::GgufWriter make(bool vocabulary) {
        add_metadata();
        if (vocabulary) add_vocabulary(shape_, writer_.metadata);
        const int64_t q = shape_.heads * shape_.head_dim;
        // Rows of size 1: the first layer sees them through a norm, but what the layers add must not drown
        // which token it was.
        add_matrix("token_embd.weight", {shape_.vocabulary, shape_.width}, 1);
        for (int64_t layer = 0; layer < shape_.layers; ++layer)
            add_layer("blk." + std::to_string(layer) + ".", q, shape_.kv_heads * shape_.head_dim);
        add_ones("output_norm.weight", shape_.width);
        if (!shape_.tied_head)
            add_matrix("output.weight", {shape_.vocabulary, shape_.width}, by_columns(shape_.width));
        return std::move(writer_);
    }

 private:
    using Extents = std::initializer_list<int64_t>;

    static double by_columns(int64_t columns) { return 1 / std::sqrt(static_cast<double>(columns)); }
    double to_residual(int64_t columns) const {
        return by_columns(columns) / std::sqrt(2 * static_cast<double>(shape_.layers));
    }

    void set(const char* key, int64_t value) {
        writer_.metadata.set_u32(shape_.architecture + "." + key, static_cast<uint32_t>(value));
    }
    void set(const char* key, double value) {
        writer_.metadata.set_f32(shape_.architecture + "." + key, static_cast<float>(value));
    }

    void add_metadata() {
        formats::Metadata& metadata = writer_.metadata;
        metadata.set_string("general.architecture", shape_.architecture);
        metadata.set_string("general.type", "model");
        metadata.set_string("general.name", "Synthetic " + shape_.name + ", " +
                                                std::to_string(shape_.layers) +
                                                (shape_.layers == 1 ? " layer" : " layers"));
        metadata.set_u32("general.file_type", static_cast<uint32_t>(mixture_.file_type));
        metadata.set_u32("general.quantization_version", 2);
        set("block_count", shape_.layers);
        set("context_length", shape_.context);
        set("embedding_length", shape_.width);
        set("feed_forward_length", shape_.feed_forward);
        set("vocab_size", shape_.vocabulary);
        set("attention.head_count", shape_.heads);
        set("attention.head_count_kv", shape_.kv_heads);
        set("attention.key_length", shape_.head_dim);
        set("attention.value_length", shape_.head_dim);
        set("attention.layer_norm_rms_epsilon", shape_.epsilon);
        set("rope.dimension_count", shape_.head_dim);
        set("rope.freq_base", shape_.rope_theta);
        if (shape_.experts > 0) {
            set("expert_count", shape_.experts);
            set("expert_used_count", shape_.experts_used);
            set("expert_feed_forward_length", shape_.expert_width);
        }
    }

    void add_layer(const std::string& at, int64_t q, int64_t kv) {
        const int64_t width = shape_.width;
        add_ones(at + "attn_norm.weight", width);
        add_matrix(at + "attn_q.weight", {q, width}, by_columns(width));
        add_matrix(at + "attn_k.weight", {kv, width}, by_columns(width));
        add_matrix(at + "attn_v.weight", {kv, width}, by_columns(width));
        add_matrix(at + "attn_output.weight", {width, q}, to_residual(q));
        if (shape_.qk_norm != QkNorm::none) {
            const bool whole = shape_.qk_norm == QkNorm::whole;
            add_ones(at + "attn_q_norm.weight", whole ? q : shape_.head_dim);
            add_ones(at + "attn_k_norm.weight", whole ? kv : shape_.head_dim);
        }
        add_ones(at + "ffn_norm.weight", width);
        if (shape_.experts > 0) return add_experts(at);
        const int64_t inner = shape_.feed_forward;
        add_matrix(at + "ffn_gate.weight", {inner, width}, by_columns(width));
        add_matrix(at + "ffn_up.weight", {inner, width}, by_columns(width));
        add_matrix(at + "ffn_down.weight", {width, inner}, to_residual(inner));
    }

    void add_experts(const std::string& at) {
        const int64_t experts = shape_.experts, inner = shape_.expert_width, width = shape_.width;
        add_noise(at + "ffn_gate_inp.weight", DType::F32, {experts, width}, by_columns(width));
        add_matrix(at + "ffn_gate_exps.weight", {experts, inner, width}, by_columns(width));
        add_matrix(at + "ffn_up_exps.weight", {experts, inner, width}, by_columns(width));
        add_matrix(at + "ffn_down_exps.weight", {experts, width, inner}, to_residual(inner));
    }

    void add_matrix(const std::string& name, Extents extents, double deviation) {
        const formats::TensorEntry matrix{name, DType::F32, shape_of(extents)};
        const convert::ModelFacts facts{shape_.layers, shape_.heads / shape_.kv_heads, shape_.tied_head};
        add_noise(name, mixture_.of(matrix, facts), extents, deviation);
    }

    void add_noise(const std::string& name, DType dtype, Extents extents, double deviation) {
        const Shape shape = shape_of(extents);
        const int64_t blocks = shape.inner() / traits(dtype).block_size;
        const uint64_t seed = seed_ * 100003 + ++tensors_;
        // Made when the first rows are asked for, gone with the next tensor's.
        auto noise = std::make_shared<std::unique_ptr<BlockNoise>>();
        const int64_t rows = shape.rows(), bytes = row_bytes(dtype, shape.inner());
        writer_.add_tensor_rows(name, dtype, shape,
                                [=](int64_t first_row, std::span<std::byte> out) -> Result<void> {
                                    if (*noise == nullptr)
                                        *noise = std::make_unique<BlockNoise>(dtype, deviation, seed);
                                    (*noise)->fill(first_row * blocks, out);
                                    if (first_row + static_cast<int64_t>(out.size()) / bytes == rows)
                                        noise->reset();
                                    return {};
                                });
    }

    void add_ones(const std::string& name, int64_t count) {
        writer_.add_tensor(name, DType::F32, shape_of({count}), [](std::span<std::byte> out) -> Result<void> {
            const float one = 1;
            for (size_t at = 0; at < out.size(); at += sizeof one)
                std::memcpy(out.data() + at, &one, sizeof one);
            return {};
        });
    }

    static Shape shape_of(Extents extents) {
        Shape shape;
        for (const int64_t n : extents)
            shape.dims[static_cast<size_t>(shape.rank++)] = n;
        return shape;
    }

    const ModelShape& shape_;
    const TypeMixture& mixture_;
    uint64_t seed_;
    formats::GgufWriter writer_;
    uint64_t tensors_ = 0;
};

} // namespace

Result<void> write_synthetic_model(const ModelShape& shape, const TypeMixture& mixture, uint64_t seed,
                                   const std::string& path, const Progress& progress, const StopToken& stop) {
    return SyntheticWriter(shape, mixture, seed).make(true).write(path, progress, stop);
}

Result<formats::ModelFile> outline_synthetic_model(const ModelShape& shape, const TypeMixture& mixture) {
    formats::GgufWriter header = SyntheticWriter(shape, mixture, 0).make(false);
    formats::ModelFile file;
    file.path = shape.name;
    for (formats::TensorEntry& tensor : header.tensors())
        ENGINE_TRY(file.tensors.add(std::move(tensor)));
    file.metadata = std::move(header.metadata);
    return file;
}

} // namespace engine::measure
