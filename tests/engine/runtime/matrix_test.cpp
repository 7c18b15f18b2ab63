// Whole models on the tables whose matrix path sees numbers as BF16 (AMX, emulated where there is none).
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "engine/kernels/reference/reference.h"
#include "loaded_model.h"
#include "random_model.h"
#include "tests/engine/kernels/sample_rows.h"

using namespace engine;

namespace {
std::vector<const kernels::KernelTable*> rounding_tables() {
    auto all = samples::tables();
    std::erase_if(all, [](const kernels::KernelTable* table) {
        return table->formats[static_cast<size_t>(DType::Q8_0)].panel->operands !=
               kernels::PanelOperands::bf16;
    });
    return all;
}

std::vector<float> prefill(const std::string& path, const kernels::KernelTable& table,
                           const std::vector<int32_t>& tokens) {
    const auto model = LoadedModel::open(path, 2, {}, table);
    if (model == nullptr) return {};
    auto cache = model->cache();
    return model->prefill(tokens, cache);
}

// |a - b| over |b| of the token that is off most.
double greatest_error(const std::vector<float>& a, const std::vector<float>& b, size_t tokens) {
    double greatest = 0;
    const size_t n = b.size() / tokens;
    for (size_t t = 0; t < tokens; ++t) {
        double off = 0, whole = 0;
        for (size_t i = t * n; i < (t + 1) * n; ++i) {
            const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
            off += d * d;
            whole += static_cast<double>(b[i]) * static_cast<double>(b[i]);
        }
        greatest = std::max(greatest, std::sqrt(off / whole));
    }
    return greatest;
}
} // namespace

class MatrixTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

 private Q_SLOTS:
    // Weights in F32, F16 and BF16 lose nothing: the bound is that of golden_test.
    void goldenModelsKeepTheirAccuracy_data() {
        QTest::addColumn<QString>("name");
        for (const QString& name : golden_names())
            QTest::newRow(qPrintable(name)) << name;
    }
    void goldenModelsKeepTheirAccuracy() {
        QFETCH(QString, name);
        if (rounding_tables().empty()) QSKIP("no AVX-512 BF16 here");
        if (*exact_isa(name) != 0) QSKIP("weights in blocks meet activations of eight bits");
        const auto golden = read_golden(name);
        for (const auto* table : rounding_tables()) {
            const double off = distance(prefill(golden->folder, *table, golden->prompt), golden->prefill);
            QVERIFY2(off <= 4 * golden->f32_error, qPrintable(QStringLiteral("off by %1").arg(off)));
        }
    }

    // Both factors of a product are off by 2^-9 of themselves at most, at random: 2^-8 for a product, and
    // some 16 products stand one behind the other in two layers: sqrt(16) * 2^-8.
    void expertsAreOffByTheRounding_data() {
        QTest::addColumn<int>("dtype");
        for (const DType dtype : {DType::Q8_0, DType::Q4_0, DType::MXFP4})
            QTest::newRow(name(dtype).data()) << static_cast<int>(dtype);
    }
    void expertsAreOffByTheRounding() {
        QFETCH(int, dtype);
        if (rounding_tables().empty()) QSKIP("no AVX-512 BF16 here");
        const QString path = folder_.filePath(QStringLiteral("experts.gguf"));
        write_random_model(
            {.feed_forward = 192, .experts = 4, .experts_used = 4, .dtype = static_cast<DType>(dtype)}, path);
        std::vector<int32_t> tokens;
        for (int32_t i = 0; i < 70; ++i)
            tokens.push_back((i * i * 7 + i * 13 + 5) % 600);
        const auto expected = prefill(path.toStdString(), kernels::reference_table(), tokens);
        for (const auto* table : rounding_tables()) {
            const double off = greatest_error(prefill(path.toStdString(), *table, tokens), expected, 70);
            QVERIFY2(off > 0 && off < 0x1p-6, qPrintable(QStringLiteral("off by %1").arg(off)));
        }
    }
};

QTEST_APPLESS_MAIN(MatrixTest)
#include "matrix_test.moc"
