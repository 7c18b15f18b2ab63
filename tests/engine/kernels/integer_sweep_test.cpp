// Products with activations as bytes: every format x instruction set x odd shape, under guard pages.
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/kernels/reference/reference.h"
#include "tests/engine/kernels/guarded_rows.h"
#include "tests/support/tensor_compare.h"

using namespace engine;
using kernels::KernelTable;
using kernels::kPanelDepth;
using kernels::kQuantBlock;
using kernels::QuantizedRow;
using samples::Weights;
using support::Expected;
using support::GuardedBuffer;

namespace {
struct Case {
    const KernelTable* table;
    DType dtype;
    const kernels::FormatKernels& kernels() const { return table->formats[static_cast<size_t>(dtype)]; }
};
// Only those tables and formats that have such products.
std::vector<Case> cases() {
    std::vector<Case> all;
    for (const auto* table : samples::tables()) {
        for (const DType dtype : samples::formats()) {
            if (table->formats[static_cast<size_t>(dtype)].dot_quantized != nullptr)
                all.push_back({table, dtype});
        }
    }
    return all;
}
void add_cases() {
    QTest::addColumn<int>("index");
    const auto all = cases();
    for (size_t i = 0; i < all.size(); ++i)
        QTest::newRow((std::to_string(i) + "/" + samples::name_of(*all[i].table, all[i].dtype)).c_str())
            << static_cast<int>(i);
}

double d(float x) {
    return static_cast<double>(x);
}

// A quantised row whose arrays end at guard pages.
struct Bytes {
    int64_t n;
    GuardedBuffer values, scales, sums, half_sums, turned, turned_scales;
    explicit Bytes(int64_t length)
        : n(length),
          values(length),
          scales(length / 8),
          sums(length / 8),
          half_sums(length / 4),
          turned(chunks() * kernels::kTurnedValues),
          turned_scales(4 * chunks() * kernels::kTurnedScales) {}
    int64_t chunks() const { return (n + kernels::kTurnedValues - 1) / kernels::kTurnedValues; }
    QuantizedRow row() const {
        return {reinterpret_cast<int8_t*>(values.data()),
                scales.floats(),
                sums.floats(),
                half_sums.floats(),
                reinterpret_cast<int8_t*>(turned.data()),
                turned_scales.floats(),
                0};
    }
    double value(int64_t i) const { return d(scales.floats()[i / kQuantBlock]) * row().values[i]; }
};

struct Activations {
    std::vector<std::unique_ptr<Bytes>> bytes;
    std::vector<QuantizedRow> rows;
    std::vector<std::vector<float>> floats;
    Activations(const KernelTable& table, Random& random, int64_t count, int64_t n) {
        for (int64_t t = 0; t < count; ++t) {
            floats.push_back(samples::floats(random, n, t % 2 == 0 ? 1.0f : 300.0f));
            bytes.push_back(std::make_unique<Bytes>(n));
            table.quantize_row(floats.back().data(), n, bytes.back()->row());
            rows.push_back(bytes.back()->row());
        }
    }
};

// Within a sub-block the sum is exact; then up to n / 16 terms of each lane are added. Before a minimum or an
// offset is taken off, a term is up to four times the largest value of its block.
Expected dot(const std::vector<float>& w, const Bytes& x) {
    double sum = 0, magnitudes = 0;
    for (int64_t b = 0; b < x.n; b += kQuantBlock) {
        double largest = 0, activations = 0;
        for (int64_t i = b; i < b + kQuantBlock; ++i) {
            sum += d(w[static_cast<size_t>(i)]) * x.value(i);
            largest = std::max(largest, std::fabs(d(w[static_cast<size_t>(i)])));
            activations += std::fabs(x.value(i));
        }
        magnitudes += 4 * largest * activations;
    }
    return {sum, support::rounding_of_sum(x.n / 16 + 24, magnitudes)};
}

void check(std::span<const float> actual, const std::vector<Expected>& expected) {
    const auto result = support::compare(actual, expected);
    QVERIFY2(result.ok, result.message.c_str());
}
} // namespace

class IntegerSweepTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // Every table rounds the same way as the reference, so a model's answer does not depend on which
    // quantises.
    void quantisesLikeTheReference() {
        Random random(1);
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        for (const auto* table : samples::tables()) {
            for (const int64_t n : {32, 64, 96, 1024}) {
                for (const float magnitude : {1.0f, 1e-20f, 1e-33f, 1e30f, 3e38f, 0.0f}) {
                    auto x = samples::floats(random, n, magnitude);
                    for (const float special : {0.0f, std::nanf(""), kInfinity, -kInfinity, 1e-44f}) {
                        x[static_cast<size_t>(n) - 7] = special;
                        const Bytes actual(n), expected(n);
                        table->quantize_row(x.data(), n, actual.row());
                        kernels::reference_table().quantize_row(x.data(), n, expected.row());
                        QVERIFY(std::equal(actual.values.data(), actual.values.data() + n,
                                           expected.values.data()));
                        QVERIFY(support::compare_bits(actual.scales.span(), expected.scales.span()).ok ||
                                std::isnan(special));
                        if (!std::isfinite(special)) {
                            QVERIFY(!std::isfinite(actual.scales.floats()[n / 32 - 1]));
                            continue;
                        }
                        QVERIFY(support::compare_bits(actual.sums.span(), expected.sums.span()).ok);
                        QVERIFY(support::compare_bits(actual.half_sums.span(), expected.half_sums.span()).ok);
                    }
                }
            }
        }
    }

    void quantisationErrorIsHalfAStep() {
        Random random(2);
        const auto& table = kernels::reference_table();
        const auto x = samples::floats(random, 4096, 5);
        const Bytes bytes(4096);
        table.quantize_row(x.data(), 4096, bytes.row());
        for (int64_t i = 0; i < 4096; ++i) {
            const double step = d(bytes.scales.floats()[i / 32]);
            QVERIFY(std::fabs(bytes.value(i) - d(x[static_cast<size_t>(i)])) <= step * (0.5 + 1e-4));
        }
    }

    void dotProductsAreWithinRounding_data() { add_cases(); }
    void dotProductsAreWithinRounding() {
        QFETCH(int, index);
        const Case c = cases()[static_cast<size_t>(index)];
        Random random(11);
        for (const int64_t n : samples::lengths(c.dtype)) {
            for (const int64_t rows : {1, 2, 3, 4, 5, 9, 35}) {
                const auto edge = rows % 2 == 0 ? GuardedBuffer::Edge::begin : GuardedBuffer::Edge::end;
                const Weights weights(random, c.dtype, rows, n, rows % 3, edge);
                for (const int64_t count : {1, 2, 3, 4, 5, 7, 8, 13}) {
                    const Activations x(*c.table, random, count, n);
                    const int64_t y_stride = rows + count % 2;
                    const GuardedBuffer y(((count - 1) * y_stride + rows) * 4);
                    c.kernels().dot_quantized(weights.buffer.data(), weights.stride, rows, x.rows.data(),
                                              count, n, y.floats(), y_stride);
                    for (int64_t t = 0; t < count; ++t) {
                        std::vector<Expected> expected;
                        for (const auto& w : weights.values)
                            expected.push_back(dot(w, *x.bytes[static_cast<size_t>(t)]));
                        check({y.floats() + t * y_stride, static_cast<size_t>(rows)}, expected);
                    }
                }
            }
        }
    }

    void dotProductsDoNotDependOnTheirNeighbours_data() { add_cases(); }
    void dotProductsDoNotDependOnTheirNeighbours() {
        QFETCH(int, index);
        const Case c = cases()[static_cast<size_t>(index)];
        Random random(13);
        const int64_t n = samples::lengths(c.dtype).back();
        constexpr int64_t kRows = 21, kCount = 11;
        const Weights weights(random, c.dtype, kRows, n, 0, GuardedBuffer::Edge::end);
        const Activations x(*c.table, random, kCount, n);
        std::vector<float> all(kRows * kCount), alone(kRows * kCount);
        c.kernels().dot_quantized(weights.buffer.data(), weights.stride, kRows, x.rows.data(), kCount, n,
                                  all.data(), kRows);
        for (int64_t t = 0; t < kCount; ++t) {
            for (int64_t r = 0; r < kRows; ++r)
                c.kernels().dot_quantized(weights.buffer.data() + r * weights.stride, weights.stride, 1,
                                          &x.rows[static_cast<size_t>(t)], 1, n,
                                          &alone[static_cast<size_t>(t * kRows + r)], 1);
        }
        QVERIFY(support::compare_bits(all, alone).ok);
    }

    void everyValueCounts_data() { add_cases(); }
    void everyValueCounts() {
        QFETCH(int, index);
        const Case c = cases()[static_cast<size_t>(index)];
        Random random(19);
        for (const int64_t n : samples::lengths(c.dtype)) {
            const Weights weights(random, c.dtype, 1, n, 0, GuardedBuffer::Edge::end);
            std::vector<float> x(static_cast<size_t>(n), 0.0f);
            const Bytes bytes(n);
            const QuantizedRow row = bytes.row();
            for (size_t i = 0; i < x.size(); ++i) {
                x[i] = 1;
                c.table->quantize_row(x.data(), n, row);
                x[i] = 0;
                float y = 0;
                c.kernels().dot_quantized(weights.buffer.data(), 0, 1, &row, 1, n, &y, 1);
                const Expected expected = dot(weights.values[0], bytes);
                check({&y, 1}, {expected});
                QVERIFY(std::fabs(expected.value - d(weights.values[0][i])) <=
                        1e-6 * std::fabs(d(weights.values[0][i])));
            }
        }
    }

    void infinitiesAndNansStayVisible_data() { add_cases(); }
    void infinitiesAndNansStayVisible() {
        QFETCH(int, index);
        const Case c = cases()[static_cast<size_t>(index)];
        Random random(23);
        const int64_t n = samples::lengths(c.dtype).back();
        const Weights weights(random, c.dtype, 1, n, 0, GuardedBuffer::Edge::end);
        for (const float special : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
            auto x = samples::floats(random, n);
            x[static_cast<size_t>(n) / 2] = special;
            const Bytes bytes(n);
            const QuantizedRow row = bytes.row();
            c.table->quantize_row(x.data(), n, row);
            float y = 0;
            c.kernels().dot_quantized(weights.buffer.data(), 0, 1, &row, 1, n, &y, 1);
            QVERIFY(!std::isfinite(y));
        }
    }

    void panelsMultiply_data() { add_cases(); }
    void panelsMultiply() {
        QFETCH(int, index);
        const Case c = cases()[static_cast<size_t>(index)];
        if (c.kernels().panel->operands != kernels::PanelOperands::bytes)
            QSKIP("panels of floats have tests of their own");
        Random random(29);
        for (const int64_t n : samples::lengths(c.dtype)) {
            if (n > kPanelDepth) continue;
            for (const int64_t rows : {1, 5, 6, 7, 13, 30}) {
                for (int64_t count = 1; count <= c.kernels().panel->tile; count += 5)
                    checkPanel(c, random, n, rows, count);
            }
        }
    }

 private:
    static void checkPanel(const Case& c, Random& random, int64_t n, int64_t rows, int64_t count) {
        const auto& panel = *c.kernels().panel;
        const int64_t width = std::min((count + panel.lanes - 1) / panel.lanes * panel.lanes, panel.tile);
        const Activations x(*c.table, random, count, n);
        std::vector<const float*> pointers;
        for (const auto& row : x.floats)
            pointers.push_back(row.data());
        const GuardedBuffer packed(n / kQuantBlock * width * panel.packed_bytes),
            room(rows * panel.panel_bytes), sums(rows * width * 4), y(((count - 1) * (rows + 3) + rows) * 4);
        const Weights weights(random, c.dtype, rows, n, rows % 2, GuardedBuffer::Edge::end);
        panel.pack(pointers.data(), count, n, packed.data(), width);
        c.kernels().decode_panel(weights.buffer.data(), weights.stride, rows, n, room.data(), nullptr);
        std::fill(sums.span().begin(), sums.span().end(), std::nanf(""));
        panel.multiply(room.data(), rows, packed.data(), width, n, sums.floats(), false);
        panel.multiply(room.data(), rows, packed.data(), width, n, sums.floats(), true);
        panel.store(sums.floats(), rows, width, count, nullptr, y.floats(), rows + 3);
        for (int64_t t = 0; t < count; ++t) {
            std::vector<Expected> expected;
            for (const auto& w : weights.values) {
                Expected e = dot(w, *x.bytes[static_cast<size_t>(t)]);
                expected.push_back({2 * e.value, 2 * e.allowed});
            }
            check({y.floats() + t * (rows + 3), static_cast<size_t>(rows)}, expected);
        }
    }
};

QTEST_APPLESS_MAIN(IntegerSweepTest)
#include "integer_sweep_test.moc"
