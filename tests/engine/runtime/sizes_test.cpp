// What the estimator says of a model's memory against what the decoder really takes.
#include <QTemporaryDir>
#include <QTest>

#include "engine/kernels/cpu/select.h"
#include "engine/placement/scratch_size.h"
#include "engine/platform/cpu_features.h"
#include "loaded_model.h"
#include "random_model.h"

using namespace engine;
using runtime::KvCache;
using runtime::KvPrecision;

namespace {

struct Case {
    const char* name;
    RandomModel model;
};
const Case kCases[] = {
    {"dense f32", {256, 8, 2, 512, 2, 600, 0, 0, DType::F32}},
    {"dense q8_0", {256, 8, 8, 768, 1, 600, 0, 0, DType::Q8_0}},
    {"dense q4_k", {512, 8, 4, 1024, 1, 600, 0, 0, DType::Q4_K}},
    {"mixture q8_0", {256, 8, 2, 256, 2, 600, 16, 4, DType::Q8_0}},
    {"mixture q4_k", {256, 8, 4, 256, 1, 600, 32, 8, DType::Q4_K}},
    {"mixture f16", {256, 8, 2, 128, 1, 600, 32, 6, DType::F16}},
};

// What select_table() would take this table for.
CpuFeatures features_for(const kernels::KernelTable& table) {
    CpuFeatures features = platform::detect_cpu_features();
    const QByteArray name(table.name);
    const auto& q8 = table.formats[static_cast<size_t>(DType::Q8_0)];
    if (q8.panel != nullptr && q8.panel->operands == kernels::PanelOperands::f32)
        features.avx512_vnni = features.avx_vnni = false;
    if (name != "amx") features.amx_bf16 = features.amx_int8 = false;
    if (name != "amx" && name != "avx512")
        features.avx512 = features.avx512_vnni = features.avx512_bf16 = false;
    if (name == "reference") features.avx2 = false;
    return features;
}

} // namespace

class SizesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() { QVERIFY(folder_.isValid()); }

    // The prompt's scratch memory within 15 % and 64 KiB (groups of experts are as uneven as chance makes
    // them), for every instruction set and some numbers of threads.
    void scratchIsAsLargeAsSaid() {
        for (const Case& c : kCases) {
            const QString path = folder_.filePath(QString::fromLatin1(c.name));
            write_random_model(c.model, path);
            for (const kernels::KernelTable* table :
                 kernels::available_tables(platform::detect_cpu_features())) {
                if (QByteArray(table->name) == "reference") continue; // a minute each
                for (const int threads : {1, 3}) {
                    const auto model = LoadedModel::open(path.toStdString(), threads, {}, *table);
                    QVERIFY(model);
                    compare(c.name, *model, *table, threads);
                }
            }
        }
    }

    void theCacheTakesWhatTheFormulaSays() {
        for (const Case& c : kCases) {
            const auto model = LoadedModel::open(folder_.filePath(QString::fromLatin1(c.name)).toStdString());
            QVERIFY(model);
            for (const KvPrecision precision : runtime::kKvPrecisions) {
                for (const int64_t tokens : {256, 1000, 4096}) {
                    auto cache = KvCache::create(model->spec(), tokens, precision);
                    QVERIFY(cache.ok());
                    QCOMPARE(cache->bytes_at_capacity(),
                             KvCache::bytes_for(model->spec(), tokens, precision));
                }
            }
        }
    }

 private:
    void compare(const char* name, LoadedModel& model, const kernels::KernelTable& table, int threads) {
        runtime::Decoder& decoder = model.decoder();
        const placement::Footprint footprint =
            placement::footprint_of(decoder.spec(), decoder.weights().inventory());
        const int64_t batch = placement::micro_batch(footprint);
        QCOMPARE(decoder.micro_batch(), batch);
        KvCache cache = model.cache(KvPrecision::f16, 2 * batch);
        std::vector<int32_t> tokens(static_cast<size_t>(2 * batch));
        for (size_t i = 0; i < tokens.size(); ++i)
            tokens[i] = static_cast<int32_t>(i * 7919 % 600);
        model.prefill(tokens, cache);
        const int64_t real = decoder.scratch_bytes();
        const int64_t said = placement::scratch_bytes(footprint, features_for(table), threads, 2 * batch);
        const double ratio = static_cast<double>(said) / static_cast<double>(real);
        const QString text = QStringLiteral("%1, %2, %3 threads: said %4, real %5, ratio %6")
                                 .arg(QLatin1String(name), QLatin1String(table.name))
                                 .arg(threads)
                                 .arg(said)
                                 .arg(real)
                                 .arg(ratio);
        if (qEnvironmentVariableIsSet("TANDEM_SHOW_SIZES")) qInfo().noquote() << text;
        QVERIFY2(std::abs(said - real) <= real * 15 / 100 + (64 << 10), qPrintable(text));
    }

    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(SizesTest)
#include "sizes_test.moc"
