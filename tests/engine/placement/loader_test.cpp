// loader: bytes at any address, small vectors as F32, memory refused up front, progress and stop.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <cstring>

#include "engine/convert/quantized_inventory.h"
#include "engine/formats/safetensors.h"
#include "engine/kernels/quant/quant.h"
#include "engine/measure/synthetic_model.h"
#include "engine/model/gguf_export.h"
#include "engine/model/registry.h"
#include "engine/placement/weights.h"
#include "engine/platform/machine.h"

using namespace engine;
using placement::Weights;

namespace {

QString golden_folder(const char* name) {
    return QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/models/") + QString::fromLatin1(name);
}

Result<std::shared_ptr<const Weights>> load(const QString& path, placement::LoadOptions options = {},
                                            const Progress& progress = {}, const StopToken& stop = {}) {
    ENGINE_ASSIGN(formats::ModelFile file, formats::open_model_file(path.toStdString()));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(model::Inventory inventory, model::take_inventory(spec, file));
    return placement::load_weights(std::make_shared<const formats::ModelFile>(std::move(file)),
                                   std::move(inventory), options, progress, stop);
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

// A copy of a golden checkpoint whose tensors begin `shift` bytes later: the header may end in spaces.
void write_shifted(const char* name, const QString& folder, int shift) {
    QByteArray bytes = contents(golden_folder(name) + QStringLiteral("/model.safetensors"));
    uint64_t header = 0;
    std::memcpy(&header, bytes.constData(), sizeof header);
    bytes.insert(static_cast<qsizetype>(8 + header), QByteArray(shift, ' '));
    header += static_cast<uint64_t>(shift);
    std::memcpy(bytes.data(), &header, sizeof header);
    write(folder + QStringLiteral("/model.safetensors"), bytes);
    write(folder + QStringLiteral("/config.json"),
          contents(golden_folder(name) + QStringLiteral("/config.json")));
}

// A checkpoint whose experts lie in one FP8 tensor, gate above up. Their width is no multiple of 128: blocks
// of scales hold rows of both.
struct FusedExperts {
    static constexpr int64_t kWidth = 256, kExpertWidth = 144, kExperts = 3;
    static constexpr int64_t kGateBlocks = 3, kDownBlocks = 2; // of 288 and of 256 rows
    std::vector<uint8_t> gate_up, down;
    std::vector<float> gate_up_scales, down_scales;

    FusedExperts() {
        const auto bytes = [](int64_t n) {
            std::vector<uint8_t> all;
            for (int64_t i = 0; i < n; ++i) // 1 to 16 in steps of 1 / 8 and more, either sign
                all.push_back(static_cast<uint8_t>((i * 37 % 2 << 7) + 0x38 + i * 13 % 32));
            return all;
        };
        const auto scales = [](int64_t n) {
            std::vector<float> all;
            for (int64_t i = 0; i < n; ++i)
                all.push_back(static_cast<float>(i + 1) / 1024);
            return all;
        };
        gate_up = bytes(kExperts * 2 * kExpertWidth * kWidth);
        down = bytes(kExperts * kWidth * kExpertWidth);
        gate_up_scales = scales(kExperts * kGateBlocks * 2);
        down_scales = scales(kExperts * kDownBlocks * 2);
    }

    void write_to(const QString& folder) const {
        formats::SafetensorsWriter writer;
        const std::vector<std::byte> zeros(512 * 1024);
        const auto add = [&](const std::string& name, DType dtype, Shape shape, const void* data) {
            const auto* from = data == nullptr ? zeros.data() : static_cast<const std::byte*>(data);
            writer.add_tensor(name, {from, dtype, shape});
        };
        const std::string layer = "model.layers.0.", experts = layer + "mlp.experts.";
        for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
            add(layer + "self_attn." + name + ".weight", DType::BF16, {{kWidth, kWidth}, 2}, nullptr);
        for (const char* name : {"q_norm", "k_norm"})
            add(layer + "self_attn." + name + ".weight", DType::BF16, {{64}, 1}, nullptr);
        for (const char* name : {"input_layernorm", "post_attention_layernorm"})
            add(layer + name + ".weight", DType::BF16, {{kWidth}, 1}, nullptr);
        add("model.norm.weight", DType::BF16, {{kWidth}, 1}, nullptr);
        add("model.embed_tokens.weight", DType::BF16, {{11, kWidth}, 2}, nullptr);
        add(layer + "mlp.gate.weight", DType::BF16, {{kExperts, kWidth}, 2}, nullptr);
        add(experts + "gate_up_proj", DType::F8_E4M3, {{kExperts, 2 * kExpertWidth, kWidth}, 3},
            gate_up.data());
        add(experts + "gate_up_proj_scale_inv", DType::F32, {{kExperts, kGateBlocks, 2}, 3},
            gate_up_scales.data());
        add(experts + "down_proj", DType::F8_E4M3, {{kExperts, kWidth, kExpertWidth}, 3}, down.data());
        add(experts + "down_proj_scale_inv", DType::F32, {{kExperts, kDownBlocks, 2}, 3}, down_scales.data());
        QVERIFY(writer.write(folder.toStdString() + "/model.safetensors").ok());
        write(folder + QStringLiteral("/config.json"), R"({"model_type": "qwen3_moe", "hidden_size": 256,
            "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 64,
            "intermediate_size": 144, "moe_intermediate_size": 144, "num_experts": 3, "num_experts_per_tok": 2,
            "norm_topk_prob": true, "vocab_size": 11, "tie_word_embeddings": true, "rms_norm_eps": 1e-6,
            "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}})");
    }

    // Of row `row` of a whole tensor of `rows` rows for each expert.
    static std::vector<float> values(const std::vector<uint8_t>& bytes, const std::vector<float>& scales,
                                     int64_t expert, int64_t rows, int64_t row, int64_t columns) {
        std::vector<float> all;
        const int64_t blocks = (rows + 127) / 128, across = (columns + 127) / 128;
        for (int64_t i = 0; i < columns; ++i) {
            const uint8_t byte = bytes[static_cast<size_t>((expert * rows + row) * columns + i)];
            const float magnitude = std::ldexp(1 + static_cast<float>(byte & 7) / 8, (byte >> 3 & 15) - 7);
            const float scale = scales[static_cast<size_t>((expert * blocks + row / 128) * across + i / 128)];
            all.push_back((byte >> 7 != 0 ? -magnitude : magnitude) * scale);
        }
        return all;
    }
};

} // namespace

class LoaderTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void tensorsAtAnyAddress() {
        const auto straight = load(golden_folder("qwen2_tied"));
        QVERIFY(straight.ok());
        for (const int shift : {0, 1, 2, 3}) {
            const QTemporaryDir folder;
            write_shifted("qwen2_tied", folder.path(), shift);
            const auto shifted = load(folder.path());
            QVERIFY2(shifted.ok(), shifted.ok() ? "" : shifted.error().message.c_str());
            QCOMPARE((*shifted)->copied_bytes() > 0, shift % 4 != 0);
            for (const auto& entry : (*straight)->inventory().entries()) {
                const TensorView a = (*straight)->find(entry.id), b = (*shifted)->find(entry.id);
                QVERIFY(reinterpret_cast<uintptr_t>(b.data) % 4 == 0);
                QCOMPARE(a.bytes(), b.bytes());
                QVERIFY(std::memcmp(a.data, b.data, static_cast<size_t>(a.bytes())) == 0);
            }
        }
    }

    void vectorsBecomeF32() {
        const auto weights = load(golden_folder("qwen2_f16"));
        QVERIFY(weights.ok());
        QVERIFY((*weights)->main_dtype() == DType::F16);
        QVERIFY((*weights)->find({model::Role::mixer_norm, false, 0}).dtype == DType::F32);
        QVERIFY((*weights)->find({model::Role::query, true, 0}).dtype == DType::F32);
        QVERIFY((*weights)->find({model::Role::query, false, 0}).dtype == DType::F16);
        QVERIFY(!(*weights)->find({model::Role::router, false, 0}));
    }

    // Rows that divide into blocks stay in 8 bits with their scales beside them, others become F32.
    void eightBitFloatsGetTheirScales() {
        int64_t done = 0, total = 0;
        const auto weights = load(golden_folder("llama_fp8"), {}, [&](int64_t a, int64_t b) {
            done = a;
            total = b;
        });
        QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
        const TensorView gate = (*weights)->find({model::Role::gate, false, 0});
        const TensorView down = (*weights)->find({model::Role::down, false, 0});
        QVERIFY(gate.dtype == DType::F8_B128 && gate.shape[1] == 256);
        QVERIFY(down.dtype == DType::F32 && down.shape[1] == 136);
        QCOMPARE(done, total);
        QCOMPARE(total, (*weights)->inventory().bytes());
    }

    void stackedEightBitFloatsGetTheirScales() {
        using Experts = FusedExperts;
        const Experts experts;
        const QTemporaryDir folder;
        experts.write_to(folder.path());
        const auto weights = load(folder.path());
        QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
        const auto check = [&](model::Role role, int32_t expert, const std::vector<uint8_t>& bytes,
                               const std::vector<float>& scales, int64_t rows, int64_t first) {
            const TensorView matrix = (*weights)->find({role, false, 0, expert});
            QVERIFY(matrix.dtype == (role == model::Role::down ? DType::F32 : DType::F8_B128));
            std::vector<float> row(static_cast<size_t>(matrix.shape.inner()));
            for (int64_t r = 0; r < matrix.shape.rows(); ++r) {
                kernels::decode_row(matrix.dtype)(matrix.row(r), row.data(), matrix.shape.inner());
                QVERIFY(row == Experts::values(bytes, scales, expert, rows, first + r, matrix.shape.inner()));
            }
        };
        for (int32_t e = 0; e < Experts::kExperts; ++e) {
            const int64_t both = 2 * Experts::kExpertWidth;
            check(model::Role::gate, e, experts.gate_up, experts.gate_up_scales, both, 0);
            check(model::Role::up, e, experts.gate_up, experts.gate_up_scales, both, Experts::kExpertWidth);
            check(model::Role::down, e, experts.down, experts.down_scales, Experts::kWidth, 0);
        }
        // The same rows become a GGUF file's.
        auto file = formats::open_model_file(folder.path().toStdString());
        const auto spec = model::read_spec(*file);
        const auto inventory = model::take_inventory(*spec, *file);
        const auto exported = model::gguf_model(*spec, *inventory, *file);
        QVERIFY2(exported.ok(), exported.ok() ? "" : exported.error().message.c_str());
        int seen = 0;
        for (const model::GgufTensor& tensor : exported->tensors) {
            if (tensor.entry.name != "blk.0.ffn_up_exps.weight") continue;
            std::vector<float> row(static_cast<size_t>(Experts::kWidth));
            for (int64_t r = 0; r < tensor.entry.shape.rows(); ++r, ++seen) {
                tensor.read(r, reinterpret_cast<std::byte*>(row.data()));
                const int64_t expert = r / Experts::kExpertWidth, within = r % Experts::kExpertWidth;
                QVERIFY(row == Experts::values(experts.gate_up, experts.gate_up_scales, expert,
                                               2 * Experts::kExpertWidth, Experts::kExpertWidth + within,
                                               Experts::kWidth));
            }
        }
        QCOMPARE(seen, 3 * 144);
    }

    // Every row once, on its node; what no node reads as a whole stays where it is.
    void matricesAreCutForNodes_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"mixtral", "qwen2_tied", "llama_fp8", "qwen2_f16"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void matricesAreCutForNodes() {
        QFETCH(QString, name);
        const QString folder = golden_folder(name.toLatin1().constData());
        const auto topology = platform::emulate_nodes(platform::detect_machine().topology, 3);
        platform::ThreadPool pool(topology, 2);
        const placement::LoadOptions options{.pool = &pool, .topology = &topology};
        int64_t told = 0;
        const auto whole = load(folder),
                   cut = load(folder, options, [&](int64_t done, int64_t) { told = done; });
        QVERIFY2(cut.ok(), cut.ok() ? "" : cut.error().message.c_str());
        QCOMPARE((*cut)->nodes(), 3);
        QCOMPARE(told, (*cut)->inventory().bytes());
        int64_t parts = 0;
        for (const auto& entry : (*whole)->inventory().entries()) {
            const WeightMatrix a = (*whole)->matrix(entry.id), b = (*cut)->matrix(entry.id);
            QVERIFY(a.shape == b.shape && a.dtype == b.dtype);
            QCOMPARE(b.part_count() == 3,
                     entry.shape.rank > 1 && (entry.id.role != model::Role::token_embedding ||
                                              name.contains(QLatin1String("tied"))));
            parts += b.parts.empty() ? 0 : 3;
            for (int64_t r = 0; r < a.shape.rows(); ++r)
                QVERIFY(std::memcmp(a.row(r), b.row(r),
                                    static_cast<size_t>(row_bytes(a.dtype, a.shape.inner()))) == 0);
        }
        const int64_t held = (*cut)->mapped_bytes() + (*cut)->copied_bytes();
        QVERIFY(held <= (*whole)->mapped_bytes() + (*whole)->copied_bytes() +
                            parts * platform::HostBuffer::kAlignment);
        QVERIFY(!load(folder,
                      {.memory_limit = (*cut)->inventory().bytes() - 1, .pool = &pool, .topology = &topology})
                     .ok());
    }

    // Fewer bits than the file has, from floats and from 8-bit floats; on nodes the same bytes.
    void matricesAreQuantisedWhileLoading() {
        const QTemporaryDir made;
        const QString tiny = made.filePath(QStringLiteral("tiny.gguf"));
        QVERIFY(measure::write_synthetic_model(*measure::find_shape("tiny"), *measure::find_mixture("F16"), 1,
                                               tiny.toStdString(), {}, {})
                    .ok());
        for (const QString& path : {golden_folder("llama_fp8"), tiny}) {
            const std::string folder = path.toStdString();
            const formats::ModelFile file = *formats::open_model_file(folder);
            const model::ModelSpec spec = *model::read_spec(file);
            const model::Inventory plain = *model::take_inventory(spec, file);
            const auto inventory = convert::quantized_inventory(spec, plain, "q8_0");
            QVERIFY(inventory.ok());
            QVERIFY(inventory->bytes() < plain.bytes());
            const auto load_it = [&](const placement::LoadOptions& options) {
                return placement::load_weights(
                    std::make_shared<const formats::ModelFile>(*formats::open_model_file(folder)), *inventory,
                    options, {}, {});
            };
            const auto topology = platform::emulate_nodes(platform::detect_machine().topology, 2);
            platform::ThreadPool pool(topology, 2);
            const auto alone = load_it({}), cut = load_it({.pool = &pool, .topology = &topology});
            QVERIFY2(alone.ok() && cut.ok(), alone.ok() ? "" : alone.error().message.c_str());
            int encoded = 0;
            for (const auto& entry : inventory->entries()) {
                const WeightMatrix a = (*alone)->matrix(entry.id), b = (*cut)->matrix(entry.id);
                const int64_t bytes = row_bytes(a.dtype, a.shape.inner());
                for (int64_t r = 0; r < a.shape.rows(); ++r)
                    QVERIFY(std::memcmp(a.row(r), b.row(r), static_cast<size_t>(bytes)) == 0);
                if (a.dtype != DType::Q8_0) continue;
                ++encoded;
                QVERIFY(entry.id.role != model::Role::router);
                checkNear(entry, *load(path), a);
            }
            QVERIFY(encoded > 0);
        }
    }

    // Each value within half a step of the block's greatest.
    static void checkNear(const model::WeightEntry& entry, const std::shared_ptr<const Weights>& plain,
                          const WeightMatrix& encoded) {
        const WeightMatrix exact = plain->matrix(entry.id);
        const auto n = static_cast<size_t>(exact.shape.inner());
        std::vector<float> x(n), y(n);
        for (int64_t r = 0; r < exact.shape.rows(); ++r) {
            kernels::decode_row(exact.dtype)(exact.row(r), x.data(), exact.shape.inner());
            kernels::decode_row(encoded.dtype)(encoded.row(r), y.data(), exact.shape.inner());
            float greatest = 0;
            for (const float v : x)
                greatest = std::max(greatest, std::fabs(v));
            for (size_t i = 0; i < n; ++i)
                QVERIFY(std::fabs(x[i] - y[i]) <= greatest / 127);
        }
    }

    void unknownMixture() {
        const auto refused = convert::quantized_inventory({}, {}, "Q9_X");
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::invalid_argument);
        QVERIFY(refused.error().hint.find("Q4_K_M") != std::string::npos);
    }

    void memoryIsRefusedUpFront() {
        const auto all = load(golden_folder("mixtral"));
        QVERIFY(all.ok());
        const int64_t needed = (*all)->mapped_bytes() + (*all)->copied_bytes();
        QCOMPARE(needed, (*all)->inventory().bytes());
        QVERIFY(load(golden_folder("mixtral"), {.memory_limit = needed}).ok());
        bool told = false;
        const auto refused = load(golden_folder("mixtral"), {.memory_limit = needed - 1},
                                  [&](int64_t, int64_t) { told = true; });
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::out_of_memory);
        QVERIFY(refused.error().message.find("0.1 GB") != std::string::npos);
        QVERIFY(!told);
    }

    void progressAndStop() {
        std::vector<int64_t> told;
        int64_t whole = 0;
        const Progress progress = [&](int64_t done, int64_t total) {
            told.push_back(done);
            whole = total;
        };
        const auto weights = load(golden_folder("llama_bf16_sharded"), {}, progress);
        QVERIFY(weights.ok());
        QVERIFY(!told.empty() && std::is_sorted(told.begin(), told.end()));
        QCOMPARE(told.back(), whole);
        QCOMPARE(whole, (*weights)->inventory().bytes());
        const StopToken stop;
        stop.request();
        const auto stopped = load(golden_folder("llama_bf16_sharded"), {}, {}, stop);
        QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::cancelled);
    }
};

QTEST_APPLESS_MAIN(LoaderTest)
#include "loader_test.moc"
