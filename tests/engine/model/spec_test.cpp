// spec: what GGUF metadata and config.json say about a network, and every way in which they cannot be true.
#include <QTest>
#include <functional>

#include "engine/model/registry.h"

using namespace engine;
using formats::ModelFile;
using model::GqaSpec;
using model::ModelSpec;

namespace {

ModelFile gguf(const std::string& architecture) {
    ModelFile file;
    formats::Metadata& m = file.metadata;
    m.set_string("general.architecture", architecture);
    const std::string p = architecture + ".";
    m.set_u32(p + "block_count", 3);
    m.set_u32(p + "embedding_length", 64);
    m.set_u32(p + "feed_forward_length", 96);
    m.set_u32(p + "context_length", 2048);
    m.set_u32(p + "attention.head_count", 4);
    m.set_u32(p + "attention.head_count_kv", 2);
    m.set_f32(p + "attention.layer_norm_rms_epsilon", 1e-5f);
    m.set_u32(p + "vocab_size", 100);
    return file;
}

void add_tensor(ModelFile& file, const std::string& name, std::initializer_list<int64_t> extents) {
    formats::TensorEntry entry;
    entry.name = name;
    for (const int64_t n : extents)
        entry.shape.dims[static_cast<size_t>(entry.shape.rank++)] = n;
    QVERIFY(file.tensors.add(entry).ok());
}

ModelFile config(const std::string& model_type, const std::string& more = "") {
    ModelFile file;
    file.container = formats::Container::huggingface;
    file.config_json = R"({"model_type": ")" + model_type +
                       R"(", "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 100, "num_experts": 8,
        "num_experts_per_tok": 2, "moe_intermediate_size": 24)" +
                       (more.empty() ? "" : ", " + more) + "}";
    return file;
}

const GqaSpec& attention(const ModelSpec& spec, size_t layer) {
    return std::get<GqaSpec>(spec.layers[layer].mixer);
}

std::vector<int64_t> windows(const ModelSpec& spec) {
    std::vector<int64_t> list;
    for (size_t i = 0; i < spec.layers.size(); ++i)
        list.push_back(attention(spec, i).window);
    return list;
}

std::vector<int64_t> experts_per_layer(const ModelSpec& spec) {
    std::vector<int64_t> list;
    for (const auto& layer : spec.layers) {
        const auto* moe = std::get_if<model::MoeSpec>(&layer.feed_forward);
        list.push_back(moe == nullptr ? 0 : moe->experts);
    }
    return list;
}

// The spec, or a failure of the test.
ModelSpec read(const ModelFile& file) {
    const auto spec = model::read_spec(file);
    if (!spec.ok()) QTest::qFail(spec.error().message.c_str(), __FILE__, __LINE__);
    return spec.ok() ? *spec : ModelSpec{};
}

void expect_error(const ModelFile& file, const char* words, ErrorCode code) {
    const auto spec = model::read_spec(file);
    QVERIFY2(!spec.ok(), words);
    QVERIFY2(spec.error().message.find(words) != std::string::npos, spec.error().message.c_str());
    QCOMPARE(static_cast<int>(spec.error().code), static_cast<int>(code));
}

using List = std::vector<int64_t>;

} // namespace

class SpecTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void ggufNumbers() {
        const ModelSpec spec = read(gguf("llama"));
        QCOMPARE(spec.architecture, std::string("llama"));
        QCOMPARE(spec.layers.size(), size_t{3});
        QCOMPARE(spec.width, int64_t{64});
        QCOMPARE(spec.vocabulary, int64_t{100});
        QCOMPARE(spec.context, int64_t{2048});
        const GqaSpec& first = attention(spec, 0);
        QCOMPARE(first.heads, int64_t{4});
        QCOMPARE(first.kv_heads, int64_t{2});
        QCOMPARE(first.key_dim, int64_t{16});
        QCOMPARE(first.scale, 0.25);
        QVERIFY(spec.ropes[0].layout == model::RopeLayout::interleaved);
        QCOMPARE(spec.ropes[0].dims, int64_t{16});
        QCOMPARE(spec.ropes[0].theta, 1e4);
        QVERIFY(read(gguf("qwen2")).ropes[0].layout == model::RopeLayout::halves);
        QVERIFY(attention(read(gguf("qwen3")), 1).qk_norm == GqaSpec::QkNorm::per_head);
        QVERIFY(attention(read(gguf("olmoe")), 1).qk_norm == GqaSpec::QkNorm::whole);
    }

    void ggufNumbersPerLayer() {
        ModelFile file = gguf("llama");
        file.metadata.set_i32s("llama.attention.head_count_kv", {1, 2, 4});
        file.metadata.set_i32s("llama.feed_forward_length", {32, 64, 96});
        const ModelSpec spec = read(file);
        QCOMPARE(attention(spec, 2).kv_heads, int64_t{4});
        QCOMPARE(std::get<model::DenseMlpSpec>(spec.layers[1].feed_forward).width, int64_t{64});
    }

    void ggufTensorsShowBiasesHeadAndExperts() {
        ModelFile file = gguf("llama");
        file.metadata.set_u32("llama.expert_count", 8);
        file.metadata.set_u32("llama.expert_used_count", 2);
        add_tensor(file, "token_embd.weight", {120, 64});
        add_tensor(file, "blk.1.ffn_gate_inp.weight", {8, 64});
        add_tensor(file, "blk.2.attn_q.bias", {64});
        add_tensor(file, "rope_freqs.weight", {8});
        ModelSpec spec = read(file);
        QVERIFY(spec.tied_head);
        QVERIFY(spec.ropes[0].divided_by_weight);
        QCOMPARE(spec.vocabulary, int64_t{120}); // the matrix knows better than the keys
        QCOMPARE(experts_per_layer(spec), (List{0, 8, 0}));
        QVERIFY(!attention(spec, 1).qkv_bias && attention(spec, 2).qkv_bias);
        const auto& moe = std::get<model::MoeSpec>(spec.layers[1].feed_forward);
        QVERIFY(moe.renormalize);
        QCOMPARE(moe.width, int64_t{96});
        file.metadata.set_u32("llama.expert_feed_forward_length", 24);
        file.metadata.set_bool("llama.expert_weights_norm", false);
        add_tensor(file, "output.weight", {120, 64});
        spec = read(file);
        QVERIFY(!spec.tied_head);
        QCOMPARE(std::get<model::MoeSpec>(spec.layers[1].feed_forward).width, int64_t{24});
        QVERIFY(!std::get<model::MoeSpec>(spec.layers[1].feed_forward).renormalize);
    }

    void ggufRopeScaling() {
        ModelFile file = gguf("qwen2");
        file.metadata.set_f32("qwen2.rope.scaling.factor", 4.0f); // without a type it is linear
        QCOMPARE(std::get<model::RopeLinear>(read(file).ropes[0].scaling).factor, 4.0);
        file.metadata.set_string("qwen2.rope.scaling.type", "none");
        QVERIFY(std::holds_alternative<model::RopeUnscaled>(read(file).ropes[0].scaling));
        file.metadata.set_string("qwen2.rope.scaling.type", "yarn");
        file.metadata.set_u32("qwen2.rope.scaling.original_context_length", 512);
        ModelSpec spec = read(file);
        QCOMPARE(std::get<model::RopeYarn>(spec.ropes[0].scaling).trained_context, int64_t{512});
        QCOMPARE(spec.ropes[0].attention_factor, 0.1 * std::log(4.0) + 1);
        file.metadata.set_f32("qwen2.rope.scaling.attn_factor", 0.5f); // on top of the paper's
        QCOMPARE(read(file).ropes[0].attention_factor, 0.5 * (0.1 * std::log(4.0) + 1));
        file.metadata.set_f32("qwen2.rope.scaling.yarn_log_multiplier", 0.5f);
        QCOMPARE(read(file).ropes[0].attention_factor,
                 0.5 * (0.1 * std::log(4.0) + 1) / (0.05 * std::log(4.0) + 1));
        file.metadata.set_f32("qwen2.rope.scaling.yarn_attn_factor", 2.0f); // instead of the paper's
        QCOMPARE(read(file).ropes[0].attention_factor, 1.0);
        ModelFile old = gguf("llama");
        old.metadata.set_f32("llama.rope.scale_linear", 2.0f);
        QCOMPARE(std::get<model::RopeLinear>(read(old).ropes[0].scaling).factor, 2.0);
    }

    void ggufWindows() {
        ModelFile file = gguf("llama");
        file.metadata.set_u32("llama.attention.sliding_window", 9);
        QCOMPARE(windows(read(file)), (List{9, 9, 9}));
        file.metadata.set_u32("llama.attention.sliding_window_pattern", 3);
        QCOMPARE(windows(read(file)), (List{9, 9, 0}));
        file.metadata.set_i32s("llama.attention.sliding_window_pattern", {0, 1, 0});
        QCOMPARE(windows(read(file)), (List{0, 9, 0}));
        file.metadata.set_i32s("llama.attention.sliding_window_pattern", {0, 1});
        expect_error(file, "sliding_window_pattern", ErrorCode::bad_file);
    }

    void configDefaultsOfFamilies() {
        QCOMPARE(read(config("mixtral", R"("num_local_experts": 4)")).ropes[0].theta, 1e6);
        QCOMPARE(attention(read(config("qwen3")), 0).key_dim, int64_t{128});
        QCOMPARE(attention(read(config("qwen3_moe")), 0).key_dim, int64_t{16});
        QVERIFY(attention(read(config("qwen2")), 0).qkv_bias &&
                !attention(read(config("qwen2")), 0).output_bias);
        QVERIFY(!attention(read(config("llama")), 0).qkv_bias);
        const ModelSpec biased = read(config("llama", R"("attention_bias": true, "mlp_bias": true)"));
        QVERIFY(attention(biased, 0).output_bias);
        QVERIFY(std::get<model::DenseMlpSpec>(biased.layers[3].feed_forward).bias);
        QCOMPARE(attention(read(config("mistral", R"("num_key_value_heads": null)")), 0).kv_heads,
                 int64_t{4});
        QCOMPARE(read(config("mistral")).layers[0].mixer_norm.epsilon, 1e-6);
        QCOMPARE(read(config("olmoe")).layers[0].mixer_norm.epsilon, 1e-5);
        QCOMPARE(attention(read(config("olmoe", R"("clip_qkv": 8)")), 0).clip, 8.0);
    }

    void configWindows() {
        QCOMPARE(windows(read(config("mistral"))), (List{4096, 4096, 4096, 4096}));
        QCOMPARE(windows(read(config("mistral", R"("sliding_window": null)"))), (List{0, 0, 0, 0}));
        QCOMPARE(windows(read(config("mixtral"))), (List{0, 0, 0, 0}));
        QCOMPARE(windows(read(config("mixtral", R"("sliding_window": 5)"))), (List{5, 5, 5, 5}));
        QCOMPARE(windows(read(config("qwen2", R"("sliding_window": 5)"))), (List{0, 0, 0, 0}));
        const std::string used = R"("use_sliding_window": true, "sliding_window": 5, "max_window_layers": 3)";
        QCOMPARE(windows(read(config("qwen2", used))), (List{0, 0, 0, 5}));
        QCOMPARE(windows(read(config("qwen3_moe", used))), (List{5, 5, 5, 5}));
        QCOMPARE(
            windows(read(config("qwen3", used + R"(, "layer_types": ["sliding_attention", "full_attention",
            "full_attention", "sliding_attention"])"))),
            (List{5, 0, 0, 5}));
    }

    void configExperts() {
        QCOMPARE(experts_per_layer(read(config("qwen3_moe", R"("mlp_only_layers": [1])"))),
                 (List{8, 0, 8, 8}));
        QCOMPARE(experts_per_layer(read(config("qwen3_moe", R"("decoder_sparse_step": 2)"))),
                 (List{0, 8, 0, 8}));
        const auto moe = [](const ModelSpec& spec) {
            return std::get<model::MoeSpec>(spec.layers[3].feed_forward);
        };
        QVERIFY(!moe(read(config("qwen3_moe"))).renormalize);
        QVERIFY(moe(read(config("qwen3_moe", R"("norm_topk_prob": true)"))).renormalize);
        QVERIFY(moe(read(config("mixtral", R"("norm_topk_prob": false)"))).renormalize);
        QCOMPARE(moe(read(config("qwen3_moe"))).width, int64_t{24});
        QCOMPARE(moe(read(config("olmoe"))).width, int64_t{96});
        QCOMPARE(read(config("olmoe")).experts(), int64_t{8});
        QCOMPARE(read(config("olmoe")).experts_used(), int64_t{2});
        QCOMPARE(read(config("llama")).experts(), int64_t{0});
    }

    // A head in the file counts, as in transformers 5.
    void configTiedHead() {
        ModelFile file = config("qwen2", R"("tie_word_embeddings": true)");
        QVERIFY(read(file).tied_head);
        add_tensor(file, "lm_head.weight", {100, 64});
        QVERIFY(!read(file).tied_head);
    }

    void configErrors_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<bool>("unsupported");
        const auto row = [](const char* type, const char* more, const char* words, bool unsupported = false) {
            QTest::addRow("%s %s", type, more)
                << QByteArray(type) << QByteArray(more) << QByteArray(words) << unsupported;
        };
        row("gpt_neox", "", "\"gpt_neox\" is not known", true);
        row("", "", "model_type is missing");
        row("llama", R"("hidden_act": "gelu")", "hidden_act is \"gelu\"", true);
        row("llama", R"("quantization_config": {"quant_method": "gptq"})", "quantization_config", true);
        row("llama", R"("quantization_config": 4)", "quantization_config", true);
        row("llama", R"("quantization_config": {"quant_method": "fp8"})", "weight_block_size", true);
        row("llama", R"("quantization_config": {"quant_method": "fp8", "weight_block_size": [64, 128]})",
            "weight_block_size is not [128, 128]", true);
        row("llama", R"("num_attention_heads": 0)", "num_attention_heads is 0");
        row("llama", R"("num_attention_heads": 3)", "not divisible by 3 heads");
        row("llama", R"("num_key_value_heads": 3)", "4 attention heads for 3");
        row("llama", R"("num_key_value_heads": 0)", "num_key_value_heads is 0");
        row("llama", R"("num_hidden_layers": 1000000000)", "num_hidden_layers is 1000000000");
        row("llama", R"("num_hidden_layers": 1e300)", "num_hidden_layers is not a whole number");
        row("llama", R"("hidden_size": -64)", "hidden_size is -64");
        row("llama", R"("hidden_size": 18446744073709551615)", "hidden_size is not a whole number");
        row("llama", R"("hidden_size": "64")", "hidden_size is not a whole number");
        row("llama", R"("vocab_size": 99999999999)", "vocab_size");
        row("llama", R"("head_dim": 7)", "turns 7 of the 7 elements");
        row("llama", R"("head_dim": 16385)", "head_dim");
        row("llama", R"("num_attention_heads": 16384, "num_key_value_heads": 1, "head_dim": 16384)",
            "absurd");
        row("llama", R"("rms_norm_eps": -1)", "rms_norm_eps");
        row("llama", R"("rope_theta": 0)", "rope_theta");
        row("llama", R"("rope_theta": -5)", "rope_theta");
        row("llama", R"("rope_scaling": {"type": "mystery", "factor": 2})", "\"mystery\"", true);
        row("llama", R"("rope_scaling": {"type": "linear"})", "rope_scaling.factor is missing");
        row("llama", R"("rope_scaling": {"type": "linear", "factor": 0})", "rope_scaling.factor");
        row("llama", R"("rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 4,
                         "high_freq_factor": 4})",
            "high_freq_factor");
        row("llama", R"("head_dim": 2, "rope_scaling": {"type": "dynamic", "factor": 2})", "head_dim");
        row("llama", R"("rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]})",
            "one number per frequency");
        row("llama", R"("rope_parameters": {"full_attention": {"rope_theta": 1e4}})", "full_attention", true);
        row("llama", R"("tie_word_embeddings": 3)", "tie_word_embeddings");
        row("mistral", R"("sliding_window": 0)", "sliding_window is 0");
        row("qwen2", R"("layer_types": ["full_attention"])", "layer_types has another length");
        row("qwen2", R"("layer_types": ["a", "b", "c", "d"])", "layer_types holds \"a\"", true);
        row("qwen3_moe", R"("num_experts_per_tok": 9)", "num_experts_per_tok is 9");
        row("qwen3_moe", R"("num_experts": 0)", "num_experts is 0");
        row("qwen3_moe", R"("decoder_sparse_step": 0)", "decoder_sparse_step is 0");
        row("qwen3_moe", R"("mlp_only_layers": "all")", "mlp_only_layers");
    }

    void configErrors() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, words);
        QFETCH(bool, unsupported);
        expect_error(config(type.toStdString(), more.toStdString()), words.constData(),
                     unsupported ? ErrorCode::unsupported : ErrorCode::bad_file);
    }

    void configThatIsNotJson() {
        for (const char* text : {"", "[]", "{\"model_type\": ", "\xff", "null"}) {
            ModelFile file;
            file.container = formats::Container::huggingface;
            file.config_json = text;
            expect_error(file, "not a JSON object", ErrorCode::bad_file);
        }
        ModelFile deep;
        deep.container = formats::Container::huggingface;
        deep.config_json = R"({"model_type": )" + std::string(1'000'000, '[');
        expect_error(deep, "not a JSON object", ErrorCode::bad_file);
    }

    void ggufErrors() {
        const auto broken = [](const char* words, const std::function<void(formats::Metadata&)>& change,
                               ErrorCode code = ErrorCode::bad_file) {
            ModelFile file = gguf("llama");
            change(file.metadata);
            expect_error(file, words, code);
        };
        using formats::Metadata;
        broken(
            "\"mystery\" is not known", [](Metadata& m) { m.set_string("general.architecture", "mystery"); },
            ErrorCode::unsupported);
        broken("llama.block_count is 0", [](Metadata& m) { m.set_u32("llama.block_count", 0); });
        broken("llama.block_count", [](Metadata& m) { m.set_u32("llama.block_count", 4000000000u); });
        broken("llama.block_count is not a whole number",
               [](Metadata& m) { m.set_string("llama.block_count", "3"); });
        broken("has 2 entries for 3 layers", [](Metadata& m) {
            m.set_i32s("llama.attention.head_count", {4, 4});
        });
        broken("4 attention heads for 3", [](Metadata& m) { m.set_u32("llama.attention.head_count_kv", 3); });
        broken("llama.attention.head_count_kv",
               [](Metadata& m) { m.set_u32("llama.attention.head_count_kv", 0); });
        broken("not divisible by 5 heads", [](Metadata& m) {
            m.set_u32("llama.attention.head_count", 5);
            m.set_u32("llama.attention.head_count_kv", 5);
        });
        broken("turns 18 of the 16", [](Metadata& m) { m.set_u32("llama.rope.dimension_count", 18); });
        broken("turns 7 of the 16", [](Metadata& m) { m.set_u32("llama.rope.dimension_count", 7); });
        broken("rope.freq_base", [](Metadata& m) { m.set_f32("llama.rope.freq_base", 0); });
        broken(
            "rope.scaling.type", [](Metadata& m) { m.set_string("llama.rope.scaling.type", "longrope"); },
            ErrorCode::unsupported);
        broken("expert_used_count is missing", [](Metadata& m) { m.set_u32("llama.expert_count", 4); });
        broken("expert_used_count is 5", [](Metadata& m) {
            m.set_u32("llama.expert_count", 4);
            m.set_u32("llama.expert_used_count", 5);
        });
        broken(
            "expert_gating_func",
            [](Metadata& m) {
                m.set_u32("llama.expert_count", 4);
                m.set_u32("llama.expert_used_count", 2);
                m.set_u32("llama.expert_gating_func", 2);
            },
            ErrorCode::unsupported);
        broken("layer_norm_rms_epsilon",
               [](Metadata& m) { m.set_f32("llama.attention.layer_norm_rms_epsilon", -1); });
        ModelFile nameless;
        QVERIFY(model::read_spec(nameless).error().message.find("general.architecture") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(SpecTest)
#include "spec_test.moc"
