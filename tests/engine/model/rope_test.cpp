// rope: frequencies and attention factors of every scaling rule against Hugging Face transformers.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <cmath>

#include "engine/model/registry.h"
#include "engine/model/rope.h"

using namespace engine;

namespace {

QJsonArray golden_cases() {
    QFile file(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/models/rope.json"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QJsonDocument::fromJson(file.readAll()).object()[QStringLiteral("cases")].toArray();
}

} // namespace

class RopeTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void agreesWithTransformers_data() {
        QTest::addColumn<QJsonObject>("golden");
        const QJsonArray cases = golden_cases();
        QVERIFY(cases.size() >= 19);
        for (const auto& one : cases) {
            const QJsonObject golden = one.toObject();
            QTest::newRow(golden[QStringLiteral("name")].toString().toUtf8().constData()) << golden;
        }
    }

    // transformers computes in float32: powers, quotients and (llama3) a difference of near numbers; 8
    // roundings of 2^-24 each, and 1 / (high - low) <= 1 in front of them.
    void agreesWithTransformers() {
        QFETCH(QJsonObject, golden);
        formats::ModelFile file;
        file.container = formats::Container::huggingface;
        file.config_json = golden[QStringLiteral("config")].toString().toStdString();
        const auto spec = model::read_spec(file);
        QVERIFY2(spec.ok(), spec.ok() ? "" : spec.error().message.c_str());
        const auto table = model::rope_table(
            spec->ropes[0], static_cast<int64_t>(golden[QStringLiteral("length")].toDouble()));
        const QJsonArray expected = golden[QStringLiteral("frequencies")].toArray();
        QCOMPARE(static_cast<qsizetype>(table.frequencies.size()), expected.size());
        for (qsizetype i = 0; i < expected.size(); ++i) {
            const double want = expected[i].toDouble(), got = table.frequencies[static_cast<size_t>(i)];
            QVERIFY2(std::abs(got - want) <= 8 * 0x1p-24 * want,
                     qPrintable(QStringLiteral("frequency %1: %2, not %3").arg(i).arg(got).arg(want)));
        }
        const double scale = golden[QStringLiteral("scale")].toDouble();
        QVERIFY(std::abs(static_cast<double>(table.scale) - scale) <= 0x1p-23 * scale);
    }

    void weightDividesFrequencies() {
        model::RopeSpec spec;
        spec.dims = 6;
        spec.divided_by_weight = true;
        const std::vector<float> divisors = {1, 2, 8};
        const auto divided = model::rope_table(spec, 1, divisors);
        spec.divided_by_weight = false;
        const auto plain = model::rope_table(spec, 1);
        for (size_t i = 0; i < 3; ++i)
            QCOMPARE(divided.frequencies[i], plain.frequencies[i] / divisors[i]);
    }
};

QTEST_APPLESS_MAIN(RopeTest)
#include "rope_test.moc"
