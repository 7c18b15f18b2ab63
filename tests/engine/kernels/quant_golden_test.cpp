// kernels/quant: every format's decode and encode against the reference's bytes, bit for bit.
#include <QFile>
#include <QTest>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/base/dtype.h"
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

const std::vector<DType> kBlockFormats = {DType::Q4_0,   DType::Q4_1,   DType::Q5_0, DType::Q5_1, DType::Q8_0,
                                          DType::Q2_K,   DType::Q3_K,   DType::Q4_K, DType::Q5_K, DType::Q6_K,
                                          DType::IQ4_NL, DType::IQ4_XS, DType::MXFP4};
const std::vector<DType> kEncoded = {DType::F16,  DType::BF16, DType::Q4_0, DType::Q4_1,
                                     DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::MXFP4};

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

    void formatsWithoutDefinitionSayNothing() {
        for (const DType dtype : {DType::IQ2_XXS, DType::Q8_K, DType::I8, DType::F8_E4M3, DType::F64}) {
            QVERIFY(decode_row(dtype) == nullptr);
            QVERIFY(encode_row(dtype) == nullptr);
        }
        QVERIFY(encode_row(DType::Q4_K) == nullptr);
    }
};

QTEST_APPLESS_MAIN(QuantGoldenTest)
#include "quant_golden_test.moc"
