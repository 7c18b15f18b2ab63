// Random models: see random_model.h.
#include "random_model.h"

#include <QTest>
#include <cmath>

#include "engine/base/random.h"
#include "engine/formats/gguf.h"
#include "engine/kernels/quant/quant.h"

using namespace engine;

namespace {

class RandomModelWriter {
 public:
    RandomModelWriter(const RandomModel& model, std::string architecture)
        : model_(model), architecture_(std::move(architecture)) {
        writer_.metadata.set_string("general.architecture", architecture_);
    }

    void set(const std::string& key, int64_t value) {
        writer_.metadata.set_u32(architecture_ + "." + key, static_cast<uint32_t>(value));
    }

    void numbers() {
        set("block_count", model_.layers);
        set("embedding_length", model_.width);
        set("feed_forward_length", model_.feed_forward);
        set("attention.head_count", model_.heads);
        set("attention.head_count_kv", model_.kv_heads);
        writer_.metadata.set_f32(architecture_ + ".attention.layer_norm_rms_epsilon", 1e-6f);
        if (model_.experts == 0) return;
        set("expert_count", model_.experts);
        set("expert_used_count", model_.experts_used);
        set("expert_feed_forward_length", model_.feed_forward);
    }

    void layer(const std::string& at) {
        const int64_t width = model_.width, head = width / model_.heads, kv = model_.kv_heads * head;
        vector(at + "attn_norm.weight", width);
        vector(at + "ffn_norm.weight", width);
        vector(at + "attn_q_norm.weight", head);
        vector(at + "attn_k_norm.weight", head);
        matrix(at + "attn_q.weight", {width, width});
        matrix(at + "attn_k.weight", {kv, width});
        matrix(at + "attn_v.weight", {kv, width});
        matrix(at + "attn_output.weight", {width, width});
        if (model_.experts == 0) {
            matrix(at + "ffn_gate.weight", {model_.feed_forward, width});
            matrix(at + "ffn_up.weight", {model_.feed_forward, width});
            matrix(at + "ffn_down.weight", {width, model_.feed_forward});
            return;
        }
        matrix(at + "ffn_gate_inp.weight", {model_.experts, width});
        matrix(at + "ffn_gate_exps.weight", {model_.experts, model_.feed_forward, width});
        matrix(at + "ffn_up_exps.weight", {model_.experts, model_.feed_forward, width});
        matrix(at + "ffn_down_exps.weight", {model_.experts, width, model_.feed_forward});
    }

    void write(const QString& path) {
        numbers();
        matrix("token_embd.weight", {model_.vocabulary, model_.width});
        matrix("output.weight", {model_.vocabulary, model_.width});
        vector("output_norm.weight", model_.width);
        for (int64_t i = 0; i < model_.layers; ++i)
            layer("blk." + std::to_string(i) + ".");
        const auto written = writer_.write(path.toStdString());
        if (!written.ok()) QTest::qFail(written.error().message.c_str(), __FILE__, __LINE__);
    }

 private:
    // Values of variance 1 / in keep the activations' size.
    void add(const std::string& name, DType dtype, std::initializer_list<int64_t> extents, double middle,
             double spread) {
        Shape shape;
        for (const int64_t n : extents)
            shape.dims[static_cast<size_t>(shape.rank++)] = n;
        const uint64_t stream = ++tensors_;
        writer_.add_tensor(name, dtype, shape, [=](std::span<std::byte> out) -> Result<void> {
            Random random(7, stream);
            std::vector<float> row(static_cast<size_t>(shape.inner()));
            for (int64_t r = 0; r < shape.rows(); ++r) {
                for (float& x : row)
                    x = static_cast<float>(middle + spread * (random.uniform() - 0.5));
                kernels::encode_row_best(dtype)(
                    row.data(), nullptr, out.data() + r * row_bytes(dtype, shape.inner()), shape.inner());
            }
            return {};
        });
    }
    void vector(const std::string& name, int64_t n) { add(name, DType::F32, {n}, 1, 0.5); }
    void matrix(const std::string& name, std::initializer_list<int64_t> extents) {
        const auto in = static_cast<double>(*(extents.end() - 1));
        add(name, model_.dtype, extents, 0, std::sqrt(12 / in));
    }

    const RandomModel& model_;
    std::string architecture_;
    formats::GgufWriter writer_;
    uint64_t tensors_ = 0;
};

} // namespace

void write_random_model(const RandomModel& model, const QString& path) {
    RandomModelWriter(model, model.experts > 0 ? "qwen3moe" : "qwen3").write(path);
}
