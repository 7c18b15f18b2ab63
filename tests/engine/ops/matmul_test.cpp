// matmul: every format, few and many tokens, biases, shared activations, any number of workers.
#include "engine/ops/matmul.h"

#include "tests/engine/ops/workplace.h"

using namespace workplace;

class MatmulTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everyFormat_data() { add_tables(); }
    void everyFormat() {
        QFETCH(int, index);
        Context context(index, 3);
        Random random(1);
        for (const DType dtype : samples::formats()) {
            const int64_t in =
                samples::lengths(dtype).back() * 3 / 2 / traits(dtype).block_size * traits(dtype).block_size;
            for (const int64_t out : {1, 7, 50, 131}) {
                const Weight w(random, dtype, out, in);
                const auto bias = samples::floats(random, out);
                for (const int64_t tokens : {1, 2, 8, 9, 17, 33, 70})
                    checkProduct(context, random, w, out % 2 == 0 ? nullptr : bias.data(), tokens);
            }
        }
    }

    void severalWeightsShareActivations_data() { add_tables(); }
    void severalWeightsShareActivations() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(2);
        constexpr int64_t kIn = 512;
        const Weight q(random, DType::Q4_K, 96, kIn), k(random, DType::F16, 40, kIn),
            v(random, DType::Q6_K, 13, kIn);
        const auto bias = samples::floats(random, 40);
        for (const int64_t tokens : {1, 5, 40}) {
            const auto x = samples::floats(random, tokens * kIn);
            const auto in = ops::matrix(x.data(), tokens, kIn);
            std::vector<float> together(static_cast<size_t>(tokens * 149)),
                alone(static_cast<size_t>(tokens * 149));
            const auto columns = [&](std::vector<float>& y, int64_t first, int64_t n) {
                return ops::Matrix{y.data() + first, tokens, n, 149};
            };
            const ops::Product products[3] = {{q.view, nullptr, columns(together, 0, 96)},
                                              {k.view, bias.data(), columns(together, 96, 40)},
                                              {v.view, nullptr, columns(together, 136, 13)}};
            QVERIFY(ops::matmul(context.exec, in, products).ok());
            QVERIFY(ops::matmul(context.exec, in, q.view, nullptr, columns(alone, 0, 96)).ok());
            QVERIFY(ops::matmul(context.exec, in, k.view, bias.data(), columns(alone, 96, 40)).ok());
            QVERIFY(ops::matmul(context.exec, in, v.view, nullptr, columns(alone, 136, 13)).ok());
            check_same(together, alone);
        }
    }

    void workersDoNotMatter_data() { add_tables(); }
    void workersDoNotMatter() {
        QFETCH(int, index);
        Random random(3);
        constexpr int64_t kIn = 768, kOut = 301;
        const Weight w(random, DType::Q4_K, kOut, kIn);
        const auto x = samples::floats(random, 50 * kIn);
        for (const int64_t tokens : {1, 8, 50}) {
            std::vector<float> first;
            for (const int workers : {1, 2, 3, 8}) {
                Context context(index, workers);
                std::vector<float> y(static_cast<size_t>(tokens * kOut));
                QVERIFY(ops::matmul(context.exec, ops::matrix(x.data(), tokens, kIn), w.view, nullptr,
                                    ops::matrix(y.data(), tokens, kOut))
                            .ok());
                if (first.empty()) first = y;
                check_same(y, first);
            }
        }
    }

    // A prompt read in chunks gives what it gives in one piece, as long as the chunks take the same path.
    void tokensDoNotMatterWithinAPath_data() { add_tables(); }
    void tokensDoNotMatterWithinAPath() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(4);
        constexpr int64_t kIn = 640, kOut = 77, kTokens = 61;
        const Weight w(random, DType::Q8_0, kOut, kIn);
        const auto x = samples::floats(random, kTokens * kIn);
        const auto run = [&](int64_t chunk) {
            std::vector<float> y(static_cast<size_t>(kTokens * kOut));
            for (int64_t t = 0; t < kTokens; t += chunk) {
                const int64_t n = std::min(chunk, kTokens - t);
                const auto result = ops::matmul(context.exec, ops::matrix(x.data() + t * kIn, n, kIn), w.view,
                                                nullptr, ops::matrix(y.data() + t * kOut, n, kOut));
                if (!result.ok()) y.clear();
            }
            return y;
        };
        check_same(run(1), run(7));
        check_same(run(8), run(3));
        check_same(run(kTokens), run(21)); // no chunk is short enough for the other path
        check_same(run(kTokens), run(50));
    }

    void memoryIsAskedForOnce_data() { add_tables(); }
    void memoryIsAskedForOnce() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(5);
        const Weight w(random, DType::F32, 100, 1000);
        const auto x = samples::floats(random, 300 * 1000);
        std::vector<float> y(300 * 100);
        int64_t held = 0;
        for (int round = 0; round < 4; ++round) {
            for (const int64_t tokens : {9, 300, 1}) {
                QVERIFY(ops::matmul(context.exec, ops::matrix(x.data(), tokens, 1000), w.view, nullptr,
                                    ops::matrix(y.data(), tokens, 100))
                            .ok());
            }
            if (round == 1) held = context.exec.scratch().bytes();
            if (round > 1) QCOMPARE(context.exec.scratch().bytes(), held);
        }
        QVERIFY(held > 0);
    }

    void nothingIsNothing_data() { add_tables(); }
    void nothingIsNothing() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(6);
        const Weight w(random, DType::F32, 4, 8);
        QVERIFY(ops::matmul(context.exec, ops::ConstMatrix{nullptr, 0, 8, 8}, w.view, nullptr,
                            ops::Matrix{nullptr, 0, 4, 4})
                    .ok());
        QVERIFY(ops::matmul(context.exec, ops::ConstMatrix{nullptr, 1, 8, 8}, {}).ok());
    }

 private:
    static void checkProduct(Context& context, Random& random, const Weight& w, const float* bias,
                             int64_t tokens) {
        const int64_t in = w.view.shape.inner(), out = w.view.shape.rows();
        const int64_t x_stride = in + 3, y_stride = out + 2;
        const auto x = samples::floats(random, (tokens - 1) * x_stride + in);
        const support::GuardedBuffer y(((tokens - 1) * y_stride + out) * 4);
        QVERIFY(ops::matmul(context.exec, ops::ConstMatrix{x.data(), tokens, in, x_stride}, w.view, bias,
                            ops::Matrix{y.floats(), tokens, out, y_stride})
                    .ok());
        for (int64_t t = 0; t < tokens; ++t) {
            std::vector<support::Expected> expected;
            for (int64_t o = 0; o < out; ++o) {
                const float* const row = x.data() + t * x_stride;
                expected.push_back(product(w.row(o), row, in, bias != nullptr ? d(bias[o]) : 0));
                expected.back().allowed += context.operand_error(w.view.dtype, w.row(o), row, in);
            }
            check({y.floats() + t * y_stride, static_cast<size_t>(out)}, expected);
        }
    }
};

QTEST_APPLESS_MAIN(MatmulTest)
#include "matmul_test.moc"
