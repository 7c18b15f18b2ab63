// The kernels on F32 activations of every instruction set: panels, weighted rows, elementwise; under guard
// pages.
#include <QTest>
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <memory>

#include "engine/base/half.h"
#include "tests/engine/kernels/sample_rows.h"
#include "tests/support/guarded_buffer.h"
#include "tests/support/tensor_compare.h"

using namespace engine;
using kernels::KernelTable;
using kernels::kPanelDepth;
using support::compare;
using support::Comparison;
using support::Expected;
using support::GuardedBuffer;
using support::kUnit;

namespace {
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const std::vector<int64_t> kLengths = {1,  2,  3,  7,  8,  9,  15,  16,  17, 24,
                                       31, 32, 33, 63, 64, 65, 100, 128, 257};

void add_tables() {
    QTest::addColumn<int>("index");
    const auto all = samples::tables();
    for (size_t i = 0; i < all.size(); ++i)
        QTest::newRow(all[i]->name) << static_cast<int>(i);
}
const KernelTable& table(int index) {
    return *samples::tables()[static_cast<size_t>(index)];
}

double d(float x) {
    return static_cast<double>(x);
}

std::unique_ptr<GuardedBuffer> guarded(const std::vector<float>& values) {
    auto buffer = std::make_unique<GuardedBuffer>(static_cast<int64_t>(values.size() * 4));
    std::copy(values.begin(), values.end(), buffer->floats());
    return buffer;
}

// n numbers through `kernel`, each expected within `relative` of the true value (or `absolute`).
void check(const std::vector<float>& actual, const std::function<Expected(size_t)>& expected) {
    std::vector<Expected> all;
    for (size_t i = 0; i < actual.size(); ++i)
        all.push_back(expected(i));
    const Comparison result = compare(actual, all);
    QVERIFY2(result.ok, result.message.c_str());
}
std::vector<float> values_of(const GuardedBuffer& buffer) {
    return {buffer.span().begin(), buffer.span().end()};
}

double silu(double g) {
    return g / (1 + std::exp(-g));
}
double gelu_tanh(double g) {
    return g / (1 + std::exp(-2 * 0.79788456080286535588 * (g + 0.044715 * g * g * g)));
}
} // namespace

class FloatSweepTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void panelsMultiply_data() { add_tables(); }
    void panelsMultiply() {
        QFETCH(int, index);
        const auto& panel = *table(index).formats[static_cast<size_t>(DType::F32)].panel;
        QVERIFY(panel.tile > 0 && panel.tile <= 64 && panel.tile % panel.lanes == 0);
        Random random(3);
        for (const int64_t depth : {1, 3, 4, 33, 512}) {
            for (const int64_t rows : {1, 4, 6, 13, 23, 31}) {
                for (int64_t count = 1; count <= panel.tile; count += depth < 10 ? 1 : 5)
                    checkPanel(panel, random, depth, rows, count);
            }
        }
    }

    void weightedRowsAdd_data() { add_tables(); }
    void weightedRowsAdd() {
        QFETCH(int, index);
        Random random(5);
        for (const DType dtype : {DType::F32, DType::F16, DType::Q8_0, DType::Q4_0}) {
            const auto kernel = table(index).formats[static_cast<size_t>(dtype)].add_weighted_rows;
            for (const int64_t n : kLengths) {
                if (n % traits(dtype).block_size != 0) continue;
                for (const int64_t rows : {1, 2, 33}) {
                    for (const int64_t count : {1, 4, 6, 13})
                        checkWeighted(kernel, dtype, random, n, rows, count);
                }
            }
        }
    }

    void rmsNorm_data() { add_tables(); }
    void rmsNorm() {
        QFETCH(int, index);
        Random random(23);
        for (const int64_t n : kLengths) {
            for (const bool weighted : {true, false}) {
                for (const float magnitude : {1.0f, 1e-12f, 1e12f}) {
                    const auto x = samples::floats(random, n, magnitude);
                    const auto weight = guarded(samples::floats(random, n, 2));
                    const auto y = guarded(x);
                    constexpr float kEpsilon = 1e-5f;
                    table(index).rms_norm(y->floats(), weighted ? weight->floats() : nullptr, kEpsilon, n,
                                          y->floats()); // in place
                    double squares = 0;
                    for (const float v : x)
                        squares += d(v) * d(v);
                    const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + d(kEpsilon));
                    // The sum of n squares to n / 32 + 16 roundings halves under the root; division,
                    // addition, root and two products add one each.
                    const double relative = (static_cast<double>(n) / 32 + 16) / 2 * kUnit + 6 * kUnit;
                    check(values_of(*y), [&](size_t i) {
                        const double value = d(x[i]) * factor * (weighted ? d(weight->floats()[i]) : 1.0);
                        return Expected{value, std::fabs(value) * relative + 1e-45};
                    });
                }
            }
        }
    }

    void rowMax_data() { add_tables(); }
    void rowMax() {
        QFETCH(int, index);
        Random random(29);
        QCOMPARE(table(index).row_max(nullptr, 0), -kInfinity);
        for (const int64_t n : kLengths) {
            for (int64_t at = 0; at < n; ++at) {
                auto x = samples::floats(random, n);
                for (float& v : x)
                    v -= 5; // all negative: a zero from a tail's empty lanes would win
                x[static_cast<size_t>(at)] = -2;
                QCOMPARE(table(index).row_max(guarded(x)->floats(), n), -2.0f);
            }
        }
    }

    void exponentials_data() { add_tables(); }
    void exponentials() {
        QFETCH(int, index);
        std::vector<float> x;
        for (float v = -104; v < 88; v += 0.00731f)
            x.push_back(v);
        for (const float v : {0.0f, -0.0f, 1.0f, -1.0f, 88.7f, -87.3f, -87.4f, 1e-30f, -103.9f})
            x.push_back(v);
        const auto buffer = guarded(x);
        table(index).exp_sum(buffer->floats(), buffer->size() / 4, 1, 0);
        check(values_of(*buffer), [&](size_t i) {
            const double value = std::exp(d(x[i]));
            return Expected{value, std::max(value * 4 * 2 * kUnit, 0x1p-149)}; // 4 units in the last place
        });
        std::vector<float> special = {-kInfinity, -1000, -110, 89, 1000, kInfinity, std::nanf("")};
        table(index).exp_sum(special.data(), 7, 1, 0);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(std::bit_cast<uint32_t>(special[static_cast<size_t>(i)]), 0u);
        for (size_t i = 3; i < 6; ++i)
            QCOMPARE(special[i], kInfinity);
        QVERIFY(std::isnan(special[6]));
    }

    void sumsOfExponentials_data() { add_tables(); }
    void sumsOfExponentials() {
        QFETCH(int, index);
        Random random(31);
        for (const int64_t n : kLengths) {
            const auto x = samples::floats(random, n, 20);
            const auto buffer = guarded(x);
            const float sum = table(index).exp_sum(buffer->floats(), n, 0.5f, 3.0f);
            double expected = 0;
            for (size_t i = 0; i < x.size(); ++i)
                expected += std::exp(d(std::fma(x[i], 0.5f, -3.0f)));
            const Expected e{expected, expected * (4 * 2 + static_cast<double>(n) / 32 + 16) * kUnit};
            const Comparison result = compare({&sum, 1}, {&e, 1});
            QVERIFY2(result.ok, result.message.c_str());
        }
    }

    void addAndScale_data() { add_tables(); }
    void addAndScale() {
        QFETCH(int, index);
        Random random(37);
        for (const int64_t n : kLengths) {
            const auto x = samples::floats(random, n), y = samples::floats(random, n);
            const auto from = guarded(x), sum = guarded(y), scaled = guarded(y), fused = guarded(y);
            table(index).add(sum->floats(), from->floats(), n);
            table(index).scale(scaled->floats(), n, 0.3f);
            table(index).add_scaled(fused->floats(), from->floats(), n, 0.3f);
            for (size_t i = 0; i < x.size(); ++i) {
                QCOMPARE(sum->floats()[i], y[i] + x[i]);
                QCOMPARE(scaled->floats()[i], y[i] * 0.3f);
                QCOMPARE(fused->floats()[i], std::fma(0.3f, x[i], y[i]));
            }
        }
    }

    void gates_data() { add_tables(); }
    void gates() {
        QFETCH(int, index);
        Random random(41);
        for (const int64_t n : kLengths) {
            for (const float magnitude : {0.01f, 3.0f, 30.0f, 300.0f}) {
                const auto g = samples::floats(random, n, magnitude), u = samples::floats(random, n);
                const auto gate = guarded(g), up = guarded(u), y = guarded(g), in_place = guarded(g);
                table(index).silu_mul(gate->floats(), up->floats(), n, y->floats());
                table(index).silu_mul(in_place->floats(), up->floats(), n, in_place->floats());
                QVERIFY(support::compare_bits(y->span(), in_place->span()).ok);
                // Exponential (4 units), sum, quotient, product. Below e^-88 the exponential overflows to a
                // zero.
                check(values_of(*y), [&](size_t i) {
                    const double value = silu(d(g[i])) * d(u[i]);
                    return Expected{value, std::fabs(value) * 12 * kUnit + 1e-36};
                });
                table(index).gelu_tanh_mul(gate->floats(), up->floats(), n, y->floats());
                // An error of 4 roundings in the argument a is one of 4 a in the exponential where that
                // matters.
                check(values_of(*y), [&](size_t i) {
                    const double x = d(g[i]);
                    const double value = gelu_tanh(x) * d(u[i]);
                    const double argument = std::fabs(1.5957691216 * (x + 0.044715 * x * x * x));
                    return Expected{value, std::fabs(value) * (12 + 5 * argument) * kUnit + 1e-36};
                });
            }
        }
    }

    void gatesOfInfinity_data() { add_tables(); }
    void gatesOfInfinity() {
        QFETCH(int, index);
        const float gate[3] = {kInfinity, -1e30f, std::nanf("")}, up[3] = {1, 1, 1};
        float y[3];
        table(index).silu_mul(gate, up, 3, y);
        QCOMPARE(y[0], kInfinity);
        QCOMPARE(y[1], 0.0f);
        QVERIFY(std::isnan(y[2]));
    }

    void ropes_data() { add_tables(); }
    void ropes() {
        QFETCH(int, index);
        Random random(43);
        for (const int64_t half : kLengths) {
            const auto x = samples::floats(random, 2 * half);
            const auto c = samples::floats(random, half), s = samples::floats(random, half);
            const auto cosine = guarded(c), sine = guarded(s), halves = guarded(x), pairs = guarded(x);
            table(index).rope_halves(halves->floats(), cosine->floats(), sine->floats(), half);
            table(index).rope_interleaved(pairs->floats(), cosine->floats(), sine->floats(), half);
            for (size_t i = 0; i < c.size(); ++i) { // every table rounds both products and their sum
                const size_t h = i + c.size();
                QCOMPARE(halves->floats()[i], x[i] * c[i] - x[h] * s[i]);
                QCOMPARE(halves->floats()[h], x[h] * c[i] + x[i] * s[i]);
                QCOMPARE(pairs->floats()[2 * i], x[2 * i] * c[i] - x[2 * i + 1] * s[i]);
                QCOMPARE(pairs->floats()[2 * i + 1], x[2 * i + 1] * c[i] + x[2 * i] * s[i]);
            }
        }
    }

    void halvesRound_data() { add_tables(); }
    void halvesRound() {
        QFETCH(int, index);
        std::vector<float> x;
        for (uint32_t h = 0; h < 0x10000; ++h) {
            const uint32_t bits = std::bit_cast<uint32_t>(half_to_float(static_cast<uint16_t>(h)));
            for (const uint32_t delta : {0u, 1u, 0xffffffffu, 0x1000u, 0xfffu, 0x1001u})
                x.push_back(std::bit_cast<float>(bits + delta)); // around halves and the middles between them
        }
        for (const int64_t n : {static_cast<int64_t>(x.size()), int64_t{1}, int64_t{7}, int64_t{19}}) {
            const auto in = guarded({x.begin(), x.begin() + n});
            const GuardedBuffer out(2 * n);
            table(index).encode_f16(in->floats(), out.data(), n);
            for (int64_t i = 0; i < n; ++i) {
                uint16_t actual;
                std::memcpy(&actual, out.data() + 2 * i, 2);
                const uint16_t expected = float_to_half(x[static_cast<size_t>(i)]);
                if (actual != expected) QCOMPARE(half_to_float(actual), half_to_float(expected));
            }
        }
    }

 private:
    static void checkPanel(const kernels::PanelKernels& kernels, Random& random, int64_t depth, int64_t rows,
                           int64_t count) {
        const int64_t width =
            std::min((count + kernels.lanes - 1) / kernels.lanes * kernels.lanes, kernels.tile);
        std::vector<std::unique_ptr<GuardedBuffer>> x;
        std::vector<const float*> pointers;
        for (int64_t t = 0; t < count; ++t) {
            x.push_back(guarded(samples::floats(random, depth)));
            pointers.push_back(x.back()->floats());
        }
        const GuardedBuffer packed(depth * width * 4), c(rows * width * 4),
            y(((count - 1) * (rows + 3) + rows) * 4);
        std::fill(packed.span().begin(), packed.span().end(), std::nanf(""));
        kernels.pack(pointers.data(), count, depth, packed.floats(), width);
        for (int64_t i = 0; i < depth; ++i) {
            for (int64_t t = 0; t < width; ++t)
                QCOMPARE(packed.floats()[i * width + t],
                         t < count ? pointers[static_cast<size_t>(t)][i] : 0.0f);
        }
        const GuardedBuffer panel(((rows - 1) * kPanelDepth + depth) * 4);
        for (int64_t r = 0; r < rows; ++r) {
            const auto w = samples::floats(random, depth);
            std::copy(w.begin(), w.end(), panel.floats() + r * kPanelDepth);
        }
        std::fill(c.span().begin(), c.span().end(), std::nanf(""));
        kernels.multiply(panel.floats(), rows, packed.floats(), width, depth, c.floats(), false);
        kernels.multiply(panel.floats(), rows, packed.floats(), width, depth, c.floats(), true);
        const auto bias = samples::floats(random, rows);
        const auto guarded_bias = guarded(bias);
        kernels.store(c.floats(), rows, width, count, guarded_bias->floats(), y.floats(), rows + 3);
        for (int64_t t = 0; t < count; ++t) {
            std::vector<float> actual(y.floats() + t * (rows + 3), y.floats() + t * (rows + 3) + rows);
            check(actual, [&](size_t r) {
                double sum = 0, magnitudes = 0;
                for (int64_t i = 0; i < depth; ++i) {
                    const double term = d(panel.floats()[static_cast<int64_t>(r) * kPanelDepth + i]) *
                                        d(pointers[static_cast<size_t>(t)][i]);
                    sum += 2 * term;
                    magnitudes += 2 * std::fabs(term);
                }
                return Expected{sum + d(bias[r]),
                                support::rounding_of_sum(depth + 2, magnitudes + std::fabs(d(bias[r])))};
            });
        }
    }

    static void checkWeighted(kernels::AddWeightedRows kernel, DType dtype, Random& random, int64_t n,
                              int64_t rows, int64_t count) {
        const int64_t stride = row_bytes(dtype, n) + (rows % 2 == 0 ? 6 : 0);
        const GuardedBuffer values((rows - 1) * stride + row_bytes(dtype, n));
        samples::fill_rows(random, dtype, rows, n, stride, samples::Scales::moderate, values.data());
        const auto p = guarded(samples::floats(random, (count - 1) * (rows + 1) + rows));
        const auto before = samples::floats(random, (count - 1) * (n + 2) + n);
        const auto out = guarded(before);
        kernel(values.data(), stride, rows, p->floats(), rows + 1, count, n, out->floats(), n + 2);
        std::vector<std::vector<float>> v;
        for (int64_t r = 0; r < rows; ++r)
            v.push_back(samples::decoded(dtype, values.data() + r * stride, n));
        check(values_of(*out), [&](size_t at) {
            const int64_t t = static_cast<int64_t>(at) / (n + 2), i = static_cast<int64_t>(at) % (n + 2);
            if (i >= n) return Expected{d(before[at]), 0}; // between the rows nothing is written
            double sum = d(before[at]), magnitudes = std::fabs(sum);
            for (int64_t r = 0; r < rows; ++r) {
                const double term =
                    d(p->floats()[t * (rows + 1) + r]) * d(v[static_cast<size_t>(r)][static_cast<size_t>(i)]);
                sum += term;
                magnitudes += std::fabs(term);
            }
            return Expected{sum, support::rounding_of_sum(rows, magnitudes)};
        });
    }
};

QTEST_APPLESS_MAIN(FloatSweepTest)
#include "float_sweep_test.moc"
