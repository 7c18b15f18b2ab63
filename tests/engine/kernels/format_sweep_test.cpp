// Every number format x instruction set x odd shape against the scalar definition, under guard pages.
#include <QTest>
#include <algorithm>
#include <memory>
#include <set>

#include "engine/kernels/cpu/select.h"
#include "tests/engine/kernels/guarded_rows.h"
#include "tests/support/tensor_compare.h"

using namespace engine;
using kernels::KernelTable;
using samples::Weights;
using support::Expected;
using support::GuardedBuffer;

namespace {
struct Case {
    const KernelTable* table;
    DType dtype;
};
std::vector<Case> cases() {
    std::vector<Case> all;
    for (const auto* table : samples::tables()) {
        for (const DType dtype : samples::formats())
            all.push_back({table, dtype});
    }
    return all;
}
void add_cases() {
    QTest::addColumn<int>("index");
    const auto all = cases();
    for (size_t i = 0; i < all.size(); ++i)
        QTest::newRow(samples::name_of(*all[i].table, all[i].dtype).c_str()) << static_cast<int>(i);
}

// Activation rows, each against a guard page of its own.
struct Activations {
    std::vector<std::unique_ptr<GuardedBuffer>> buffers;
    std::vector<const float*> rows;
    Activations(Random& random, int64_t count, int64_t n) {
        for (int64_t t = 0; t < count; ++t) {
            buffers.push_back(std::make_unique<GuardedBuffer>(n * 4));
            const auto values = samples::floats(random, n);
            std::copy(values.begin(), values.end(), buffers.back()->floats());
            rows.push_back(buffers.back()->floats());
        }
    }
};

// In every kernel a term of a dot product passes through at most n / 16 + 16 additions: the narrowest runs
// two accumulators of 8 lanes, plus the tail's turns and the final reduction.
Expected dot(const std::vector<float>& w, const float* x) {
    double sum = 0, magnitudes = 0;
    for (size_t i = 0; i < w.size(); ++i) {
        const double term = static_cast<double>(w[i]) * static_cast<double>(x[i]);
        sum += term;
        magnitudes += std::fabs(term);
    }
    return {sum, support::rounding_of_sum(static_cast<int64_t>(w.size()) / 16 + 16, magnitudes)};
}
} // namespace

class FormatSweepTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everyFormatHasKernels() {
        const std::set<DType> promised = {DType::F32,  DType::F16,  DType::BF16, DType::Q4_0,
                                          DType::Q8_0, DType::Q4_K, DType::Q6_K};
        const auto formats = samples::formats();
        for (const DType dtype : promised)
            QVERIFY(std::find(formats.begin(), formats.end(), dtype) != formats.end());
        for (const auto* table : samples::tables()) {
            for (int i = 0; i < kDTypeCount; ++i) {
                const bool decodable =
                    std::find(formats.begin(), formats.end(), static_cast<DType>(i)) != formats.end();
                QCOMPARE(table->formats[i].decode != nullptr, decodable);
                QCOMPARE(table->formats[i].dot_rows != nullptr, decodable);
            }
        }
    }

    void decodesToTheLastBit_data() { add_cases(); }
    void decodesToTheLastBit() {
        QFETCH(int, index);
        const auto [table, dtype] = cases()[static_cast<size_t>(index)];
        Random random(7);
        for (const auto scales : {samples::Scales::moderate, samples::Scales::any}) {
            for (const int64_t n : samples::lengths(dtype)) {
                for (const auto edge : {GuardedBuffer::Edge::begin, GuardedBuffer::Edge::end}) {
                    const GuardedBuffer row(row_bytes(dtype, n), edge), out(n * 4, edge);
                    for (int round = 0; round < 4; ++round) {
                        samples::fill_rows(random, dtype, 1, n, 0, scales, row.data());
                        table->formats[static_cast<size_t>(dtype)].decode(row.data(), out.floats(), n);
                        const auto result =
                            support::compare_bits(out.span(), samples::decoded(dtype, row.data(), n));
                        QVERIFY2(result.ok, result.message.c_str());
                    }
                }
            }
        }
    }

    void dotProductsAreWithinRounding_data() { add_cases(); }
    void dotProductsAreWithinRounding() {
        QFETCH(int, index);
        const auto [table, dtype] = cases()[static_cast<size_t>(index)];
        const auto dot_rows = table->formats[static_cast<size_t>(dtype)].dot_rows;
        Random random(11);
        for (const int64_t n : samples::lengths(dtype)) {
            for (const int64_t rows : {1, 2, 3, 4, 5, 9, 35}) {
                const auto edge = rows % 2 == 0 ? GuardedBuffer::Edge::begin : GuardedBuffer::Edge::end;
                const Weights weights(random, dtype, rows, n, rows % 3, edge);
                for (const int64_t count : {1, 2, 3, 4, 5, 7, 8, 13}) {
                    const Activations x(random, count, n);
                    const int64_t y_stride = rows + count % 2;
                    const GuardedBuffer y(((count - 1) * y_stride + rows) * 4);
                    dot_rows(weights.buffer.data(), weights.stride, rows, x.rows.data(), count, n, y.floats(),
                             y_stride);
                    for (int64_t t = 0; t < count; ++t) {
                        std::vector<Expected> expected;
                        for (const auto& w : weights.values)
                            expected.push_back(dot(w, x.rows[static_cast<size_t>(t)]));
                        const auto result = support::compare(
                            {y.floats() + t * y_stride, static_cast<size_t>(rows)}, expected);
                        QVERIFY2(result.ok, result.message.c_str());
                    }
                }
            }
        }
    }

    // The promise that threads rest on: a product is the same to the last bit whatever else the call
    // computes.
    void dotProductsDoNotDependOnTheirNeighbours_data() { add_cases(); }
    void dotProductsDoNotDependOnTheirNeighbours() {
        QFETCH(int, index);
        const auto [table, dtype] = cases()[static_cast<size_t>(index)];
        const auto dot_rows = table->formats[static_cast<size_t>(dtype)].dot_rows;
        Random random(13);
        const int64_t n = samples::lengths(dtype).back();
        constexpr int64_t kRows = 21, kCount = 11;
        const Weights weights(random, dtype, kRows, n, 0, GuardedBuffer::Edge::end);
        const Activations x(random, kCount, n);
        std::vector<float> all(kRows * kCount), alone(kRows * kCount);
        dot_rows(weights.buffer.data(), weights.stride, kRows, x.rows.data(), kCount, n, all.data(), kRows);
        for (int64_t t = 0; t < kCount; ++t) {
            for (int64_t r = 0; r < kRows; ++r)
                dot_rows(weights.buffer.data() + r * weights.stride, weights.stride, 1,
                         &x.rows[static_cast<size_t>(t)], 1, n, &alone[static_cast<size_t>(t * kRows + r)],
                         1);
        }
        const auto result = support::compare_bits(all, alone);
        QVERIFY2(result.ok, result.message.c_str());
    }

    // Mapped safetensors files may begin a tensor at any address.
    void rowsMayBeUnaligned_data() { add_cases(); }
    void rowsMayBeUnaligned() {
        QFETCH(int, index);
        const auto [table, dtype] = cases()[static_cast<size_t>(index)];
        const auto& kernels = table->formats[static_cast<size_t>(dtype)];
        Random random(17);
        const int64_t n = samples::lengths(dtype).back();
        std::vector<std::byte> bytes(static_cast<size_t>(row_bytes(dtype, n) + 64));
        samples::fill_rows(random, dtype, 1, n, 0, samples::Scales::moderate, bytes.data());
        const auto expected = samples::decoded(dtype, bytes.data(), n);
        const auto x = samples::floats(random, n);
        const float* const rows[1] = {x.data()};
        const std::vector<std::byte> original = bytes;
        for (size_t offset = 1; offset < 64; offset += 3) {
            std::copy_n(original.begin(), row_bytes(dtype, n), bytes.begin() + static_cast<int64_t>(offset));
            std::vector<float> out(static_cast<size_t>(n));
            kernels.decode(bytes.data() + offset, out.data(), n);
            QVERIFY(support::compare_bits(out, expected).ok);
            float y = 0;
            kernels.dot_rows(bytes.data() + offset, 0, 1, rows, 1, n, &y, 1);
            const Expected e = dot(expected, x.data());
            const auto result = support::compare({&y, 1}, {&e, 1});
            QVERIFY2(result.ok, result.message.c_str());
        }
    }

    // One wrong activation in a thousand, in any place, changes the result: no value is skipped or used
    // twice.
    void everyValueCounts_data() { add_cases(); }
    void everyValueCounts() {
        QFETCH(int, index);
        const auto [table, dtype] = cases()[static_cast<size_t>(index)];
        const auto dot_rows = table->formats[static_cast<size_t>(dtype)].dot_rows;
        Random random(19);
        for (const int64_t n : samples::lengths(dtype)) {
            const Weights weights(random, dtype, 1, n, 0, GuardedBuffer::Edge::end);
            std::vector<float> x(static_cast<size_t>(n), 0.0f);
            const float* const rows[1] = {x.data()};
            for (size_t i = 0; i < x.size(); ++i) {
                x[i] = 1;
                float y = 0;
                dot_rows(weights.buffer.data(), 0, 1, rows, 1, n, &y, 1);
                x[i] = 0;
                QCOMPARE(y, weights.values[0][i]); // exact: the value itself plus zeros
            }
        }
    }

    void forcedTablesAreFoundOrRefused() {
        const CpuFeatures none;
        QVERIFY(kernels::select_table(none, "").ok());
        QCOMPARE(std::string((*kernels::select_table(none, ""))->name), std::string("reference"));
        QCOMPARE(kernels::select_table(none, "avx2").error().code, ErrorCode::unsupported);
        QCOMPARE(kernels::select_table(none, "avx512").error().code, ErrorCode::unsupported);
        QCOMPARE(kernels::select_table(none, "amx").error().code, ErrorCode::unsupported);
        QCOMPARE(kernels::select_table(none, "avx1024").error().code, ErrorCode::invalid_argument);
        QVERIFY(kernels::select_table(none, "avx1024").error().message.find("avx1024") != std::string::npos);
        CpuFeatures some;
        some.avx2 = true;
        QCOMPARE(std::string((*kernels::select_table(some, ""))->name), std::string("avx2"));
        QCOMPARE(std::string((*kernels::select_table(some, "reference"))->name), std::string("reference"));
        some.avx512 = true;
        QCOMPARE(std::string((*kernels::select_table(some, ""))->name), std::string("avx512"));
        QCOMPARE(std::string((*kernels::select_table(some, "avx2"))->name), std::string("avx2"));
        QCOMPARE(kernels::available_tables(some).size(), size_t{3});
        // Without VNNI floats of 512 bits are faster than nibbles of 256, which floats of 256 are not.
        const auto panel = [&](const char* isa, DType dtype) {
            return (*kernels::select_table(some, isa))->formats[static_cast<size_t>(dtype)].panel;
        };
        QCOMPARE(panel("avx512", DType::Q8_0), panel("avx512", DType::F32));
        QVERIFY(panel("avx512", DType::Q4_K) != panel("avx512", DType::F32));
        QCOMPARE(panel("avx2", DType::Q8_0), panel("avx2", DType::Q4_K));
        some.avx512_vnni = some.avx512_bf16 = true; // what a machine has whose system refuses tiles
        QCOMPARE(std::string((*kernels::select_table(some, ""))->name), std::string("avx512"));
        QCOMPARE(kernels::select_table(some, "amx").error().code, ErrorCode::unsupported);
    }
};

QTEST_APPLESS_MAIN(FormatSweepTest)
#include "format_sweep_test.moc"
