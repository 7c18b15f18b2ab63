// kernels/quant: every format's decode and encode against the reference's bytes, bit for bit.
#include <QFile>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/half.h"
#include "engine/kernels/quant/fp8.h"
#include "engine/kernels/quant/iq_grids.h"
#include "engine/kernels/quant/quant.h"

using namespace engine::base;
using namespace engine::kernels;

namespace {
QByteArray golden(const QString& name) {
    QFile file(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/quant/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString file_name(DType dtype) {
    return QString::fromUtf8(name(dtype).data(), static_cast<int>(name(dtype).size())).toLower();
}

std::vector<float> floats(const QByteArray& bytes) {
    std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
    return values;
}

uint32_t bits(float f) {
    uint32_t b;
    std::memcpy(&b, &f, 4);
    return b;
}

const std::vector<DType> kBlockFormats = {
    DType::Q4_0,  DType::Q4_1,    DType::Q5_0,  DType::Q5_1,   DType::Q8_0,   DType::Q2_K,    DType::Q3_K,
    DType::Q4_K,  DType::Q5_K,    DType::Q6_K,  DType::IQ1_S,  DType::IQ1_M,  DType::IQ2_XXS, DType::IQ2_XS,
    DType::IQ2_S, DType::IQ3_XXS, DType::IQ3_S, DType::IQ4_NL, DType::IQ4_XS, DType::MXFP4};
const std::vector<DType> kEncoded = {DType::F16,  DType::BF16, DType::Q4_0, DType::Q4_1,
                                     DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::MXFP4};

const std::vector<DType> kGroups = {DType::I4_G32, DType::I4_G64, DType::I4_G128,
                                    DType::I8_G32, DType::I8_G64, DType::I8_G128};

void add_rows(const std::vector<DType>& formats) {
    QTest::addColumn<int>("format");
    for (const DType dtype : formats)
        QTest::newRow(qPrintable(file_name(dtype))) << static_cast<int>(dtype);
}
} // namespace

class QuantGoldenTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void decodes_data() { add_rows(kBlockFormats); }
    void decodes() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        const DTypeTraits& t = traits(dtype);
        const QByteArray file = golden(file_name(dtype) + QStringLiteral(".decode"));
        uint32_t count = 0;
        QVERIFY(file.size() > 4);
        std::memcpy(&count, file.constData(), 4);
        const auto block_bytes = static_cast<int64_t>(count) * t.block_bytes;
        const std::vector<float> expected = floats(file.mid(static_cast<int>(4 + block_bytes)));
        QCOMPARE(static_cast<int64_t>(expected.size()), static_cast<int64_t>(count) * t.block_size);

        const DecodeRow decode = decode_row(dtype);
        QVERIFY(decode != nullptr);
        for (int shift = 0; shift < 2; ++shift) { // rows may start at any address
            std::vector<char> blocks(static_cast<size_t>(block_bytes + shift));
            std::memcpy(blocks.data() + shift, file.constData() + 4, static_cast<size_t>(block_bytes));
            std::vector<float> values(expected.size() + 1, 12345.0f);
            decode(blocks.data() + shift, values.data(), static_cast<int64_t>(expected.size()));
            for (size_t i = 0; i < expected.size(); ++i) {
                QVERIFY2(bits(values[i]) == bits(expected[i]),
                         qPrintable(QStringLiteral("value %1: %2, expected %3")
                                        .arg(i)
                                        .arg(double(values[i]), 0, 'g', 9)
                                        .arg(double(expected[i]), 0, 'g', 9)));
            }
            QCOMPARE(values.back(), 12345.0f);
        }
    }

    void gridsAreTheReferences() {
        QByteArray all;
        const auto append = [&](const auto& grid, int divisor) {
            for (const auto& point : grid.at) {
                for (const int8_t value : point)
                    all.append(static_cast<char>(value / divisor));
            }
        };
        append(kIq2XxsGrid, 1);
        append(kIq2XsGrid, 1);
        append(kIq2SGrid, 1);
        append(kIq3XxsGrid, 1);
        append(kIq3SGrid, 1);
        append(kIq1Grid, 8);
        QVERIFY(all == golden(QStringLiteral("grids.i8")));
    }

    void encodes_data() { add_rows(kEncoded); }
    void encodes() {
        QFETCH(int, format);
        const auto dtype = static_cast<DType>(format);
        const std::vector<float> input = floats(golden(QStringLiteral("input.f32")));
        const QByteArray expected = golden(file_name(dtype) + QStringLiteral(".encode"));
        const auto values = static_cast<int64_t>(input.size());
        QVERIFY(values > 0);
        QCOMPARE(int64_t{expected.size()}, row_bytes(dtype, values));

        const EncodeRow encode = encode_row(dtype);
        QVERIFY(encode != nullptr);
        QByteArray out(expected.size() + 1, '\x5a');
        encode(input.data(), out.data(), values);
        const int64_t block_bytes = row_bytes(dtype, 32);
        for (int64_t block = 0; block < values / 32; ++block) {
            const auto at = static_cast<int>(block * block_bytes), n = static_cast<int>(block_bytes);
            QVERIFY2(out.mid(at, n) == expected.mid(at, n),
                     qPrintable(QStringLiteral("block %1: %2, expected %3")
                                    .arg(block)
                                    .arg(QString::fromLatin1(out.mid(at, n).toHex()),
                                         QString::fromLatin1(expected.mid(at, n).toHex()))));
        }
        QCOMPARE(out.back(), '\x5a');
    }

    void sixteenBitFormatsRoundLikeTheReference() {
        const std::vector<float> patterns = floats(golden(QStringLiteral("bits.f32")));
        QCOMPARE(patterns.size(), size_t{4096});
        for (const DType dtype : {DType::F16, DType::BF16}) {
            const QByteArray expected = golden(QStringLiteral("bits.") + file_name(dtype));
            QByteArray out(expected.size(), '\0');
            encode_row(dtype)(patterns.data(), out.data(), 4096);
            QVERIFY2(out == expected, name(dtype).data());
        }
    }

    // Encoding what was decoded gives the same values again: the formats' own grid is a fixed point.
    void plainFormatsKeepEveryBit() {
        std::vector<uint16_t> all(65536);
        for (uint32_t i = 0; i < 65536; ++i)
            all[i] = static_cast<uint16_t>(i);
        for (const DType dtype : {DType::F16, DType::BF16}) {
            std::vector<float> values(65536);
            std::vector<uint16_t> again(65536);
            decode_row(dtype)(all.data(), values.data(), 65536);
            encode_row(dtype)(values.data(), again.data(), 65536);
            for (uint32_t i = 0; i < 65536; ++i) {
                const bool nan = dtype == DType::F16 ? (i & 0x7fff) > 0x7c00 : (i & 0x7fff) > 0x7f80;
                if (!nan) QCOMPARE(again[i], all[i]);
            }
        }
    }

    // Infinity and NaN spoil their own block, never a neighbour, and decoding it stays defined.
    void encodersSurviveWhatWeightsMustNotHold() {
        for (const DType dtype : kEncoded) {
            for (const float bad :
                 {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                  std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::max()}) {
                std::vector<float> values(96, 0.5f), clean(96, 0.5f), decoded(96);
                values[32] = values[50] = bad;
                std::vector<char> out(static_cast<size_t>(row_bytes(dtype, 96)), 'x'), expected = out;
                encode_row(dtype)(values.data(), out.data(), 96);
                encode_row(dtype)(clean.data(), expected.data(), 96);
                const auto block = static_cast<size_t>(row_bytes(dtype, 32));
                QVERIFY(std::memcmp(out.data(), expected.data(), block) == 0);
                QVERIFY(std::memcmp(out.data() + 2 * block, expected.data() + 2 * block, block) == 0);
                decode_row(dtype)(out.data(), decoded.data(), 96);
                QVERIFY(decoded[0] > 0.4f && decoded[95] > 0.4f);
            }
        }
    }

    void e4m3IsItsFormula() {
        for (int i = 0; i < 256; ++i) {
            const int exponent = i >> 3 & 15, mantissa = i & 7;
            const double magnitude =
                exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(8 + mantissa, exponent - 10);
            const float value = e4m3_to_float(static_cast<uint8_t>(i));
            if ((i & 127) == 127) {
                QVERIFY(std::isnan(value));
            } else {
                QCOMPARE(double(value), i < 128 ? magnitude : -magnitude);
                QCOMPARE(std::signbit(value), i >= 128);
            }
        }
    }

    void rowsOfF8AreTheProductWithTheirScales() {
        constexpr int64_t kN = 256;
        std::vector<uint8_t> row(kN), blocks(2 * 132);
        for (size_t i = 0; i < row.size(); ++i)
            row[i] = static_cast<uint8_t>(i);
        for (const float d : {1.0f, 0.1f, -3e-3f, 1e-44f, 1e36f}) {
            const float scales[2] = {d, d / 3};
            std::vector<float> values(kN), packed(kN);
            decode_f8_row(row.data(), scales, kN, values.data());
            pack_f8_row(row.data(), scales, kN, blocks.data());
            decode_row(DType::F8_B128)(blocks.data(), packed.data(), kN);
            for (size_t i = 0; i < row.size(); ++i) {
                const float expected = scales[i / 128] * e4m3_to_float(row[i]);
                if (std::isnan(expected)) {
                    QVERIFY(std::isnan(values[i]) && std::isnan(packed[i]));
                } else {
                    QCOMPARE(bits(values[i]), bits(expected));
                    QCOMPARE(bits(packed[i]), bits(expected));
                }
            }
            std::vector<float> part(131, 7.0f); // any length
            decode_f8_row(row.data(), scales, 130, part.data());
            QCOMPARE(bits(part[129]), bits(values[129]));
            QCOMPARE(part[130], 7.0f);
        }
    }

    // The extremes and 0 are levels, all else is at most half a step off.
    void groupsAreWithinHalfAStep() {
        for (const DType dtype : kGroups) {
            const int n = traits(dtype).block_size, top = name(dtype)[1] == '4' ? 15 : 255;
            std::vector<float> values(static_cast<size_t>(n)), decoded(values.size());
            std::vector<char> block(static_cast<size_t>(traits(dtype).block_bytes));
            for (const float shift : {-1.0f, -0.3f, 0.0f, 1.0f}) {
                for (int i = 0; i < n; ++i)
                    values[static_cast<size_t>(i)] =
                        shift + static_cast<float>((i * 37) % n) / static_cast<float>(n);
                values[5] = 0;
                encode_row(dtype)(values.data(), block.data(), n);
                decode_row(dtype)(block.data(), decoded.data(), n);
                const auto [low, high] = std::minmax_element(values.begin(), values.end());
                const float step = (*high - *low) / static_cast<float>(top);
                QCOMPARE(decoded[5], 0.0f);
                for (size_t i = 0; i < values.size(); ++i)
                    QVERIFY(std::fabs(decoded[i] - values[i]) <=
                            step * 1.001f); // its own half and the zero's
            }
        }
    }

    void groupsSurviveWhatWeightsMustNotHold() {
        for (const DType dtype : kGroups) {
            const auto n = static_cast<size_t>(traits(dtype).block_size);
            for (const float bad :
                 {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(),
                  -std::numeric_limits<float>::max(), 1e-45f}) {
                std::vector<float> values(2 * n, 0.5f), decoded(2 * n);
                values[0] = values[n - 1] = bad;
                values[1] = -bad;
                std::vector<char> blocks(static_cast<size_t>(row_bytes(dtype, static_cast<int64_t>(2 * n))));
                encode_row(dtype)(values.data(), blocks.data(), static_cast<int64_t>(2 * n));
                decode_row(dtype)(blocks.data(), decoded.data(), static_cast<int64_t>(2 * n));
                for (size_t i = n; i < 2 * n; ++i)
                    QVERIFY(std::fabs(decoded[i] - 0.5f) < 1e-6f);
            }
            const std::vector<float> zeros(n, 0.0f);
            std::vector<float> decoded(n, 1.0f);
            std::vector<char> block(static_cast<size_t>(traits(dtype).block_bytes));
            encode_row(dtype)(zeros.data(), block.data(), static_cast<int64_t>(n));
            decode_row(dtype)(block.data(), decoded.data(), static_cast<int64_t>(n));
            QCOMPARE(decoded, zeros);
        }
    }

    void formatsWithoutDefinitionSayNothing() {
        for (const DType dtype : {DType::TQ1_0, DType::Q8_K, DType::I8, DType::F8_E4M3, DType::F64}) {
            QVERIFY(decode_row(dtype) == nullptr);
            QVERIFY(encode_row(dtype) == nullptr);
        }
        QVERIFY(encode_row(DType::Q4_K) == nullptr);
    }
};

QTEST_APPLESS_MAIN(QuantGoldenTest)
#include "quant_golden_test.moc"
