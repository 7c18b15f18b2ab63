// Synthetic models: noise of the right size and mean in every format, files of the right tensors and types,
// and tokens that go to all experts.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <set>

#include "engine/base/random.h"
#include "engine/kernels/cpu/select.h"
#include "engine/kernels/quant/quant.h"
#include "engine/measure/block_noise.h"
#include "engine/measure/model_shape.h"
#include "engine/measure/synthetic_model.h"
#include "engine/measure/type_mixture.h"
#include "engine/model/registry.h"
#include "engine/platform/cpu_features.h"
#include "engine/runtime/decoder.h"
#include "engine/text/load_gguf.h"

using namespace engine;
using namespace engine::measure;

namespace {

std::vector<float> noise(DType dtype, double deviation, uint64_t seed, int64_t first_block, int64_t blocks) {
    std::vector<std::byte> bytes(static_cast<size_t>(blocks * traits(dtype).block_bytes));
    BlockNoise(dtype, deviation, seed).fill(first_block, bytes);
    std::vector<float> values(static_cast<size_t>(blocks * traits(dtype).block_size));
    kernels::decode_row(dtype)(bytes.data(), values.data(), static_cast<int64_t>(values.size()));
    return values;
}

// A shape that a test can write: the published one's structure, few and narrow layers.
ModelShape shrunk(const char* name) {
    ModelShape shape = *find_shape(name);
    shape.layers = 2;
    shape.width = 256;
    shape.heads = 4;
    shape.kv_heads = shape.kv_heads == shape.heads ? 4 : 2;
    shape.head_dim = 64;
    shape.feed_forward = 512;
    if (shape.experts > 0) shape.expert_width = 256;
    shape.vocabulary = 1000;
    return shape;
}

} // namespace

class SyntheticTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    std::string path(const char* name) { return folder_.filePath(QString::fromLatin1(name)).toStdString(); }

    formats::ModelFile written(const ModelShape& shape, const char* type) {
        const auto mixture = find_mixture(type);
        if (!mixture.ok())
            return QTest::qFail(mixture.error().message.c_str(), __FILE__, __LINE__), formats::ModelFile();
        const std::string to = path("model.gguf");
        const auto done = write_synthetic_model(shape, *mixture, 1, to, {}, {});
        if (!done.ok())
            return QTest::qFail(done.error().message.c_str(), __FILE__, __LINE__), formats::ModelFile();
        auto file = formats::open_model_file(to);
        if (!file.ok())
            return QTest::qFail(file.error().message.c_str(), __FILE__, __LINE__), formats::ModelFile();
        return *std::move(file);
    }

    static DType type_of(const formats::ModelFile& file, const char* tensor) {
        const auto* entry = file.tensors.find(tensor);
        return entry != nullptr ? entry->dtype : DType::Bool;
    }

 private Q_SLOTS:
    void noiseHasMeanAndDeviation_data() {
        QTest::addColumn<int>("dtype");
        for (int i = 0; i < kDTypeCount; ++i) {
            if (BlockNoise::serves(static_cast<DType>(i)))
                QTest::newRow(std::string(traits(static_cast<DType>(i)).name).c_str()) << i;
        }
    }
    void noiseHasMeanAndDeviation() {
        QFETCH(int, dtype);
        const auto type = static_cast<DType>(dtype);
        constexpr double kDeviation = 0.02;
        const int64_t blocks = (1 << 18) / traits(type).block_size;
        const auto values = noise(type, kDeviation, 3, 0, blocks);
        double sum = 0, squares = 0;
        for (const float x : values) {
            QVERIFY(std::isfinite(x));
            sum += static_cast<double>(x);
            squares += static_cast<double>(x) * static_cast<double>(x);
        }
        const auto n = static_cast<double>(values.size());
        // The mean of n values is off by deviation / sqrt(n); signs that blocks share make it root(block) as
        // much at most. Five of that is once in a million.
        const double spread = kDeviation * std::sqrt(static_cast<double>(traits(type).block_size) / n);
        QVERIFY2(std::fabs(sum / n) < 5 * spread, qPrintable(QString::number(sum / n)));
        const double deviation = std::sqrt(squares / n);
        QVERIFY2(std::fabs(deviation / kDeviation - 1) < 0.05, qPrintable(QString::number(deviation)));
    }

    // Made in pieces or at once, the same bytes; another seed, others.
    void noiseDependsOnSeedAndPlaceAlone_data() { noiseHasMeanAndDeviation_data(); }
    void noiseDependsOnSeedAndPlaceAlone() {
        QFETCH(int, dtype);
        const auto type = static_cast<DType>(dtype);
        const auto all = noise(type, 1, 5, 0, 40);
        const auto part = noise(type, 1, 5, 13, 9);
        const auto at = static_cast<size_t>(13 * traits(type).block_size);
        QVERIFY(std::equal(part.begin(), part.end(), all.begin() + static_cast<ptrdiff_t>(at)));
        QVERIFY(noise(type, 1, 6, 0, 40) != all);
    }

    void shapesAndTypesAreFoundByName() {
        QCOMPARE(find_shape("Qwen3-30B-A3B")->layers, int64_t{48});
        QCOMPARE(find_shape("Mixtral 8x7B")->experts, int64_t{8});
        QCOMPARE(find_shape("olmoe")->experts, int64_t{64});
        const auto unknown = find_shape("gpt-7");
        QVERIFY(!unknown.ok() && unknown.error().code == ErrorCode::not_found);
        QVERIFY(unknown.error().hint.find("qwen3-0.6b") != std::string::npos);
        QCOMPARE(find_mixture("q4_k_m")->name, std::string("Q4_K_M"));
        const auto no_type = find_mixture("Q7");
        QVERIFY(!no_type.ok() && no_type.error().code == ErrorCode::unsupported);
        QVERIFY(no_type.error().hint.find("Q4_K_M") != std::string::npos);
        QVERIFY(!find_mixture("I32").ok());
    }

    // Q4_K_M by the quantiser's rule: of 48 layers the first and last six, and every third between.
    void mixtureOfTypes() {
        const convert::ModelFacts untied{48, 8, false}, tied{48, 8, true};
        const auto matrix = [](const std::string& name, bool stack = false) {
            const Shape flat{{768, 2048}, 2}, stacked{{128, 768, 2048}, 3};
            return formats::TensorEntry{name, DType::F32, stack ? stacked : flat};
        };
        const auto in_layer = [&](int64_t layer, const std::string& name, bool stack = false) {
            return matrix("blk." + std::to_string(layer) + "." + name + ".weight", stack);
        };
        const TypeMixture m = *find_mixture("Q4_K_M");
        int precise = 0;
        for (int64_t layer = 0; layer < 48; ++layer)
            precise += m.of(in_layer(layer, "ffn_down_exps", true), untied) == DType::Q6_K ? 1 : 0;
        QCOMPARE(precise, 24);
        QCOMPARE(m.of(in_layer(0, "attn_v"), untied), DType::Q6_K);
        QCOMPARE(m.of(in_layer(6, "attn_v"), untied), DType::Q4_K);
        QCOMPARE(m.of(in_layer(0, "ffn_gate_exps", true), untied), DType::Q4_K);
        QCOMPARE(m.of(matrix("output.weight"), untied), DType::Q6_K);
        QCOMPARE(m.of(matrix("token_embd.weight"), untied), DType::Q4_K);
        QCOMPARE(m.of(matrix("token_embd.weight"), tied), DType::Q6_K);
        const TypeMixture fp4 = *find_mixture("MXFP4");
        QCOMPARE(fp4.of(in_layer(0, "ffn_gate_exps", true), untied), DType::MXFP4);
        QCOMPARE(fp4.of(in_layer(0, "attn_q"), untied), DType::Q8_0);
    }

    void everyShapeLoads_data() {
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QString>("type");
        for (const std::string& shape : shape_names())
            QTest::newRow(shape.c_str()) << QString::fromStdString(shape) << QStringLiteral("Q4_K_M");
        for (const std::string& type : mixture_names())
            QTest::newRow(type.c_str()) << QStringLiteral("qwen3-30b-a3b") << QString::fromStdString(type);
    }
    void everyShapeLoads() {
        QFETCH(QString, shape);
        QFETCH(QString, type);
        ModelShape small = shrunk(shape.toStdString().c_str());
        small.experts = std::min<int64_t>(small.experts, 8);
        small.experts_used = std::min<int64_t>(small.experts_used, 2);
        const auto file = written(small, type.toStdString().c_str());
        const auto spec = model::read_spec(file);
        QVERIFY2(spec.ok(), spec.ok() ? "" : spec.error().message.c_str());
        QCOMPARE(spec->layers.size(), size_t{2});
        QCOMPARE(spec->vocabulary, small.vocabulary);
        QCOMPARE(spec->experts(), small.experts);
        QCOMPARE(spec->tied_head, small.tied_head);
        QVERIFY(model::take_inventory(*spec, file).ok()); // also: no tensor too many
        const auto tokenizer = text::load_tokenizer_gguf(file.metadata);
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        QCOMPARE(static_cast<int64_t>((*tokenizer)->size()), small.vocabulary);
        std::string back;
        for (const int32_t id : (*tokenizer)->encode("any text, \xc3\xa9\n", {}))
            back += (*tokenizer)->piece(id, false);
        QVERIFY(back.find("any text, \xc3\xa9\n") != std::string::npos);
        QCOMPARE(type_of(file, "blk.0.attn_norm.weight"), DType::F32);
        if (small.experts > 0) QCOMPARE(type_of(file, "blk.0.ffn_gate_inp.weight"), DType::F32);
    }

    void filesAreReproducible() {
        const ModelShape shape = shrunk("qwen3-0.6b");
        const auto digest = [&](uint64_t seed, const char* name) {
            const auto done = write_synthetic_model(shape, *find_mixture("Q4_0"), seed, path(name), {}, {});
            QFile file(QString::fromStdString(path(name)));
            return done.ok() && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray one = digest(1, "a.gguf");
        QVERIFY(!one.isEmpty());
        QVERIFY(one == digest(1, "b.gguf"));
        QVERIFY(one != digest(2, "c.gguf"));
    }

    void badRequestsLeaveNothingBehind() {
        ModelShape odd = shrunk("qwen3-0.6b");
        odd.feed_forward = 500;
        const auto refused = write_synthetic_model(odd, *find_mixture("Q4_K"), 1, path("odd.gguf"), {}, {});
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::invalid_argument);
        StopToken stop;
        stop.request();
        const auto stopped =
            write_synthetic_model(shrunk("olmoe"), *find_mixture("Q4_K"), 1, path("odd.gguf"), {}, stop);
        QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::cancelled);
        QVERIFY(!QFile::exists(QString::fromStdString(path("odd.gguf"))));
        QVERIFY(!QFile::exists(QString::fromStdString(path("odd.gguf.part"))));
    }

    // 512 random tokens reach all 128 experts of every layer, and none gets much more than its share: so a
    // measurement on the file is one of a mixture of experts.
    void tokensGoToAllExperts_data() {
        QTest::addColumn<QString>("type");
        for (const char* type : {"Q4_0", "Q4_K_M", "Q8_0", "IQ4_XS", "MXFP4"})
            QTest::newRow(type) << QString::fromLatin1(type);
    }
    void tokensGoToAllExperts() {
        QFETCH(QString, type);
        ModelShape shape = shrunk("qwen3-30b-a3b");
        shape.layers = 4;
        auto file = std::make_shared<const formats::ModelFile>(written(shape, type.toStdString().c_str()));
        auto spec = model::read_spec(*file);
        auto inventory = model::take_inventory(*spec, *file);
        auto weights = placement::load_weights(file, *std::move(inventory), {}, {}, {});
        QVERIFY(weights.ok());
        platform::ThreadPool pool(2);
        ops::ExecContext context(pool, **kernels::select_table(platform::detect_cpu_features(), ""));
        auto decoder = runtime::Decoder::create(*spec, *weights, context);
        QVERIFY(decoder.ok());
        std::vector<std::vector<int>> load(4, std::vector<int>(128));
        (*decoder)->set_routing_observer([&](int32_t layer, std::span<const int32_t> experts) {
            for (const int32_t e : experts)
                ++load[static_cast<size_t>(layer)][static_cast<size_t>(e)];
        });
        Random random(9);
        std::vector<int32_t> tokens(512);
        for (int32_t& t : tokens)
            t = static_cast<int32_t>(random.next_u32() % 1000);
        auto cache = *runtime::KvCache::create(*spec, 512, runtime::KvPrecision::f16);
        std::vector<float> logits;
        QVERIFY((*decoder)->forward(tokens, cache, runtime::LogitsFor::last, logits, {}).ok());
        for (const float x : logits)
            QVERIFY(std::isfinite(x) && std::fabs(x) < 100);
        for (const auto& layer : load) { // 32 pairs each on average
            QCOMPARE(std::count_if(layer.begin(), layer.end(), [](int n) { return n > 0; }), ptrdiff_t{128});
            QVERIFY(*std::max_element(layer.begin(), layer.end()) < 128);
        }
    }
};

QTEST_APPLESS_MAIN(SyntheticTest)
#include "synthetic_test.moc"
