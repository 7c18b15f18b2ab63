// The comparator must fail whatever is wrong before any other test may trust it.
#include "tests/support/tensor_compare.h"

#include <QTest>
#include <limits>

using namespace support;

namespace {
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kNanD = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinityD = std::numeric_limits<double>::infinity();

bool passes(float actual, double expected, double allowed) {
    const Expected e{expected, allowed};
    return compare({&actual, 1}, {&e, 1}).ok;
}
} // namespace

class TensorCompareTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void acceptsWhatIsWithin() {
        QVERIFY(passes(1.0f, 1.0, 0));
        QVERIFY(passes(1.0f, 1.5, 0.5));
        QVERIFY(passes(-1.0f, -1.5, 0.5));
        QVERIFY(passes(0.0f, -0.0, 0));
    }

    void refusesWhatIsBeyondOnEitherSide() {
        QVERIFY(!passes(1.0f, 1.5, 0.49));
        QVERIFY(!passes(2.0f, 1.5, 0.49));
        QVERIFY(!passes(-1.0f, -1.5, 0.49));
        QVERIFY(!passes(-2.0f, -1.5, 0.49));
        QVERIFY(!passes(1.0f, -1.0, 0.5)); // equal magnitudes are not equal numbers
        QVERIFY(!passes(1.0f, 1.0 + 1e-9, 0));
    }

    void refusesNanAndInfinityEverywhere() {
        QVERIFY(!passes(kNan, 1.0, 1e30));
        QVERIFY(!passes(1.0f, kNanD, 1e30));
        QVERIFY(!passes(kNan, kNanD, 1e30));
        QVERIFY(!passes(kInfinity, 1.0, 1e30));
        QVERIFY(!passes(1.0f, kInfinityD, 1e30));
        QVERIFY(!passes(kInfinity, kInfinityD, 1e30));
        QVERIFY(!passes(-kInfinity, -kInfinityD, 1e30));
        QVERIFY(!passes(-kInfinity, kInfinityD, 1e30));
    }

    void refusesSenselessTolerances() {
        QVERIFY(!passes(1.0f, 1.0, -1e-9));
        QVERIFY(!passes(1.0f, 1.0, kNanD));
        QVERIFY(!passes(1.0f, 2.0, kInfinityD));
    }

    void oneBadElementFailsAllAndIsNamed() {
        std::vector<float> actual(1000, 1.0f);
        const std::vector<Expected> expected(1000, Expected{1.0, 1e-6});
        QVERIFY(compare(actual, expected).ok);
        actual[713] = 1.00001f;
        const Comparison result = compare(actual, expected);
        QVERIFY(!result.ok);
        QVERIFY(result.worst > 9 && result.worst < 11);
        QVERIFY(result.message.find("element 713 of 1000") != std::string::npos);
    }

    void badElementBeforeWorseOnesStillFails() {
        const std::vector<float> actual = {kNan, 5.0f, 1.0f};
        const std::vector<Expected> expected(3, Expected{1.0, 1e-6});
        QVERIFY(!compare(actual, expected).ok);
    }

    void refusesNothingAndDifferentSizes() {
        const std::vector<float> actual(3, 1.0f);
        const std::vector<Expected> expected(2, Expected{1.0, 1.0});
        QVERIFY(!compare({}, {}).ok);
        QVERIFY(!compare(actual, expected).ok);
        QVERIFY(!compare_bits({}, {}).ok);
        QVERIFY(!compare_bits(actual, std::span(actual).first(2)).ok);
    }

    void bitsMeanBits() {
        const std::vector<float> a = {1.0f, 0.0f, kNan, -kInfinity};
        std::vector<float> b = a;
        QVERIFY(compare_bits(a, b).ok);
        b[1] = -0.0f;
        QVERIFY(!compare_bits(a, b).ok);
        b = a;
        b[2] = 1.0f;
        QVERIFY(!compare_bits(a, b).ok);
        b = a;
        b[3] = kInfinity;
        QVERIFY(!compare_bits(a, b).ok);
    }

    // The bound holds for a plain loop and is not absurdly wide: the loop comes within a factor of 2000 of
    // it.
    void boundOfSumsHolds() {
        double worst = 0;
        uint32_t state = 1;
        for (int trial = 0; trial < 50; ++trial) {
            float sum = 0;
            double exact = 0, magnitudes = 0;
            for (int i = 0; i < 1000; ++i) {
                state = state * 1664525u + 1013904223u;
                const float term = static_cast<float>(state) * 0x1p-32f - 0.25f;
                sum += term;
                exact += static_cast<double>(term);
                magnitudes += std::fabs(static_cast<double>(term));
            }
            worst = std::max(worst,
                             std::fabs(static_cast<double>(sum) - exact) / rounding_of_sum(1000, magnitudes));
        }
        QVERIFY(worst < 1);
        QVERIFY(worst > 1.0 / 2000);
    }
};

QTEST_APPLESS_MAIN(TensorCompareTest)
#include "tensor_compare_test.moc"
