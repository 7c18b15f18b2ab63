// Panels whose weights and activations are bytes with one scale per 256 columns (AMX): every such format, odd
// shapes, under guard pages. What a byte counts is worked out from the weights' own headers.
#include <QTest>
#include <array>

#include "engine/base/half.h"
#include "engine/kernels/quant/blocks.h"
#include "tests/engine/kernels/panel_case.h"
#include "tests/support/tensor_compare.h"

using namespace engine;
using kernels::PanelOperands;
using samples::Activations;
using samples::PanelCase;
using samples::Weights;
using support::Expected;

namespace {
constexpr int64_t kBlock = 256;

std::vector<PanelCase> cases() {
    std::vector<PanelCase> all;
    for (const auto* table : samples::tables()) {
        for (const DType dtype : samples::formats()) {
            if (table->formats[static_cast<size_t>(dtype)].panel->operands == PanelOperands::block_bytes)
                all.push_back({table, dtype});
        }
    }
    return all;
}
void add_cases() {
    samples::add_cases(cases());
}
#define FETCH_CASE(name)                               \
    QFETCH(int, index);                                \
    if (index < 0) QSKIP("no AVX-512 with VBMI here"); \
    const PanelCase name = cases()[static_cast<size_t>(index)]

// Of 256 weights: what a byte counts, and by how much sub-blocks of 32 are moved.
struct BlockMeaning {
    double step = 0;
    std::array<double, 8> offsets{};
};

// Doublings that take the greatest to `limit` at most.
double doubled(int greatest, int limit) {
    double factor = 1;
    for (; greatest > 0 && 2 * greatest <= limit; greatest *= 2)
        factor *= 2;
    return factor;
}

template <class Block>
BlockMeaning six_bit_meaning(const std::byte* from, int centre, double unit) {
    Block block;
    std::memcpy(&block, from, sizeof block);
    const auto* const s = block.scales; // layout in quant/blocks.h
    std::array<int, 8> scales{}, minima{};
    for (size_t i = 0; i < 4; ++i) {
        scales[i] = s[i] & 63;
        minima[i] = s[i + 4] & 63;
        scales[i + 4] = (s[i + 8] & 15) | s[i] >> 6 << 4;
        minima[i + 4] = s[i + 8] >> 4 | s[i + 4] >> 6 << 4;
    }
    const auto d = static_cast<double>(half_to_float(block.d)),
               dmin = static_cast<double>(half_to_float(block.dmin));
    BlockMeaning meaning{std::fabs(d) * unit / doubled(*std::max_element(scales.begin(), scales.end()), 63),
                         {}};
    for (size_t i = 0; i < 8; ++i)
        meaning.offsets[i] = d * centre * scales[i] - dmin * minima[i];
    return meaning;
}

BlockMeaning meaning_of(DType dtype, const std::byte* block) {
    if (dtype == DType::Q4_K) return six_bit_meaning<kernels::BlockQ4_K>(block, 8, 4);
    if (dtype == DType::Q5_K) return six_bit_meaning<kernels::BlockQ5_K>(block, 16, 8);
    const auto meaning = [&](kernels::half d, double unit, int greatest, int limit) {
        return BlockMeaning{
            std::fabs(static_cast<double>(half_to_float(d))) * unit / doubled(greatest, limit), {}};
    };
    if (dtype == DType::Q6_K) {
        kernels::BlockQ6_K q6;
        std::memcpy(&q6, block, sizeof q6);
        int greatest = 0;
        for (const int8_t scale : q6.scales)
            greatest = std::max(greatest, std::abs(static_cast<int>(scale)));
        return meaning(q6.d, 4096.0 / 127, greatest, 127);
    }
    if (dtype == DType::Q3_K) {
        kernels::BlockQ3_K q3;
        std::memcpy(&q3, block, sizeof q3);
        int greatest = 0;
        for (size_t i = 0; i < 16; ++i) {
            const int low = q3.scales[i % 8] >> (i < 8 ? 0 : 4) & 15;
            const int high = q3.scales[8 + i % 4] >> (2 * (i / 4)) & 3;
            greatest = std::max(greatest, std::abs((low | high << 4) - 32));
        }
        return meaning(q3.d, 128.0 / 127, greatest, 31);
    }
    kernels::BlockIQ4_XS iq4;
    std::memcpy(&iq4, block, sizeof iq4);
    int greatest = 0;
    for (int i = 0; i < 8; ++i) {
        const int low = iq4.scales_l[i / 2] >> (4 * (i % 2)) & 15, high = iq4.scales_h >> (2 * i) & 3;
        greatest = std::max(greatest, std::abs((low | high << 4) - 32));
    }
    return meaning(iq4.d, 32, greatest, 31);
}

// No scale keeps more than its lowest bits (four: Q6_K's reach from -8 to 7).
void shrink_scales(DType dtype, int bits, std::byte* block) {
    const auto low = static_cast<std::byte>((1 << bits) - 1), both = low | low << 4;
    const auto each = [&](int first, int count, auto change) {
        for (int i = first; i < first + count; ++i)
            block[i] = change(block[i]);
    };
    switch (dtype) {
        case DType::Q6_K:
            return each(192, 16, [&](std::byte scale) {
                return static_cast<std::byte>(static_cast<int>(scale & low) - (bits == 4 ? 8 : 0));
            });
        case DType::Q3_K: // the high bits say 32, which is taken away
            each(96, 8, [&](std::byte two) { return two & both; });
            return each(104, 4, [](std::byte) { return std::byte{0xaa}; });
        case DType::IQ4_XS:
            each(2, 2, [](std::byte) { return std::byte{0xaa}; });
            return each(4, 4, [&](std::byte two) { return two & both; });
        default:
            each(4, 4, [&](std::byte scale) { return scale & low; });
            return each(12, 4, [&](std::byte two) { return two & (low | std::byte{0xf0}); });
    }
}

// As the definition has them: scale the greatest magnitude / 127.
std::vector<double> rounded(const float* x, int64_t n) {
    std::vector<double> result;
    for (int64_t from = 0; from < n; from += kBlock) {
        float greatest = 0;
        for (int64_t i = from; i < from + kBlock; ++i)
            greatest = std::max(greatest, std::fabs(x[i]));
        const float scale = greatest / 127.0f, inverse = greatest > 0 ? 127.0f / greatest : 0;
        for (int64_t i = from; i < from + kBlock; ++i)
            result.push_back(static_cast<double>(scale) *
                             static_cast<double>(std::nearbyint(x[i] * inverse)));
    }
    return result;
}

// Row r of `w` times x, `times` over, plus bias. Bytes are off by half a step at most; offsets are BF16, and
// so are the two parts of the sums that they meet.
Expected product(DType dtype, const Weights& w, int64_t r, const std::vector<double>& x, int times,
                 double bias) {
    double sum = 0, magnitudes = 0, off = 0;
    const int64_t block_bytes = traits(dtype).block_bytes;
    for (int64_t b = 0; b < w.n / kBlock; ++b) {
        const BlockMeaning meaning = meaning_of(dtype, w.buffer.data() + r * w.stride + b * block_bytes);
        for (int64_t s = 0; s < 8; ++s) {
            double of_sub_block = 0;
            const double offset = meaning.offsets[static_cast<size_t>(s)];
            for (int64_t i = kBlock * b + 32 * s; i < kBlock * b + 32 * s + 32; ++i) {
                const auto at = static_cast<size_t>(i);
                const auto weight = static_cast<double>(w.values[static_cast<size_t>(r)][at]);
                sum += weight * x[at];
                magnitudes += (std::fabs(weight) + std::fabs(offset)) * std::fabs(x[at]);
                off += meaning.step / 2 * std::fabs(x[at]);
                of_sub_block += x[at];
            }
            off += std::fabs(offset * of_sub_block) * 0x1p-8;
        }
    }
    const int64_t additions = 20 + 3 * (w.n / kBlock);
    return {times * sum + bias,
            times * off + support::rounding_of_sum(additions, times * magnitudes + std::fabs(bias)) +
                static_cast<double>(w.n) * 0x1p-110};
}
} // namespace

class BlockSweepTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void weightsAreOffByHalfAStep_data() { add_cases(); }
    void weightsAreOffByHalfAStep() {
        FETCH_CASE(c);
        Random random(3);
        for (const int64_t n : c.depths()) {
            const Weights w(random, c.dtype, 5, n, 1);
            for (int64_t from = 0; from < n; from += c.panel().tile) {
                Activations x;
                for (int64_t i = from; i < from + c.panel().tile; ++i) {
                    x.append(std::vector<float>(static_cast<size_t>(n)));
                    x.buffers.back()->floats()[i] = 1;
                }
                check(c, w, x, 1);
            }
        }
    }

    // Small scales count as much as great ones: the bytes' range is used.
    void smallScalesLoseNothing_data() { add_cases(); }
    void smallScalesLoseNothing() {
        FETCH_CASE(c);
        Random random(17);
        for (const int bits : {0, 1, 2, 4}) {
            Weights w(random, c.dtype, 16, kBlock, 0);
            for (int64_t r = 0; r < w.rows; ++r) {
                std::byte* const block = w.buffer.data() + r * w.stride;
                shrink_scales(c.dtype, bits, block);
                w.values[static_cast<size_t>(r)] = samples::decoded(c.dtype, block, kBlock);
            }
            check(c, w, samples::random_activations(random, 5, kBlock), 1);
        }
    }

    void panelsMultiply_data() { add_cases(); }
    void panelsMultiply() {
        FETCH_CASE(c);
        Random random(5);
        for (const int64_t n : c.depths()) {
            for (const int64_t rows : {1, 5, 15, 16, 17, 31, 32}) {
                const Weights w(random, c.dtype, rows, n, rows % 3);
                for (int64_t count = 1; count <= c.panel().tile; count += 6)
                    check(c, w, samples::random_activations(random, count, n), 2, &random);
            }
        }
    }

    void productsDoNotDependOnTheirNeighbours_data() { add_cases(); }
    void productsDoNotDependOnTheirNeighbours() {
        FETCH_CASE(c);
        QVERIFY(samples::tokens_stand_alone(c));
    }

    void infinitiesAndNansStayVisible_data() { add_cases(); }
    void infinitiesAndNansStayVisible() {
        FETCH_CASE(c);
        QVERIFY(samples::specials_stay_visible(c));
    }

    void zerosAndTinyNumbersGiveZero_data() { add_cases(); }
    void zerosAndTinyNumbersGiveZero() {
        FETCH_CASE(c);
        Random random(19);
        const Weights w(random, c.dtype, 3, kBlock, 0);
        Activations x;
        x.append(std::vector<float>(kBlock));
        x.append(std::vector<float>(kBlock, 1e-31f));
        for (const float y : multiply(c, w, x, 1))
            QCOMPARE(y, 0.0f);
    }

 private:
    static void check(const PanelCase& c, const Weights& w, const Activations& x, int times,
                      Random* random = nullptr) {
        const auto bias = random != nullptr ? samples::floats(*random, w.rows)
                                            : std::vector<float>(static_cast<size_t>(w.rows));
        const auto y = multiply(c, w, x, times, bias.data());
        std::vector<Expected> expected;
        for (const float* const row : x.rows) {
            const auto values = rounded(row, w.n);
            for (int64_t r = 0; r < w.rows; ++r)
                expected.push_back(
                    product(c.dtype, w, r, values, times, static_cast<double>(bias[static_cast<size_t>(r)])));
        }
        const auto result = support::compare(y, expected);
        QVERIFY2(result.ok, result.message.c_str());
    }
};

QTEST_APPLESS_MAIN(BlockSweepTest)
#include "block_sweep_test.moc"
