// Panels that are neither F32 nor bytes (the matrix path of AMX, and F32 rounded to BF16): every format x
// instruction set x odd shape, under guard pages.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "engine/base/half.h"
#include "engine/platform/cpu_features.h"
#include "tests/engine/kernels/emulated_amx.h"
#include "tests/engine/kernels/panel_case.h"
#include "tests/support/tensor_compare.h"

using namespace engine;
using kernels::KernelTable;
using kernels::kQuantBlock;
using kernels::PanelOperands;
using samples::Activations;
using samples::random_activations;
using samples::up;
using samples::Weights;
using support::Expected;
using support::GuardedBuffer;

namespace {
struct Case : samples::PanelCase {
    bool tiles() const { return panel().enter != nullptr; }
    bool rounds() const { return panel().operands == PanelOperands::bf16; }
    // What the product sees of a number.
    double seen(float x) const { return static_cast<double>(rounds() ? bf16_to_float(float_to_bf16(x)) : x); }
};
std::vector<Case> cases() {
    std::vector<Case> all;
    for (const auto* table : samples::tables()) {
        for (const DType dtype : samples::formats()) {
            const auto* const panel = table->formats[static_cast<size_t>(dtype)].panel;
            const bool floats = panel == table->formats[static_cast<size_t>(DType::F32)].panel;
            if (!floats && (panel->operands == PanelOperands::bf16 || panel->operands == PanelOperands::f32))
                all.push_back({{table, dtype}});
        }
        if (table->rounded.panel != nullptr) all.push_back({{table, DType::F32, true}});
    }
    return all;
}
void add_cases() {
    samples::add_cases(cases());
}
#define FETCH_CASE(name)                          \
    QFETCH(int, index);                           \
    if (index < 0) QSKIP("no AVX-512 BF16 here"); \
    const Case name = cases()[static_cast<size_t>(index)]

bool finite(const Case& c, const std::vector<float>& row) {
    return std::all_of(row.begin(), row.end(), [&](float v) { return std::isfinite(c.seen(v)); });
}
float flushed(double x) { // tiles count numbers below the normal range as zero
    return std::fabs(x) < 0x1p-126 ? 0.0f : static_cast<float>(x);
}
} // namespace

class MatrixSweepTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void theUnitWorks() {
        const CpuFeatures features = platform::detect_cpu_features();
        if (!features.avx512_bf16 || !features.avx512_vbmi) QSKIP("no AVX-512 with BF16 and VBMI here");
        QVERIFY(kernels::emulated_amx_kernels().works());
    }

    // One activation of 1 among zeros shows each weight as the panel has it: rounded once, to nearest even.
    void panelsHoldTheScalarDefinition_data() { add_cases(); }
    void panelsHoldTheScalarDefinition() {
        FETCH_CASE(c);
        Random random(3);
        int compared = 0;
        for (const auto scales : {samples::Scales::moderate, samples::Scales::any}) {
            for (const int64_t n : c.depths()) {
                const Weights w(random, c.dtype, 5, n, 1, GuardedBuffer::Edge::end, scales);
                for (int64_t from = 0; from < n; from += c.panel().tile) {
                    Activations x;
                    for (int64_t i = from; i < std::min(from + c.panel().tile, n); ++i) {
                        x.append(std::vector<float>(static_cast<size_t>(n)));
                        x.buffers.back()->floats()[i] = 1;
                    }
                    const auto y = multiply(c, w, x, 1);
                    for (size_t r = 0; r < 5; ++r) {
                        if (!finite(c, w.values[r])) continue;
                        for (int64_t t = 0; t < x.count(); ++t, ++compared)
                            QCOMPARE(y[static_cast<size_t>(5 * t) + r],
                                     flushed(c.seen(w.values[r][static_cast<size_t>(from + t)])));
                    }
                }
            }
        }
        QVERIFY(compared > 1000);
    }

    void panelsMultiply_data() { add_cases(); }
    void panelsMultiply() {
        FETCH_CASE(c);
        Random random(5);
        for (const int64_t n : c.depths()) {
            for (const int64_t rows : {1, 5, 15, 16, 17, 31, 32}) {
                if (rows > c.panel().rows) continue;
                const Weights w(random, c.dtype, rows, n, rows % 3);
                for (int64_t count = 1; count <= c.panel().tile; count += n < 64 ? 1 : 6)
                    checkProducts(c, w, random_activations(random, count, n), random);
            }
        }
    }

    void productsDoNotDependOnTheirNeighbours_data() { add_cases(); }
    void productsDoNotDependOnTheirNeighbours() {
        FETCH_CASE(c);
        QVERIFY(samples::tokens_stand_alone(c));
    }

    // What stands turned is packed to the same bytes.
    void columnsPackLikeRows_data() { add_cases(); }
    void columnsPackLikeRows() {
        FETCH_CASE(c);
        if (!c.rounded) QSKIP("packs rows only");
        Random random(13);
        for (const int64_t n : c.depths()) {
            for (int64_t width = c.panel().lanes; width <= c.panel().tile; width += c.panel().lanes) {
                const Activations x = random_activations(random, width, n);
                const GuardedBuffer turned(n * width * 4);
                for (int64_t i = 0; i < n * width; ++i)
                    turned.floats()[i] = x.rows[static_cast<size_t>(i % width)][i / width];
                const int64_t bytes = up(n, kQuantBlock) / kQuantBlock * width * c.panel().packed_bytes;
                const GuardedBuffer of_rows(bytes), of_columns(bytes);
                std::fill(of_rows.span().begin(), of_rows.span().end(), 0.0f);
                std::fill(of_columns.span().begin(), of_columns.span().end(), 0.0f);
                c.panel().pack(x.rows.data(), width, n, of_rows.data(), width);
                c.table->rounded.pack_columns(turned.floats(), n, width, of_columns.data());
                QVERIFY(support::compare_bits(of_columns.span(), of_rows.span()).ok);
            }
        }
    }

    void infinitiesAndNansStayVisible_data() { add_cases(); }
    void infinitiesAndNansStayVisible() {
        FETCH_CASE(c);
        QVERIFY(samples::specials_stay_visible(c));
    }

 private:
    // A tile adds 16 pairs in two rows, then both, then to what was there; exact operands take up to five
    // products of parts each. Without tiles pair follows pair. Numbers below 2^-126 are lost.
    static void checkProducts(const Case& c, const Weights& w, const Activations& x, Random& random) {
        const auto bias = samples::floats(random, w.rows);
        const auto y = multiply(c, w, x, 2, bias.data());
        const int64_t additions = c.tiles() ? 18 + (c.rounds() ? 1 : 5) * 2 * (w.n / 32 + 1) : w.n + 3;
        std::vector<Expected> expected;
        for (const float* const row : x.rows) {
            for (size_t r = 0; r < w.values.size(); ++r) {
                double sum = 0, magnitudes = 0;
                for (int64_t i = 0; i < w.n; ++i) {
                    const double term = c.seen(w.values[r][static_cast<size_t>(i)]) * c.seen(row[i]);
                    sum += term;
                    magnitudes += std::fabs(term);
                }
                const double b = static_cast<double>(bias[r]);
                expected.push_back(
                    {2 * sum + b, support::rounding_of_sum(additions, 2 * magnitudes + std::fabs(b)) +
                                      static_cast<double>(w.n) * 0x1p-110});
            }
        }
        const auto result = support::compare(y, expected);
        QVERIFY2(result.ok, result.message.c_str());
    }
};

QTEST_APPLESS_MAIN(MatrixSweepTest)
#include "matrix_sweep_test.moc"
