// Rates: calibrations give back what was measured, those of older versions too, and nonsense gives an answer.
#include "engine/placement/rates.h"

#include <QTest>
#include <cmath>

#include "random_plans.h"

using namespace engine;
using namespace engine::placement;
using platform::FormatFamily;

namespace {

constexpr int64_t kWeights = 1'000'000;

platform::MachineProfile machine_with(const platform::FormatRates& rates, int cores = 4) {
    platform::MachineProfile machine;
    machine.machine.usable_cores = cores;
    machine.machine.memory_bytes = machine.machine.available_bytes = int64_t{64} << 30;
    machine.machine.features.avx2 = machine.machine.features.avx512 = true;
    machine.calibration = platform::Calibration{0, "", {20, 40, 50, 60}, {rates}, {}, {}};
    return machine;
}

Work work_of(FormatFamily family) {
    const auto type = traits(measured_type(family));
    Work work;
    work.parameters[static_cast<size_t>(family)] = kWeights;
    work.bytes[static_cast<size_t>(family)] = kWeights / type.block_size * type.block_bytes;
    return work;
}

bool is(double a, double b) {
    return std::abs(a / b - 1) < 1e-3; // blocks do not divide the weights evenly
}

} // namespace

class RatesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // What took so long when it was measured is said to take so long.
    void measuredNumbersComeBack() {
        for (int f = 0; f < static_cast<int>(kFamilies); ++f) {
            const auto family = static_cast<FormatFamily>(f);
            const platform::FormatRates own{family, 15, 300, 200, 11, 185};
            const Rates rates = rates_of(machine_with(own), 0);
            const Work work = work_of(family);
            const auto bytes = static_cast<double>(work.all_bytes());
            const auto flop = [](double tokens) { return 2 * tokens * kWeights; };
            QVERIFY(is(rates.vector_seconds(work, 1, 1), bytes / (4 * 15e9)));
            QVERIFY(is(rates.matrix_seconds(work, 512, 1), flop(512) / (4 * 300e9)));
            QVERIFY(is(rates.matrix_seconds(work, 32, 1), flop(32) / (4 * 200e9)));
            QVERIFY(is(rates.vector_seconds(work, 1, 0), bytes / (4 * 11e9)));
            QVERIFY(is(rates.matrix_seconds(work, 32, 0), flop(32) / (4 * 185e9)));
        }
    }

    void calibrationsOfOlderVersions() {
        const Rates rates = rates_of(machine_with({FormatFamily::k_quants, 15, 300}), 0);
        const Work work = work_of(FormatFamily::k_quants);
        QVERIFY(rates.measured);
        QVERIFY(is(rates.matrix_seconds(work, 128, 1), 2.0 * 128 * kWeights / (4 * 300e9)));
        QVERIFY(rates.matrix_seconds(work, 16, 1) > rates.matrix_seconds(work, 128, 1) / 8);
        QVERIFY(rates.matrix_seconds(work, 32, 0) > rates.matrix_seconds(work, 32, 1));
        // Q6_K, which they took for a Q4_K of more bytes.
        const Work other = work_of(FormatFamily::k_quants_16);
        QVERIFY(is(rates.matrix_seconds(other, 128, 1), 2.0 * 128 * kWeights / (4 * 300e9)));
        QVERIFY(is(rates.vector_seconds(other, 1, 1), static_cast<double>(other.all_bytes()) / (4 * 15e9)));
    }

    // Rates drawn at random, as a machine that is busy with other things would give them.
    void neverFasterWithMoreToDo() {
        Draw draw(1);
        for (int round = 0; round < 2000; ++round) {
            const auto any = [&] { return draw.chance(0.1) ? 0 : std::exp2(20 * draw.real() - 8); };
            const auto family = static_cast<FormatFamily>(draw.between(0, int64_t{kFamilies} - 1));
            const auto machine = machine_with({family, any(), any(), any(), any(), any()});
            const Work work = work_of(family);
            double one_thread = 0;
            for (const int threads : {1, 2, 4}) {
                const Rates rates = rates_of(machine, threads);
                for (const double cached : {1.0, 0.5, 0.0}) {
                    double before = 0;
                    for (const double rows : {1.0, 8.0, 9.0, 32.0, 100.0, 512.0, 5000.0}) {
                        const double now = rates.matrix_seconds(work, rows, cached);
                        QVERIFY(std::isfinite(now) && now > 0 && now >= before);
                        QVERIFY(now >= rates.matrix_seconds(work, rows, 1));
                        before = now;
                    }
                    QVERIFY(rates.vector_seconds(work, 2, cached) > rates.vector_seconds(work, 1, 1));
                }
                const double seconds =
                    rates.matrix_seconds(work, 64, 0.5) + rates.vector_seconds(work, 1, 0.5);
                QVERIFY(threads == 1 || seconds <= one_thread * (1 + 1e-9));
                one_thread = seconds;
            }
        }
    }

    void whatIsMeasuredBetweenTheProducts() {
        auto machine = machine_with({});
        machine.calibration->between = {12, 80, 5, 2};
        const Rates rates = rates_of(machine, 2);
        QVERIFY(is(rates.elementwise, 24e9));
        QVERIFY(is(rates.prompt_attention, 160e9));
        QVERIFY(is(rates.token_attention, 10e9));
        const double layer = rates.layer;
        machine.calibration->between.loop_us = 4;
        QVERIFY(is(rates_of(machine, 2).layer, 2 * layer));
        machine.calibration->between = {std::nan(""), -1, HUGE_VAL, -1};
        machine.calibration->rates.clear();
        const Rates assumed = rates_of(machine, 2);
        QVERIFY(assumed.elementwise > 0 && assumed.prompt_attention > 0 && assumed.token_attention > 0);
        QVERIFY(std::isfinite(assumed.token_attention) && assumed.layer > 0);
    }

    void aTypeOfEachFamilyIsMeasured() {
        for (int f = 0; f < static_cast<int>(kFamilies); ++f)
            QCOMPARE(family_of(measured_type(static_cast<FormatFamily>(f))), static_cast<FormatFamily>(f));
    }
};

QTEST_APPLESS_MAIN(RatesTest)
#include "rates_test.moc"
