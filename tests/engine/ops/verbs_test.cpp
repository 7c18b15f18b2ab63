// The small verbs: norm, rope, gates, embed, routers, softmax, copy, add, clamp, storing cache rows; and
// scratch.
#include <cmath>
#include <cstring>

#include "engine/base/half.h"
#include "engine/ops/activation.h"
#include "engine/ops/copy.h"
#include "engine/ops/embed.h"
#include "engine/ops/norm.h"
#include "engine/ops/rope.h"
#include "engine/ops/router.h"
#include "tests/engine/ops/workplace.h"

using namespace workplace;
using ops::matrix;
using support::Expected;
using support::kUnit;

class VerbsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void norms_data() { add_tables(); }
    void norms() {
        QFETCH(int, index);
        Context context(index, 3);
        Random random(1);
        auto x = samples::floats(random, 40 * 60);
        const auto weight = samples::floats(random, 20);
        std::vector<Expected> expected;
        for (int64_t r = 0; r < 120; ++r) {
            double squares = 0;
            for (int64_t i = 0; i < 20; ++i)
                squares += d(x[static_cast<size_t>(r * 20 + i)]) * d(x[static_cast<size_t>(r * 20 + i)]);
            for (int64_t i = 0; i < 20; ++i) {
                const double y = d(x[static_cast<size_t>(r * 20 + i)]) / std::sqrt(squares / 20 + 1e-6) *
                                 d(weight[static_cast<size_t>(i)]);
                expected.push_back({y, std::fabs(y) * 20 * kUnit});
            }
        }
        const auto heads = ops::split_heads(matrix(x.data(), 40, 60), 3);
        QCOMPARE(heads.rows, int64_t{120});
        ops::rms_norm(context.exec, heads, weight.data(), 1e-6f, heads);
        check(x, expected);
    }

    void ropes_data() { add_tables(); }
    void ropes() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(2);
        constexpr int64_t kTokens = 11, kHeads = 3, kWidth = 20, kHalf = 6, kFirst = 1000;
        std::vector<float> frequencies;
        for (int i = 0; i < kHalf; ++i)
            frequencies.push_back(static_cast<float>(std::pow(10000.0, -i / 6.0)));
        std::vector<float> c(kTokens * kHalf), s(kTokens * kHalf);
        ops::rope_table(context.exec, frequencies, kFirst, 1.25f, matrix(c.data(), kTokens, kHalf),
                        matrix(s.data(), kTokens, kHalf));
        for (const auto pairs : {ops::RopePairs::halves, ops::RopePairs::interleaved}) {
            const auto before = samples::floats(random, kTokens * kHeads * kWidth);
            auto x = before;
            ops::rope(context.exec, pairs, matrix(c.data(), kTokens, kHalf), matrix(s.data(), kTokens, kHalf),
                      matrix(x.data(), kTokens, kHeads * kWidth), kHeads);
            std::vector<Expected> expected;
            for (const float v : before)
                expected.push_back({d(v), 0});
            for (int64_t t = 0; t < kTokens; ++t) {
                for (int64_t h = 0; h < kHeads; ++h) {
                    for (int64_t i = 0; i < kHalf; ++i) {
                        const int64_t head = (t * kHeads + h) * kWidth;
                        const bool halves = pairs == ops::RopePairs::halves;
                        const auto a = static_cast<size_t>(head + (halves ? i : 2 * i));
                        const auto b = static_cast<size_t>(head + (halves ? i + kHalf : 2 * i + 1));
                        const double angle =
                            d(static_cast<float>(kFirst + t) * frequencies[static_cast<size_t>(i)]);
                        const double p = d(before[a]), q = d(before[b]);
                        const double allowed = 6 * kUnit * (std::fabs(p) + std::fabs(q));
                        expected[a] = {1.25 * (p * std::cos(angle) - q * std::sin(angle)), allowed};
                        expected[b] = {1.25 * (q * std::cos(angle) + p * std::sin(angle)), allowed};
                    }
                }
            }
            check(x, expected);
        }
    }

    void gates_data() { add_tables(); }
    void gates() {
        QFETCH(int, index);
        Context context(index, 4);
        Random random(3);
        for (const int64_t rows : {1, 50}) {
            for (const int64_t columns : {1, 100, 9001}) {
                const auto g = samples::floats(random, rows * columns, 5),
                           u = samples::floats(random, rows * columns);
                std::vector<float> y(g.size(), std::nanf(""));
                ops::silu_mul(context.exec, matrix(g.data(), rows, columns), matrix(u.data(), rows, columns),
                              matrix(y.data(), rows, columns));
                std::vector<Expected> expected;
                for (size_t i = 0; i < g.size(); ++i) {
                    const double v = d(g[i]) / (1 + std::exp(-d(g[i]))) * d(u[i]);
                    expected.push_back({v, std::fabs(v) * 12 * kUnit});
                }
                check(y, expected);
                ops::gelu_tanh_mul(context.exec, matrix(g.data(), rows, columns),
                                   matrix(u.data(), rows, columns), matrix(y.data(), rows, columns));
                for (size_t i = 0; i < g.size(); ++i) {
                    const double x = d(g[i]);
                    const double t = std::tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x));
                    expected[i] = {0.5 * x * (1 + t) * d(u[i]),
                                   (16 + 5 * 25) * kUnit * std::fabs(d(u[i]) * x) + 1e-12};
                }
                check(y, expected);
            }
        }
    }

    void embedsEveryFormat_data() { add_tables(); }
    void embedsEveryFormat() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(4);
        for (const DType dtype : samples::formats()) {
            const int64_t width = samples::lengths(dtype).back();
            const Weight table(random, dtype, 9, width);
            const std::vector<int32_t> ids = {8, 0, 3, 3, 7};
            std::vector<float> y(ids.size() * static_cast<size_t>(width)), expected;
            ops::embed(context.exec, table.view, ids, matrix(y.data(), 5, width));
            for (const int32_t id : ids)
                expected.insert(expected.end(), table.row(id), table.row(id) + width);
            check_same(y, expected);
        }
    }

    void softmaxSumsToOne_data() { add_tables(); }
    void softmaxSumsToOne() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(5);
        auto x = samples::floats(random, 30 * 77, 30);
        std::vector<Expected> expected;
        for (size_t r = 0; r < 30; ++r) {
            double sum = 0, greatest = -1e9;
            for (size_t i = 0; i < 77; ++i)
                greatest = std::max(greatest, d(x[r * 77 + i]));
            for (size_t i = 0; i < 77; ++i)
                sum += std::exp(d(x[r * 77 + i]) - greatest);
            for (size_t i = 0; i < 77; ++i) { // the argument's rounding weighs up to 60 units
                const double v = std::exp(d(x[r * 77 + i]) - greatest) / sum;
                expected.push_back({v, v * 150 * kUnit});
            }
        }
        ops::softmax(context.exec, matrix(x.data(), 30, 77));
        check(x, expected);
    }

    void routers_data() { add_tables(); }
    void routers() {
        QFETCH(int, index);
        Context context(index, 2);
        const std::vector<float> logits = {1, 3, 2, 3, -1, std::log(2.0f), 0, 0, 0, 0};
        std::vector<int32_t> experts(4);
        std::vector<float> weights(4);
        const auto route = [&](const ops::RouterRule& rule) {
            ops::route(context.exec, matrix(logits.data(), 2, 5), rule, experts.data(), weights.data());
        };
        const double all = std::exp(1) + 2 * std::exp(3) + std::exp(2) + std::exp(-1);
        route({2, true, false, 1});
        QCOMPARE(experts, (std::vector<int32_t>{1, 3, 0, 1})); // ties: the lowest index
        const auto near = [](float actual, double expected) {
            const Expected e{expected, expected * 20 * kUnit};
            return support::compare({&actual, 1}, {&e, 1}).ok;
        };
        QVERIFY(near(weights[0], std::exp(3) / all) && near(weights[1], std::exp(3) / all));
        QVERIFY(near(weights[2], 2.0 / 6) && near(weights[3], 1.0 / 6));
        route({2, true, true, 1});
        QVERIFY(near(weights[0], 0.5) && near(weights[2], 2.0 / 3) && near(weights[3], 1.0 / 3));
        route({2, false, false, 2.5f});
        QVERIFY(near(weights[0], 1.25) && near(weights[2], 5.0 / 3));
        std::vector<int32_t> five(10);
        std::vector<float> five_weights(10);
        ops::route(context.exec, matrix(logits.data(), 2, 5), {5, true, false, 1}, five.data(),
                   five_weights.data());
        QCOMPARE(five, (std::vector<int32_t>{1, 3, 2, 0, 4, 0, 1, 2, 3, 4}));
        const float broken[4] = {std::nanf(""), 1, std::nanf(""), 2};
        ops::route(context.exec, matrix(broken, 1, 4), {4, true, true, 1}, five.data(), five_weights.data());
        QCOMPARE(std::vector<int32_t>(five.begin(), five.begin() + 4), (std::vector<int32_t>{3, 1, 0, 2}));
    }

    // 512 experts: the sum runs over all of them, in any number of chunks.
    void routersWithManyExperts_data() { add_tables(); }
    void routersWithManyExperts() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(6);
        for (const int64_t n : {511, 512, 513, 1300}) {
            const auto logits = samples::floats(random, n, 5);
            double all = 0;
            for (const float l : logits)
                all += std::exp(d(l));
            int32_t experts[3];
            float weights[3];
            ops::route(context.exec, matrix(logits.data(), 1, n), {3, true, false, 1}, experts, weights);
            std::vector<Expected> expected;
            for (const int32_t e : experts) {
                const double w = std::exp(d(logits[static_cast<size_t>(e)])) / all;
                expected.push_back({w, w * 100 * kUnit});
            }
            check(weights, expected);
            QVERIFY(logits[static_cast<size_t>(experts[0])] ==
                    *std::max_element(logits.begin(), logits.end()));
        }
    }

    void copiesAndSums_data() { add_tables(); }
    void copiesAndSums() {
        QFETCH(int, index);
        Context context(index, 3);
        Random random(7);
        const auto x = samples::floats(random, 50 * 41), y = samples::floats(random, 50 * 43);
        const ops::ConstMatrix from = matrix(x.data(), 50, 41);
        auto copied = y, summed = y, clamped = y;
        ops::copy(context.exec, from, {copied.data(), 50, 41, 43});
        ops::add(context.exec, from, {summed.data(), 50, 41, 43});
        ops::clamp(context.exec, {clamped.data(), 50, 41, 43}, -0.5f, 0.25f);
        for (size_t r = 0; r < 50; ++r) {
            for (size_t c = 0; c < 43; ++c) {
                const size_t at = r * 43 + c;
                QCOMPARE(copied[at], c < 41 ? x[r * 41 + c] : y[at]);
                QCOMPARE(summed[at], c < 41 ? y[at] + x[r * 41 + c] : y[at]);
                QCOMPARE(clamped[at], c < 41 ? std::clamp(y[at], -0.5f, 0.25f) : y[at]);
            }
        }
        float broken[1] = {std::nanf("")};
        ops::clamp(context.exec, matrix(broken, 1, 1), -1, 1);
        QVERIFY(std::isnan(broken[0]));
    }

    void cacheRowsAreStored_data() { add_tables(); }
    void cacheRowsAreStored() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(8);
        const auto x = samples::floats(random, 9 * 21);
        for (const DType dtype : {DType::F32, DType::F16}) {
            const int64_t stride = row_bytes(dtype, 21) + 10;
            const support::GuardedBuffer cache(8 * stride + row_bytes(dtype, 21));
            std::memset(cache.data(), 0x5a, static_cast<size_t>(cache.size()));
            ops::store_rows(context.exec, matrix(x.data(), 9, 21), dtype, cache.data(), stride);
            for (int64_t r = 0; r < 9; ++r) {
                const auto row = samples::decoded(dtype, cache.data() + r * stride, 21);
                for (size_t i = 0; i < 21; ++i) {
                    const float v = x[static_cast<size_t>(r) * 21 + i];
                    QCOMPARE(row[i], dtype == DType::F32 ? v : half_to_float(float_to_half(v)));
                }
                if (r < 8) QCOMPARE(static_cast<int>(cache.data()[(r + 1) * stride - 1]), 0x5a);
            }
        }
    }

    void scratchIsAStack() {
        ops::Scratch scratch;
        QCOMPARE(scratch.bytes(), int64_t{0});
        float* first = nullptr;
        {
            const ops::Scratch::Frame outer(scratch);
            first = *scratch.take<float>(10);
            first[9] = 7;
            {
                const ops::Scratch::Frame inner(scratch);
                float* const second = *scratch.take<float>(3'000'000); // more than a block
                second[2'999'999] = 1;
                QVERIFY(second != first);
                QCOMPARE(reinterpret_cast<uintptr_t>(second) % 64, uintptr_t{0});
            }
            float* const third = *scratch.take<float>(5);
            third[4] = 1;
            QVERIFY(third != first);
            QCOMPARE(first[9], 7.0f);
        }
        const ops::Scratch::Frame frame(scratch);
        QVERIFY(scratch.take<float>(3'000'000).ok());
        const int64_t held = scratch.bytes(); // one block that holds as much as was ever taken
        QVERIFY(held >= 12'000'000 && held < 16'000'000);
        QCOMPARE(scratch.take<std::byte>(int64_t{1} << 60).error().code, ErrorCode::out_of_memory);
    }
};

QTEST_APPLESS_MAIN(VerbsTest)
#include "verbs_test.moc"
