// inventory: each weight found under each of its names and forms; counts; what is missing or does not fit.
#include <QTest>
#include <set>

#include "engine/model/registry.h"

using namespace engine;
using formats::ModelFile;
using model::Inventory;
using model::Role;
using model::WeightId;

namespace {

constexpr int64_t kWidth = 8, kVocabulary = 11, kExperts = 3, kExpertWidth = 6;

using Extents = std::vector<int64_t>;

formats::TensorEntry tensor(const std::string& name, const Extents& extents, DType dtype = DType::F32) {
    formats::TensorEntry entry;
    entry.name = name;
    entry.dtype = dtype;
    for (const int64_t n : extents)
        entry.shape.dims[static_cast<size_t>(entry.shape.rank++)] = n;
    return entry;
}

// One layer, two heads of 4, one of keys and values, three experts of which two are used.
ModelFile gguf_without_experts(const std::string& left_out = "") {
    ModelFile file;
    formats::Metadata& m = file.metadata;
    m.set_string("general.architecture", "llama");
    m.set_u32("llama.block_count", 1);
    m.set_u32("llama.embedding_length", kWidth);
    m.set_u32("llama.feed_forward_length", kExpertWidth);
    m.set_u32("llama.attention.head_count", 2);
    m.set_u32("llama.attention.head_count_kv", 1);
    m.set_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    m.set_u32("llama.expert_count", kExperts);
    m.set_u32("llama.expert_used_count", 2);
    const std::vector<std::pair<std::string, Extents>> tensors = {
        {"token_embd.weight", {kVocabulary, kWidth}},
        {"output.weight", {kVocabulary, kWidth}},
        {"output_norm.weight", {kWidth}},
        {"blk.0.attn_norm.weight", {kWidth}},
        {"blk.0.ffn_norm.weight", {kWidth}},
        {"blk.0.attn_q.weight", {8, kWidth}},
        {"blk.0.attn_k.weight", {4, kWidth}},
        {"blk.0.attn_v.weight", {4, kWidth}},
        {"blk.0.attn_output.weight", {kWidth, 8}},
        {"blk.0.ffn_gate_inp.weight", {kExperts, kWidth}},
    };
    for (const auto& [name, extents] : tensors) {
        if (name != left_out)
            QTest::qVerify(file.tensors.add(tensor(name, extents)).ok(), "", "", __FILE__, __LINE__);
    }
    return file;
}

constexpr int64_t kWithoutExperts = 2 * 11 * 8 + 3 * 8 + 8 * 8 + 2 * 4 * 8 + 8 * 8 + 3 * 8;
constexpr int64_t kOneExpert = 3 * 6 * 8;

void add(ModelFile& file, const std::string& name, const Extents& extents, DType dtype = DType::F32) {
    QVERIFY(file.tensors.add(tensor(name, extents, dtype)).ok());
}

Result<Inventory> take(const ModelFile& file) {
    const auto spec = model::read_spec(file);
    if (!spec.ok()) return spec.error();
    return model::take_inventory(*spec, file);
}

void expect_error(const ModelFile& file, const char* words, ErrorCode code) {
    const auto inventory = take(file);
    QVERIFY2(!inventory.ok(), words);
    QVERIFY2(inventory.error().message.find(words) != std::string::npos, inventory.error().message.c_str());
    QCOMPARE(static_cast<int>(inventory.error().code), static_cast<int>(code));
}

void add_stacked(ModelFile& file) {
    add(file, "blk.0.ffn_gate_exps.weight", {kExperts, kExpertWidth, kWidth});
    add(file, "blk.0.ffn_up_exps.weight", {kExperts, kExpertWidth, kWidth});
    add(file, "blk.0.ffn_down_exps.weight", {kExperts, kWidth, kExpertWidth});
}

// Every expert's three matrices are there, and no two weights share a row of a tensor.
void check_experts(const Inventory& inventory) {
    for (int32_t e = 0; e < kExperts; ++e) {
        for (const Role role : {Role::gate, Role::up, Role::down})
            QVERIFY(inventory.find({role, false, 0, e}) != nullptr);
    }
    std::set<std::pair<std::string, int64_t>> rows;
    for (const auto& entry : inventory.entries()) {
        const int64_t count = entry.shape.rank == 1 ? 1 : entry.shape[0];
        for (int64_t r = 0; r < count; ++r)
            QVERIFY(rows.emplace(entry.tensor, entry.first_row + r).second);
    }
    QCOMPARE(inventory.parameters(), kWithoutExperts + kExperts * kOneExpert);
}

// A checkpoint in DeepSeek's layout: gate {144, 256}, down {256, 144}, the rest in BF16. `scale_rows`: of the
// gate's scales, where 2 are right; 0: there are none.
ModelFile fp8_checkpoint(int64_t scale_rows, DType scale_type = DType::F32) {
    ModelFile file;
    file.container = formats::Container::huggingface;
    file.config_json = R"({"model_type": "llama", "hidden_size": 256, "num_hidden_layers": 1,
        "num_attention_heads": 4, "intermediate_size": 144, "vocab_size": 11, "tie_word_embeddings": true,
        "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}})";
    const std::string layer = "model.layers.0.";
    for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
        add(file, layer + "self_attn." + name + ".weight", {256, 256}, DType::BF16);
    for (const char* name : {"input_layernorm", "post_attention_layernorm"})
        add(file, layer + name + ".weight", {256}, DType::BF16);
    add(file, "model.norm.weight", {256}, DType::BF16);
    add(file, "model.embed_tokens.weight", {11, 256}, DType::BF16);
    add(file, layer + "mlp.gate_proj.weight", {144, 256}, DType::F8_E4M3);
    if (scale_rows > 0) add(file, layer + "mlp.gate_proj.weight_scale_inv", {scale_rows, 2}, scale_type);
    add(file, layer + "mlp.up_proj.weight", {144, 256}, DType::BF16);
    add(file, layer + "mlp.down_proj.weight", {256, 144}, DType::F8_E4M3);
    add(file, layer + "mlp.down_proj.weight_scale_inv", {2, 2});
    return file;
}

} // namespace

class InventoryTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void stackedExperts() {
        ModelFile file = gguf_without_experts();
        add_stacked(file);
        const auto inventory = take(file);
        QVERIFY2(inventory.ok(), inventory.ok() ? "" : inventory.error().message.c_str());
        check_experts(*inventory);
        const auto* down = inventory->find({Role::down, false, 0, 2});
        QCOMPARE(down->first_row, 2 * kWidth);
        QCOMPARE(down->name(), std::string("layers.0.experts.2.down"));
        const auto spec = model::read_spec(file);
        QCOMPARE(inventory->active_parameters(*spec), kWithoutExperts + 2 * kOneExpert);
        QCOMPARE(inventory->bytes(), 4 * inventory->parameters());
    }

    void eightBitFloatsFindTheirScales() {
        const auto inventory = take(fp8_checkpoint(2, DType::BF16));
        QVERIFY2(inventory.ok(), inventory.ok() ? "" : inventory.error().message.c_str());
        const auto* gate = inventory->find({Role::gate, false, 0});
        QCOMPARE(gate->scales, std::string("model.layers.0.mlp.gate_proj.weight_scale_inv"));
        QVERIFY(gate->dtype == DType::F8_B128);
        QCOMPARE(gate->bytes(), int64_t{144 * 2 * 132});
        QVERIFY(inventory->find({Role::down, false, 0})->dtype == DType::F32); // rows of 144
        QVERIFY(inventory->find({Role::up, false, 0})->scales.empty());
    }

    void eightBitFloatsWithoutScales() {
        expect_error(fp8_checkpoint(0), "has no scales", ErrorCode::unsupported);
        expect_error(fp8_checkpoint(1), "instead of {2, 2}", ErrorCode::bad_file);
        expect_error(fp8_checkpoint(144), "instead of {2, 2}", ErrorCode::bad_file);
        expect_error(fp8_checkpoint(2, DType::F8_E8M0), "are of type F8_E8M0", ErrorCode::unsupported);
    }

    void expertsOneByOne() {
        ModelFile file = gguf_without_experts();
        for (int e = 0; e < kExperts; ++e) {
            const std::string number = "." + std::to_string(e) + ".weight";
            add(file, "blk.0.ffn_gate" + number, {kExpertWidth, kWidth});
            add(file, "blk.0.ffn_up" + number, {kExpertWidth, kWidth});
            add(file, "blk.0.ffn_down" + number, {kWidth, kExpertWidth});
        }
        const auto inventory = take(file);
        QVERIFY2(inventory.ok(), inventory.ok() ? "" : inventory.error().message.c_str());
        check_experts(*inventory);
    }

    void gateAndUpInOne() {
        ModelFile file = gguf_without_experts();
        add(file, "blk.0.ffn_gate_up_exps.weight", {kExperts, 2 * kExpertWidth, kWidth});
        add(file, "blk.0.ffn_down_exps.weight", {kExperts, kWidth, kExpertWidth});
        const auto inventory = take(file);
        QVERIFY2(inventory.ok(), inventory.ok() ? "" : inventory.error().message.c_str());
        check_experts(*inventory);
        QCOMPARE(inventory->find({Role::up, false, 0, 1})->first_row, 3 * kExpertWidth);
    }

    void queryKeyAndValueInOne() {
        ModelFile file = gguf_without_experts();
        ModelFile fused;
        fused.metadata = file.metadata;
        for (const auto& entry : file.tensors.entries()) {
            if (entry.name != "blk.0.attn_q.weight" && entry.name != "blk.0.attn_k.weight" &&
                entry.name != "blk.0.attn_v.weight")
                QVERIFY(fused.tensors.add(entry).ok());
        }
        add(fused, "blk.0.attn_qkv.weight", {16, kWidth});
        add_stacked(fused);
        const auto inventory = take(fused);
        QVERIFY2(inventory.ok(), inventory.ok() ? "" : inventory.error().message.c_str());
        check_experts(*inventory);
        QCOMPARE(inventory->find({Role::value, false, 0})->first_row, int64_t{12});
    }

    void missingTensorIsNamed() {
        ModelFile file = gguf_without_experts("blk.0.attn_v.weight");
        add_stacked(file);
        expect_error(file, "\"blk.0.attn_v.weight\" (layers.0.value) is not in the file",
                     ErrorCode::not_found);
        expect_error(gguf_without_experts(), "ffn_gate_exps", ErrorCode::not_found);
        ModelFile empty;
        empty.metadata = file.metadata;
        empty.metadata.set_u32("llama.vocab_size", 10);
        expect_error(empty, "no weights", ErrorCode::not_found);
    }

    void wrongShapesAreNamed() {
        ModelFile file = gguf_without_experts("blk.0.attn_k.weight");
        add(file, "blk.0.attn_k.weight", {8, 4}); // as many elements
        add_stacked(file);
        expect_error(file, "\"blk.0.attn_k.weight\" has the shape {8, 4} instead of {4, 8}",
                     ErrorCode::bad_file);
        ModelFile fewer = gguf_without_experts();
        add(fewer, "blk.0.ffn_gate_exps.weight", {kExperts - 1, kExpertWidth, kWidth});
        expect_error(fewer, "{2, 6, 8} instead of {3, 6, 8}", ErrorCode::bad_file);
    }

    void rowsThatAreNoWholeBlocks() {
        ModelFile file = gguf_without_experts("output.weight");
        add(file, "output.weight", {kVocabulary, kWidth}, DType::Q8_0);
        add_stacked(file);
        expect_error(file, "\"output.weight\" cannot be of type Q8_0", ErrorCode::bad_file);
    }

    void tensorsThatNothingUses() {
        ModelFile file = gguf_without_experts();
        add_stacked(file);
        add(file, "blk.0.attn_q_norm.weight", {4});
        expect_error(file, "\"blk.0.attn_q_norm.weight\" has no place", ErrorCode::unsupported);
    }
};

QTEST_APPLESS_MAIN(InventoryTest)
#include "inventory_test.moc"
