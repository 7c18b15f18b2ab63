// golden: every family and rope rule against Hugging Face transformers: logits of prefill and decode, greedy
// ids.
#include <QTest>

#include "loaded_model.h"

using namespace engine;
using runtime::KvPrecision;

namespace {

// Two correct float32 computations of the same network differ as two draws of the same rounding error. The
// golden logits come from float64; f32_error is the largest error of transformers' own float32 run over the
// prompt, a draw of a few hundred. Ours may be four times as large: other summation orders, other exp.
double tolerance(const Golden& golden) {
    return 4 * golden.f32_error;
}

// A half has 13 bits less than a float, and only keys and values are rounded to it: 2^13 times the error of a
// computation in which everything is rounded to float.
double tolerance_f16_cache(const Golden& golden) {
    return 0x1p13 * golden.f32_error;
}

} // namespace

class GoldenTest : public QObject {
    Q_OBJECT

    void for_all() {
        QTest::addColumn<QString>("name");
        const QStringList names = golden_names();
        QVERIFY(names.size() >= 23);
        for (const QString& name : names)
            QTest::newRow(qPrintable(name)) << name;
    }

 private Q_SLOTS:
    void prefill_data() { for_all(); }
    void prefill() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const auto model = LoadedModel::open(golden->folder, 1, {}, exact_isa(name));
        QVERIFY(model);
        auto cache = model->cache();
        const double off = distance(model->prefill(golden->prompt, cache), golden->prefill);
        QVERIFY2(off <= tolerance(*golden), qPrintable(QStringLiteral("off by %1").arg(off)));
        QCOMPARE(model->decoder().weights().inventory().parameters(), golden->parameters);
    }

    void decode_data() { for_all(); }
    void decode() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const auto model = LoadedModel::open(golden->folder, 1, {}, exact_isa(name));
        QVERIFY(model);
        auto cache = model->cache();
        const double off = distance(model->decode(golden->prompt, cache), golden->decode);
        QVERIFY2(off <= tolerance(*golden), qPrintable(QStringLiteral("off by %1").arg(off)));
    }

    void greedy_data() { for_all(); }
    void greedy() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const auto model = LoadedModel::open(golden->folder);
        QVERIFY(model);
        auto cache = model->cache();
        QCOMPARE(golden->greedy.size(), size_t{64});
        QCOMPARE(model->greedy(golden->prompt, 64, cache), golden->greedy);
    }

    void cacheOfHalves_data() { for_all(); }
    void cacheOfHalves() {
        QFETCH(QString, name);
        const auto golden = read_golden(name);
        const auto model = LoadedModel::open(golden->folder, 1, {}, exact_isa(name));
        QVERIFY(model);
        auto cache = model->cache(KvPrecision::f16);
        const double off = distance(model->prefill(golden->prompt, cache), golden->prefill);
        QVERIFY2(off <= tolerance_f16_cache(*golden), qPrintable(QStringLiteral("off by %1").arg(off)));
        QVERIFY(off > 0);
    }
};

QTEST_APPLESS_MAIN(GoldenTest)
#include "golden_test.moc"
