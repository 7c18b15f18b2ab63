// moe: experts one by one in double precision against the grouped verb.
#include "engine/ops/moe.h"

#include <cmath>

#include "tests/engine/ops/workplace.h"

using namespace workplace;
using support::Expected;

namespace {
struct Model {
    int64_t hidden, width;
    std::vector<Weight> gate, up, down;
    std::vector<ops::ExpertWeights> experts;
    Model(Random& random, int64_t count, int64_t hidden_, int64_t width_, DType dtype, DType down_dtype)
        : hidden(hidden_), width(width_) {
        for (int64_t e = 0; e < count; ++e) {
            gate.emplace_back(random, dtype, width, hidden);
            up.emplace_back(random, dtype, width, hidden);
            down.emplace_back(random, down_dtype, hidden, width);
            experts.push_back({gate.back().view, up.back().view, down.back().view});
        }
    }
};

struct Routed {
    std::vector<int32_t> experts;
    std::vector<float> weights;
    int64_t used;
    ops::Routing routing() const { return {used, experts.data(), weights.data()}; }
};

// `favourite` of all tokens first (it gets many), the others at random and different.
Routed route(Random& random, int64_t tokens, int64_t count, int64_t used, int32_t favourite) {
    Routed routed{{}, samples::floats(random, tokens * used), used};
    for (int64_t t = 0; t < tokens; ++t) {
        std::vector<int32_t> chosen = {favourite};
        while (static_cast<int64_t>(chosen.size()) < used) {
            const auto e = static_cast<int32_t>(random.next_u32() % static_cast<uint32_t>(count));
            if (std::find(chosen.begin(), chosen.end(), e) == chosen.end()) chosen.push_back(e);
        }
        routed.experts.insert(routed.experts.end(), chosen.begin(), chosen.end());
    }
    return routed;
}

// One token at one expert, with the error that roundings of gate, up and the activation can leave in each
// element: |d silu| <= 1.1 |d gate| and products add relative errors.
std::vector<Expected> expert_output(const Context& context, const Model& m, size_t e, const float* x) {
    std::vector<double> inner, error;
    const auto in = [&](const Weight& weight, int64_t row) {
        Expected expected = product(weight.row(row), x, m.hidden);
        expected.allowed += context.operand_error(weight.view.dtype, weight.row(row), x, m.hidden);
        return expected;
    };
    std::vector<float> reached;
    for (int64_t i = 0; i < m.width; ++i) {
        const Expected g = in(m.gate[e], i), u = in(m.up[e], i);
        const double s = g.value / (1 + std::exp(-g.value));
        inner.push_back(s * u.value);
        error.push_back(1.1 * g.allowed * (std::fabs(u.value) + u.allowed) + std::fabs(s) * u.allowed +
                        12 * support::kUnit * std::fabs(s * u.value));
        reached.push_back(static_cast<float>(std::fabs(inner.back()) + error.back()));
    }
    std::vector<Expected> out;
    for (int64_t o = 0; o < m.hidden; ++o) {
        double sum = 0, magnitudes = 0, carried = 0;
        for (size_t i = 0; i < inner.size(); ++i) {
            const double w = d(m.down[e].row(o)[i]);
            sum += w * inner[i];
            magnitudes += std::fabs(w * inner[i]);
            carried += std::fabs(w) * error[i];
        }
        carried += context.operand_error(m.down[e].view.dtype, m.down[e].row(o), reached.data(), m.width);
        out.push_back({sum, carried + support::rounding_of_sum(m.width + 8, magnitudes)});
    }
    return out;
}

std::vector<float> run(Context& context, const Model& m, const std::vector<float>& x, const Routed& routed) {
    const auto tokens = static_cast<int64_t>(x.size()) / m.hidden;
    std::vector<float> y(x.size(), std::nanf(""));
    const auto result = ops::moe(context.exec, ops::matrix(x.data(), tokens, m.hidden), routed.routing(),
                                 m.experts, ops::matrix(y.data(), tokens, m.hidden));
    return result.ok() ? y : std::vector<float>();
}
} // namespace

class MoeTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void matchesExpertsOneByOne_data() { add_tables(); }
    void matchesExpertsOneByOne() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(1);
        const Model f32(random, 5, 37, 23, DType::F32, DType::F32);
        const Model q8(random, 6, 64, 96, DType::Q8_0, DType::Q4_0);
        const Model q4(random, 4, 256, 256, DType::Q4_K, DType::Q6_K);
        for (const Model* m : {&f32, &q8, &q4}) {
            for (const int64_t tokens : {1, 2, 9, 40}) {
                const auto count = static_cast<int64_t>(m->experts.size());
                const Routed routed =
                    route(random, tokens, count, 1 + tokens % 3, static_cast<int32_t>(count - 1));
                checkAgainstSingleExperts(context, *m, samples::floats(random, tokens * m->hidden), routed);
            }
        }
    }

    void workersDoNotMatter_data() { add_tables(); }
    void workersDoNotMatter() {
        QFETCH(int, index);
        Random random(2);
        const Model m(random, 8, 256, 512, DType::Q4_K, DType::Q6_K);
        for (const int64_t tokens : {1, 30}) {
            const Routed routed = route(random, tokens, 8, 3, 2);
            const auto x = samples::floats(random, tokens * 256);
            std::vector<float> first;
            for (const int workers : {1, 2, 3, 8}) {
                Context context(index, workers);
                const auto y = run(context, m, x, routed);
                if (first.empty()) first = y;
                check_same(y, first);
            }
        }
    }

    void oneExpertForAll_data() { add_tables(); }
    void oneExpertForAll() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(3);
        const Model m(random, 1, 32, 32, DType::Q8_0, DType::Q8_0);
        checkAgainstSingleExperts(context, m, samples::floats(random, 20 * 32), route(random, 20, 1, 1, 0));
    }

 private:
    static void checkAgainstSingleExperts(Context& context, const Model& m, const std::vector<float>& x,
                                          const Routed& routed) {
        const auto y = run(context, m, x, routed);
        std::vector<Expected> expected(x.size());
        for (size_t t = 0; t < x.size() / static_cast<size_t>(m.hidden); ++t) {
            for (size_t k = 0; k < static_cast<size_t>(routed.used); ++k) {
                const size_t pair = t * static_cast<size_t>(routed.used) + k;
                const auto out = expert_output(context, m, static_cast<size_t>(routed.experts[pair]),
                                               x.data() + t * static_cast<size_t>(m.hidden));
                for (size_t i = 0; i < out.size(); ++i) {
                    const double w = d(routed.weights[pair]);
                    Expected& e = expected[t * out.size() + i];
                    e.value += w * out[i].value;
                    e.allowed +=
                        std::fabs(w) * (out[i].allowed + 8 * support::kUnit * std::fabs(out[i].value));
                }
            }
        }
        check(y, expected);
    }
};

QTEST_APPLESS_MAIN(MoeTest)
#include "moe_test.moc"
