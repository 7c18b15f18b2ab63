// attention: the textbook's softmax in double precision against tiles, splits, windows and segments.
#include "engine/ops/attention.h"

#include <cmath>

#include "engine/base/half.h"
#include "tests/engine/ops/workplace.h"

using namespace workplace;
using support::Expected;

namespace {
struct Cache {
    DType dtype;
    int64_t kv_heads, key_dim, value_dim;
    std::unique_ptr<support::GuardedBuffer> keys, values;
    std::vector<float> k, v; // {positions, kv_heads * dim}
    Cache(Random& random, DType dtype_, const ops::AttentionShape& s, int64_t positions)
        : dtype(dtype_), kv_heads(s.kv_heads), key_dim(s.key_dim), value_dim(s.value_dim) {
        keys = fill(random, positions * kv_heads * key_dim, k);
        values = fill(random, positions * kv_heads * value_dim, v);
    }
    std::unique_ptr<support::GuardedBuffer> fill(Random& random, int64_t n,
                                                 std::vector<float>& decoded) const {
        auto buffer = std::make_unique<support::GuardedBuffer>(row_bytes(dtype, n));
        samples::fill_rows(random, dtype, 1, n, 0, samples::Scales::moderate, buffer->data());
        decoded = samples::decoded(dtype, buffer->data(), n);
        return buffer;
    }
    ops::KvLayout layout() const { // heads of one position side by side
        return {dtype, row_bytes(dtype, kv_heads * key_dim), row_bytes(dtype, key_dim),
                row_bytes(dtype, kv_heads * value_dim), row_bytes(dtype, value_dim)};
    }
    ops::KvSegment segment(int64_t first, int64_t positions) const {
        return {keys->data() + first * layout().key_stride, values->data() + first * layout().value_stride,
                positions};
    }
    const float* key(int64_t p, int64_t h) const { return k.data() + (p * kv_heads + h) * key_dim; }
    const float* value(int64_t p, int64_t h) const { return v.data() + (p * kv_heads + h) * value_dim; }
};

// One head of one token. A score is off by at most `delta`, so each weight by exp(+-2 delta) after division;
// the exponential adds 4 units, sums of n weighted values their roundings. `rounding` of every factor is
// allowed on top: queries, keys, weights and values.
std::vector<Expected> one_head(const ops::AttentionShape& s, const Cache& cache, const float* q,
                               int64_t kv_head, int64_t position, double rounding) {
    const int64_t first = s.window > 0 ? std::max<int64_t>(0, position - s.window + 1) : 0;
    std::vector<double> weights;
    double greatest = -1e300, delta = 0;
    for (int64_t p = first; p <= position; ++p) {
        const Expected dot = product(q, cache.key(p, kv_head), s.key_dim);
        weights.push_back(dot.value * d(s.scale));
        greatest = std::max(greatest, weights.back());
        double magnitudes = 0;
        for (int64_t i = 0; i < s.key_dim; ++i)
            magnitudes += std::fabs(d(q[i]) * d(cache.key(p, kv_head)[i]));
        delta = std::max(delta, (dot.allowed + 2 * rounding * magnitudes) * d(s.scale) +
                                    4 * support::kUnit * std::fabs(weights.back()));
    }
    double sum = 0;
    for (double& w : weights)
        sum += w = std::exp(w - greatest);
    const double n = static_cast<double>(weights.size());
    const double relative = std::expm1(2 * delta) + 2 * rounding + (2 * 8 + 2 * n + 16) * support::kUnit;
    std::vector<Expected> out;
    for (int64_t i = 0; i < s.value_dim; ++i) {
        double value = 0, magnitudes = 0;
        for (size_t p = 0; p < weights.size(); ++p) {
            const double term =
                weights[p] / sum * d(cache.value(first + static_cast<int64_t>(p), kv_head)[i]);
            value += term;
            magnitudes += std::fabs(term);
        }
        out.push_back({value, relative * magnitudes});
    }
    return out;
}

struct Problem {
    ops::AttentionShape shape;
    int64_t first_position, tokens;
};

ops::AttentionShape shape_of(int64_t heads, int64_t kv_heads, int64_t key_dim, int64_t value_dim,
                             int64_t window) {
    return {heads, kv_heads, key_dim, value_dim, 1 / std::sqrt(static_cast<float>(key_dim)), window};
}

Problem rounding(Problem p) {
    p.shape.may_round = true;
    return p;
}

std::vector<float> run(Context& context, const Problem& p, const Cache& cache, const std::vector<float>& q,
                       const std::vector<ops::KvSegment>& segments) {
    std::vector<float> out(static_cast<size_t>(p.tokens * p.shape.heads * p.shape.value_dim), std::nanf(""));
    const auto result = ops::attention(context.exec, p.shape,
                                       ops::matrix(q.data(), p.tokens, p.shape.heads * p.shape.key_dim),
                                       p.first_position, cache.layout(), segments,
                                       ops::matrix(out.data(), p.tokens, p.shape.heads * p.shape.value_dim));
    return result.ok() ? out : std::vector<float>();
}
} // namespace

class AttentionTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void matchesTheTextbook_data() { add_tables(); }
    void matchesTheTextbook() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(1);
        const std::vector<Problem> problems = {
            {shape_of(1, 1, 8, 8, 0), 0, 1},       {shape_of(4, 4, 16, 16, 0), 0, 20},
            {shape_of(6, 2, 20, 12, 0), 5, 9},     {shape_of(8, 1, 64, 64, 0), 100, 3},
            {shape_of(4, 2, 128, 128, 0), 64, 1},  {shape_of(2, 1, 33, 7, 0), 300, 70},
            {shape_of(4, 2, 24, 24, 5), 0, 40},    {shape_of(4, 2, 24, 24, 64), 500, 1},
            {shape_of(4, 2, 24, 24, 100), 513, 8}, {shape_of(4, 2, 24, 24, 300), 1000, 33},
            {shape_of(2, 2, 16, 16, 1), 70, 9},    {shape_of(40, 1, 8, 8, 0), 600, 4},
            {shape_of(12, 2, 96, 32, 0), 500, 7},  {shape_of(4, 4, 32, 64, 200), 400, 40},
        };
        for (const DType dtype : {DType::F32, DType::F16, DType::Q8_0, DType::Q4_0}) {
            for (const Problem& p : problems) {
                const int64_t block = traits(dtype).block_size;
                if (p.shape.key_dim % block != 0 || p.shape.value_dim % block != 0) continue;
                checkAgainstTextbook(context, random, p, dtype, 3);
            }
        }
    }

    // Large scores: weights are all but one-hot and nothing overflows.
    void steepSoftmax_data() { add_tables(); }
    void steepSoftmax() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(2);
        for (const int64_t tokens : {1, 30})
            checkAgainstTextbook(context, random, {shape_of(2, 1, 16, 16, 0), 200, tokens}, DType::F32, 1000);
    }

    void workersDoNotMatter_data() { add_tables(); }
    void workersDoNotMatter() {
        QFETCH(int, index);
        Random random(3);
        for (const Problem& p :
             {Problem{shape_of(8, 2, 64, 64, 0), 1500, 1}, Problem{shape_of(8, 2, 64, 64, 0), 0, 150},
              rounding({shape_of(8, 2, 64, 64, 0), 0, 150}), Problem{shape_of(8, 2, 64, 64, 700), 1500, 5}}) {
            const Cache cache(random, DType::F16, p.shape, p.first_position + p.tokens);
            const auto q = samples::floats(random, p.tokens * p.shape.heads * p.shape.key_dim);
            std::vector<float> first;
            for (const int workers : {1, 2, 3, 8}) {
                Context context(index, workers);
                const auto out = run(context, p, cache, q, {cache.segment(0, p.first_position + p.tokens)});
                if (first.empty()) first = out;
                check_same(out, first);
            }
        }
    }

    // Cut at tile ends the segments change nothing at all; cut anywhere, the result stays within rounding.
    void segmentsJoin_data() { add_tables(); }
    void segmentsJoin() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(4);
        for (const int64_t tokens : {1, 40}) {
            const Problem p = rounding({shape_of(4, 2, 32, 32, 0), 600, tokens});
            const int64_t all = p.first_position + tokens;
            const Cache cache(random, DType::F16, p.shape, all + 50);
            const auto q = samples::floats(random, tokens * 4 * 32, 3);
            const auto whole = run(context, p, cache, q, {cache.segment(0, all)});
            check_same(run(context, p, cache, q,
                           {cache.segment(0, 128), cache.segment(128, 64), cache.segment(192, all - 192)}),
                       whole);
            check_same(run(context, p, cache, q, {cache.segment(0, all + 50)}),
                       whole); // more than is looked at
            const auto odd = run(context, p, cache, q,
                                 {cache.segment(0, 1), cache.segment(1, 0), cache.segment(1, 99),
                                  cache.segment(100, all - 100)});
            checkTextbook(context, p, cache, q, odd);
        }
    }

    void unseenPositionsDoNotMatter_data() { add_tables(); }
    void unseenPositionsDoNotMatter() {
        QFETCH(int, index);
        Context context(index, 2);
        Random random(5);
        for (const int64_t tokens : {4, 20}) {
            const Problem p{shape_of(2, 1, 16, 16, 10), 90, tokens};
            Cache cache(random, DType::F32, p.shape, 90 + tokens + 8);
            const auto q = samples::floats(random, tokens * 2 * 16);
            const auto before = run(context, p, cache, q, {cache.segment(0, 90 + tokens + 8)});
            const auto spoil = [&](int64_t from, int64_t to) {
                std::fill(cache.keys->floats() + from * 16, cache.keys->floats() + to * 16, 1e30f);
                std::fill(cache.values->floats() + from * 16, cache.values->floats() + to * 16, 1e30f);
            };
            spoil(0, 81);
            spoil(90 + tokens, 90 + tokens + 8);
            check_same(run(context, p, cache, q, {cache.segment(0, 90 + tokens + 8)}), before);
        }
    }

 private:
    static void checkTextbook(const Context& context, const Problem& p, const Cache& cache,
                              const std::vector<float>& q, const std::vector<float>& out) {
        const bool rounds = p.shape.may_round && p.tokens > 8 && cache.dtype != DType::F32 &&
                            context.exec.kernels().rounded.panel != nullptr;
        const double rounding = rounds ? 1.01 * 0x1p-9 : 0;
        std::vector<Expected> expected;
        for (int64_t t = 0; t < p.tokens; ++t) {
            for (int64_t h = 0; h < p.shape.heads; ++h) {
                const auto one =
                    one_head(p.shape, cache, q.data() + (t * p.shape.heads + h) * p.shape.key_dim,
                             h / (p.shape.heads / p.shape.kv_heads), p.first_position + t, rounding);
                expected.insert(expected.end(), one.begin(), one.end());
            }
        }
        check(out, expected);
    }

    static void checkAgainstTextbook(Context& context, Random& random, const Problem& p, DType dtype,
                                     float magnitude) {
        const Cache cache(random, dtype, p.shape, p.first_position + p.tokens);
        const auto q = samples::floats(random, p.tokens * p.shape.heads * p.shape.key_dim, magnitude);
        for (const Problem& each : {p, rounding(p)})
            checkTextbook(context, each, cache, q,
                          run(context, each, cache, q, {cache.segment(0, p.first_position + p.tokens)}));
    }
};

QTEST_APPLESS_MAIN(AttentionTest)
#include "attention_test.moc"
