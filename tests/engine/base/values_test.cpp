// base: 16-bit floats against exhaustive definitions, number format names, counter-based random.
#include <QTest>
#include <cmath>
#include <cstring>

#include "engine/base/dtype.h"
#include "engine/base/half.h"
#include "engine/base/random.h"
#include "engine/base/result.h"

using namespace engine;

class ValuesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // Every half survives the way through float; NaN stays NaN.
    void halfRoundTrips() {
        for (uint32_t bits = 0; bits < 0x10000; ++bits) {
            const auto h = static_cast<uint16_t>(bits);
            const float f = half_to_float(h);
            if (std::isnan(f)) {
                QVERIFY(std::isnan(half_to_float(float_to_half(f))));
                continue;
            }
            QCOMPARE(float_to_half(f), h);
        }
    }

    // Between two neighbouring halves the nearer one is taken, the even one at the middle.
    void halfRoundsToNearestEven() {
        for (uint32_t bits = 0; bits < 0x7bff; ++bits) {
            const float low = half_to_float(static_cast<uint16_t>(bits));
            const float high = half_to_float(static_cast<uint16_t>(bits + 1));
            const float middle = (low + high) / 2; // exact: one more mantissa bit
            QCOMPARE(float_to_half(middle), static_cast<uint16_t>(bits + (bits & 1)));
            QCOMPARE(float_to_half(std::nextafter(middle, high)), static_cast<uint16_t>(bits + 1));
            QCOMPARE(float_to_half(std::nextafter(middle, low)), static_cast<uint16_t>(bits));
        }
        QCOMPARE(float_to_half(65519.0f), uint16_t{0x7bff});
        QCOMPARE(float_to_half(65520.0f), uint16_t{0x7c00});
        QCOMPARE(float_to_half(-1e30f), uint16_t{0xfc00});
    }

    void bfloatRoundsToNearestEven() {
        for (uint32_t bits = 0; bits < 0x7f7f; ++bits) {
            const auto b = static_cast<uint16_t>(bits);
            QCOMPARE(float_to_bf16(bf16_to_float(b)), b);
            const float middle = std::bit_cast<float>((bits << 16) | 0x8000u);
            QCOMPARE(float_to_bf16(middle), static_cast<uint16_t>(bits + (bits & 1)));
        }
        QVERIFY(std::isnan(bf16_to_float(float_to_bf16(std::nanf("")))));
    }

    void formatNamesAreFoundAgain() {
        for (int i = 0; i < kDTypeCount; ++i) {
            const auto dtype = static_cast<DType>(i);
            QCOMPARE(dtype_from_name(name(dtype)).value(), dtype);
        }
        QCOMPARE(dtype_from_name("q4_k").value(), DType::Q4_K);
        QVERIFY(!dtype_from_name("Q9_Z"));
        QCOMPARE(row_bytes(DType::Q4_K, 512), int64_t{288});
    }

    // Known answer of Philox4x32-10 from the authors' test vectors (all-zero counter and key).
    void philoxKnownAnswer() {
        const auto zero = philox(0, 0, 0);
        QCOMPARE(zero[0], 0x6627e8d5u);
        QCOMPARE(zero[1], 0xe169c58du);
        QCOMPARE(zero[2], 0xbc57ac4cu);
        QCOMPARE(zero[3], 0x9b00dbd8u);
    }

    void tryPassesErrorsOn() {
        const auto inner = [](bool good) -> Result<int> {
            if (good) return 7;
            return Error{ErrorCode::not_found, "nothing there", ""};
        };
        const auto outer = [&](bool good) -> Result<int> {
            ENGINE_ASSIGN(const int x, inner(good));
            return x + 1;
        };
        QCOMPARE(outer(true).value(), 8);
        QVERIFY(outer(false).error().code == ErrorCode::not_found);
    }
};

QTEST_APPLESS_MAIN(ValuesTest)
#include "values_test.moc"
