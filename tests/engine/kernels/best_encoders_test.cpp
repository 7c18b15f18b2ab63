// encode_row_best: never a larger error than llama.cpp's quantisers on the same rows, and sane on hostile
// ones.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/half.h"
#include "engine/base/random.h"
#include "engine/kernels/quant/quant.h"

using namespace engine::base;
using namespace engine::kernels;

namespace {

// Rows as tests/golden/quant/make_mse.py makes them.
constexpr int64_t kRows = 64, kColumns = 512;

struct Normals {
    double at[4];
};
Normals normals(uint64_t seed, uint64_t i, uint64_t stream) {
    const auto bits = philox(seed, i, stream);
    double u[4];
    for (size_t k = 0; k < 4; ++k)
        u[k] = (static_cast<double>(bits[k]) + 0.5) * 0x1p-32;
    const double r = std::sqrt(-2 * std::log(u[0])), s = std::sqrt(-2 * std::log(u[2]));
    const double a = 2 * std::numbers::pi * u[1], b = 2 * std::numbers::pi * u[3];
    return {{r * std::cos(a), r * std::sin(a), s * std::cos(b), s * std::sin(b)}};
}

std::vector<float> rows(const QString& distribution, uint64_t seed) {
    std::vector<float> x(kRows * kColumns);
    for (size_t i = 0; i < x.size(); ++i) {
        const Normals g = normals(seed, i, 0);
        double value = g.at[0];
        if (distribution == QStringLiteral("student_t3"))
            value /= std::sqrt((g.at[1] * g.at[1] + g.at[2] * g.at[2] + g.at[3] * g.at[3]) / 3);
        x[i] = static_cast<float>(0.02 * value);
    }
    return x;
}

std::vector<float> importances(uint64_t seed) {
    std::vector<float> w(kColumns);
    for (size_t i = 0; i < w.size(); ++i)
        w[i] = static_cast<float>(std::exp(1.5 * normals(seed, i, 1).at[0]));
    return w;
}

std::vector<float> there_and_back(DType dtype, const std::vector<float>& x, const float* importance,
                                  int64_t columns) {
    std::vector<char> blocks(static_cast<size_t>(row_bytes(dtype, columns)) + 1, 'x');
    std::vector<float> out(x.size());
    for (size_t at = 0; at < x.size(); at += static_cast<size_t>(columns)) {
        encode_row_best(dtype)(x.data() + at, importance, blocks.data(), columns);
        decode_row(dtype)(blocks.data(), out.data() + at, columns);
    }
    return blocks.back() == 'x' ? out : std::vector<float>();
}

double mean_squared_error(const std::vector<float>& x, const std::vector<float>& y,
                          const std::vector<float>& w) {
    double sum = 0, weights = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        const double off = static_cast<double>(x[i]) - static_cast<double>(y[i]);
        const double weight = w.empty() ? 1 : static_cast<double>(w[i % w.size()]);
        sum += weight * off * off;
        weights += weight;
    }
    return sum / weights;
}

const std::vector<DType> kSearched = {DType::Q4_0,   DType::Q4_1,   DType::Q5_0, DType::Q5_1, DType::Q8_0,
                                      DType::Q2_K,   DType::Q3_K,   DType::Q4_K, DType::Q5_K, DType::Q6_K,
                                      DType::IQ4_NL, DType::IQ4_XS, DType::MXFP4};

// Half a step of each format, as a share of the largest value of the block; for even content.
double coarseness(DType dtype) {
    switch (dtype) {
        case DType::Q8_0:
            return 0.005;
        case DType::Q6_K:
        case DType::Q5_0:
        case DType::Q5_1:
        case DType::Q5_K:
            return 0.05;
        case DType::Q2_K:
            return 0.35;
        case DType::Q3_K:
        case DType::MXFP4:
            return 0.2;
        default:
            return 0.11;
    }
}

QString text_of(DType dtype) {
    return QString::fromUtf8(name(dtype).data(), static_cast<int>(name(dtype).size()));
}

void add_formats() {
    QTest::addColumn<int>("format");
    for (const DType dtype : kSearched)
        QTest::newRow(qPrintable(text_of(dtype))) << static_cast<int>(dtype);
}
} // namespace

class BestEncodersTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void loseNoMoreThanLlamaCpp_data() {
        QTest::addColumn<QJsonObject>("record");
        QFile file(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/quant/llama_cpp_mse.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray records = QJsonDocument::fromJson(file.readAll()).array();
        QCOMPARE(records.size(), static_cast<qsizetype>(kSearched.size() * 8));
        for (const QJsonValue& value : records) {
            const QJsonObject r = value.toObject();
            QTest::addRow("%s %s %d%s", qPrintable(r.value(QStringLiteral("format")).toString()),
                          qPrintable(r.value(QStringLiteral("distribution")).toString()),
                          r.value(QStringLiteral("seed")).toInt(),
                          r.value(QStringLiteral("importance")).toBool() ? " with importances" : "")
                << r;
        }
    }
    void loseNoMoreThanLlamaCpp() {
        QFETCH(QJsonObject, record);
        const auto dtype = dtype_from_name(record.value(QStringLiteral("format")).toString().toStdString());
        QVERIFY(dtype.has_value());
        const auto seed = static_cast<uint64_t>(record.value(QStringLiteral("seed")).toInteger());
        const auto x = rows(record.value(QStringLiteral("distribution")).toString(), seed);
        const bool weighted = record.value(QStringLiteral("importance")).toBool();
        const std::vector<float> w = weighted ? importances(seed) : std::vector<float>();
        const auto y = there_and_back(*dtype, x, weighted ? w.data() : nullptr, kColumns);
        QCOMPARE(y.size(), x.size());
        const double ours = mean_squared_error(x, y, w);
        const double theirs = record.value(QStringLiteral("mse")).toDouble();
        QVERIFY2(ours > 0 && ours <= theirs,
                 qPrintable(QStringLiteral("%1, llama.cpp %2").arg(ours).arg(theirs)));
        qInfo("%.4f of llama.cpp's", ours / theirs);
    }

    void loseNoMoreThanThePlainEncoders() {
        for (const DType dtype :
             {DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::MXFP4}) {
            const auto x = rows(QStringLiteral("student_t3"), 3);
            std::vector<char> blocks(static_cast<size_t>(row_bytes(dtype, kRows * kColumns)));
            std::vector<float> plain(x.size());
            encode_row(dtype)(x.data(), blocks.data(), kRows * kColumns);
            decode_row(dtype)(blocks.data(), plain.data(), kRows * kColumns);
            QVERIFY2(mean_squared_error(x, there_and_back(dtype, x, nullptr, kColumns), {}) <=
                         mean_squared_error(x, plain, {}),
                     name(dtype).data());
        }
    }

    void everyLengthAndNoByteBeyond_data() { add_formats(); }
    void everyLengthAndNoByteBeyond() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        const int64_t block = traits(dtype).block_size;
        const auto source = rows(QStringLiteral("gaussian"), 4);
        for (int64_t blocks = 1; blocks <= 11; ++blocks) {
            const std::vector<float> x(source.begin(), source.begin() + blocks * block);
            const auto y = there_and_back(dtype, x, nullptr, blocks * block);
            QCOMPARE(y.size(), x.size());
            // A block's bytes depend on itself alone.
            const auto alone = there_and_back(dtype, x, nullptr, block);
            QVERIFY(std::memcmp(alone.data(), y.data(), 4 * y.size()) == 0);
        }
    }

    // Each block of 256 in its own way; errors as a share of the block's largest value.
    void hostileRows_data() { add_formats(); }
    void hostileRows() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        Random random(5);
        const auto noise = [&] { return static_cast<float>(random.uniform()) - 0.5f; };
        for (const float scale : {1.0f, 1e-3f, 100.0f, 3e4f}) {
            std::vector<std::vector<float>> kinds(5, std::vector<float>(256));
            for (size_t i = 0; i < 256; ++i) {
                kinds[0][i] = scale; // constant
                kinds[1][i] = -scale;
                kinds[2][i] = -scale * (0.5f + noise());                 // negative only
                kinds[3][i] = scale * (0.5f + noise());                  // positive only
                kinds[4][i] = i == 77 ? scale : 1e-4f * scale * noise(); // one huge value
            }
            for (size_t k = 0; k < kinds.size(); ++k) {
                const auto y = there_and_back(dtype, kinds[k], nullptr, 256);
                for (size_t i = 0; i < 256; ++i) {
                    const double off =
                        std::fabs(static_cast<double>(y[i]) - static_cast<double>(kinds[k][i]));
                    QVERIFY2(off <= 1.3 * coarseness(dtype) * static_cast<double>(scale),
                             qPrintable(QStringLiteral("kind %1, scale %2, value %3: %4 became %5")
                                            .arg(k)
                                            .arg(double(scale))
                                            .arg(i)
                                            .arg(double(kinds[k][i]))
                                            .arg(double(y[i]))));
                }
            }
        }
    }

    void extremesStayFinite_data() { add_formats(); }
    void extremesStayFinite() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        for (const float x : {0.0f, -0.0f, 1e-45f, -1e-40f, 1e-38f, 1e-30f, 1e-8f, 3e38f, -3e38f, kInfinity,
                              -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
            std::vector<float> row(512, 0.25f);
            for (size_t i = 0; i < 256; ++i)
                row[i] = i % 3 == 0 ? x : 0;
            const auto y = there_and_back(dtype, row, nullptr, 512);
            for (size_t i = 0; i < 256; ++i)
                QVERIFY(std::isfinite(y[i]));
            for (size_t i = 256; i < 512; ++i) // the neighbour is not harmed
                QVERIFY(std::fabs(y[i] - 0.25f) < 0.04f);
            if (std::fabs(x) < 1e-30f || !std::isfinite(x)) QCOMPARE(y[0], 0.0f);
        }
    }

    // All weight on a few columns: they come out better than without importances, the others stay sane.
    void importancesMoveTheError_data() { add_formats(); }
    void importancesMoveTheError() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        const auto x = rows(QStringLiteral("gaussian"), 6);
        std::vector<float> w(kColumns, 0), marked(kColumns, 0);
        for (size_t i = 0; i < w.size(); i += 16)
            w[i] = marked[i] = 1;
        const auto with = there_and_back(dtype, x, w.data(), kColumns);
        const auto without = there_and_back(dtype, x, nullptr, kColumns);
        const double ratio = mean_squared_error(x, with, marked) / mean_squared_error(x, without, marked);
        QVERIFY2(dtype == DType::MXFP4 ? ratio <= 1 : ratio < 0.9, qPrintable(QString::number(ratio)));
        QVERIFY(mean_squared_error(x, with, {}) < 4e-4); // less than that of zeros
        // Importances that say nothing: as without.
        for (const float nothing : {0.0f, 1.0f, 1e-40f, 0x1p-80f, 0x1p100f}) {
            const std::vector<float> even(kColumns, nothing);
            const auto y = there_and_back(dtype, x, even.data(), kColumns);
            QVERIFY(mean_squared_error(x, y, {}) <= 1.001 * mean_squared_error(x, without, {}));
        }
    }

    void plainFormatsGoThrough() {
        const std::vector<float> x = {1, -2, 0.333f};
        QVERIFY(there_and_back(DType::F32, x, nullptr, 3) == x);
        QCOMPARE(there_and_back(DType::F16, x, nullptr, 3)[2], half_to_float(float_to_half(0.333f)));
        QVERIFY(encode_row_best(DType::IQ2_XXS) == nullptr);
    }
};

QTEST_APPLESS_MAIN(BestEncodersTest)
#include "best_encoders_test.moc"
