// What measured speeds teach: medians, per load and machine, and nothing from another calibration.
#include "app/usage/speeds.h"

#include <QTest>

using namespace app;
using namespace app::usage;
using Work = SpeedSample::Work;

namespace {

constexpr qint64 kCalibrated = 1'795'000'000;
const QString kIsa = QStringLiteral("avx512");

SpeedSample sample(const QString& file, double measured, double predicted, Work work = Work::generate) {
    static qint64 now = 0;
    SpeedSample sample;
    sample.file = file;
    sample.load = {kIsa, 8, QStringLiteral("f16"), {}};
    sample.work = work;
    sample.tokensPerSecond = measured;
    sample.predicted = predicted;
    sample.calibrated = kCalibrated;
    sample.taken = ++now;
    return sample;
}

const QString kA = QStringLiteral("1000000000-a"), kB = QStringLiteral("2000000000-b");

} // namespace

class SpeedsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void anOutlierDoesNotCount() {
        const QList<SpeedSample> samples{sample(kA, 40, 50), sample(kA, 42, 50), sample(kA, 3, 50),
                                         sample(kA, 300, 400, Work::prompt)};
        const bridge::Experience experience = experienceOf(samples, {});
        QCOMPARE(experience.size(), 1);
        QCOMPARE(experience[kA].speeds.size(), 1);
        QCOMPARE(experience[kA].speeds[0].measured, (bridge::Speeds{300, 40}));
    }

    void everyLoadHasItsOwnSpeed() {
        SpeedSample fewer = sample(kA, 20, 25), packed = sample(kA, 80, 90);
        fewer.load.threads = 2;
        packed.load.kv = QStringLiteral("q8_0");
        const auto speeds = experienceOf({sample(kA, 40, 50), fewer, packed}, {})[kA].speeds;
        QCOMPARE(speeds.size(), 3);
        for (const SpeedSample& s : {fewer, packed})
            QVERIFY(speeds.contains(bridge::LoadSpeeds{s.load, {0, s.tokensPerSecond}}));
    }

    void theInstructionSetThatRanLast() {
        QList<SpeedSample> samples{sample(kA, 40, 50), sample(kA, 5, 50)};
        samples[1].load.isa = QStringLiteral("reference");
        QCOMPARE(experienceOf(samples, {})[kA].speeds.size(), 1);
        QCOMPARE(experienceOf(samples, {})[kA].speeds[0].measured.generate, 5.0);
        samples.append(sample(kA, 44, 50));
        QCOMPARE(experienceOf(samples, {})[kA].speeds[0].measured.generate, 42.0);
    }

    void theOldestGoes() {
        QList<SpeedSample> samples;
        for (int i = 0; i < kKeptSamples + 4; ++i) {
            keep(samples, sample(kA, 10 + i, 50));
            keep(samples, sample(kB, 20, 50));
        }
        QCOMPARE(samples.size(), 2 * kKeptSamples);
        QCOMPARE(experienceOf(samples, {})[kA].speeds[0].measured.generate,
                 10.0 + 4 + (kKeptSamples - 1) / 2);
    }

    void modelsCorrectEachOther() {
        QList<SpeedSample> samples;
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa), (bridge::Speeds{1, 1}));
        for (int i = 0; i < 2; ++i)
            samples.append(sample(kA, 40, 50));
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa), (bridge::Speeds{1, 1})); // too few to say
        samples.append(sample(kA, 40, 50));
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa), (bridge::Speeds{1, 0.8}));
        for (int i = 0; i < 30; ++i) // the other model's say is no greater for having replied more often
            samples.append(sample(kB, 120, 100));
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa), (bridge::Speeds{1, 1}));
        for (int i = 0; i < 3; ++i)
            samples.append(sample(kB, 150, 100, Work::prompt));
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa), (bridge::Speeds{1.5, 1}));
    }

    void smallModelsSayNothingOfOthers() {
        QList<SpeedSample> samples;
        for (const qint64 bytes : {kTellingBytes - 1, kTellingBytes}) {
            QCOMPARE(correctionOf(samples, kCalibrated, kIsa).generate, 1.0);
            for (int i = 0; i < 3; ++i)
                samples.append(sample(QStringLiteral("%1-x").arg(bytes), 40, 50));
        }
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa).generate, 0.8);
    }

    void anotherCalibrationBeginsAnew() {
        QList<SpeedSample> samples;
        for (int i = 0; i < 5; ++i)
            samples.append(sample(kA, 40, 50));
        QCOMPARE(correctionOf(samples, kCalibrated, kIsa).generate, 0.8);
        QCOMPARE(correctionOf(samples, kCalibrated + 1, kIsa), (bridge::Speeds{1, 1}));
        QCOMPARE(correctionOf(samples, kCalibrated, QStringLiteral("amx")), (bridge::Speeds{1, 1}));
        QCOMPARE(correctionOf(samples, 0, kIsa), (bridge::Speeds{1, 1}));
        for (SpeedSample& s : samples)
            s.calibrated = 0;
        QCOMPARE(correctionOf(samples, 0, kIsa), (bridge::Speeds{1, 1}));
    }
};

QTEST_APPLESS_MAIN(SpeedsTest)
#include "speeds_test.moc"
