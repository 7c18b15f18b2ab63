// Softmax rows; choosing experts.
#include "engine/ops/router.h"

#include <cmath>

#include "engine/ops/split.h"

namespace engine::ops {

namespace {
// sum of exp(x - greatest) without changing x.
float exp_sum_of(const kernels::KernelTable& kernels, const float* x, int64_t n, float greatest) {
    constexpr int64_t kChunk = 512;
    float chunk[kChunk];
    float sum = 0;
    for (int64_t i = 0; i < n; i += kChunk) {
        const int64_t length = std::min(kChunk, n - i);
        std::copy(x + i, x + i + length, chunk);
        sum += kernels.exp_sum(chunk, length, 1.0f, greatest);
    }
    return sum;
}

bool greater(float a, float b) {
    return a > b || (std::isnan(b) && !std::isnan(a));
}

// The greatest entry that is not among the first `taken` of `chosen`; of equal ones the first.
int32_t next_best(const float* logits, int64_t n, const int32_t* chosen, int64_t taken) {
    int32_t best = -1;
    for (int32_t e = 0; e < n; ++e) {
        if (best >= 0 && !greater(logits[e], logits[best])) continue;
        if (std::find(chosen, chosen + taken, e) == chosen + taken) best = e;
    }
    return best;
}

void route_token(const kernels::KernelTable& kernels, const float* logits, int64_t n, const RouterRule& rule,
                 int32_t* experts, float* weights) {
    for (int64_t k = 0; k < rule.used; ++k)
        experts[k] = next_best(logits, n, experts, k);
    const float greatest = logits[experts[0]];
    for (int64_t k = 0; k < rule.used; ++k)
        weights[k] = logits[experts[k]];
    const float chosen_sum = kernels.exp_sum(weights, rule.used, 1.0f, greatest); // now exp(logit - greatest)
    float divisor = chosen_sum;
    if (rule.softmax_first && !rule.renormalize) divisor = exp_sum_of(kernels, logits, n, greatest);
    for (int64_t k = 0; k < rule.used; ++k)
        weights[k] = weights[k] / divisor * rule.scale;
}
} // namespace

void softmax(ExecContext& context, Matrix x) {
    const auto& kernels = context.kernels();
    context.pool().run(x.rows, rows_per_range(x.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t r = begin; r < end; ++r) {
            const float greatest = kernels.row_max(x.row(r), x.columns);
            const float sum = kernels.exp_sum(x.row(r), x.columns, 1.0f, greatest);
            kernels.scale(x.row(r), x.columns, 1.0f / sum);
        }
    });
}

// Renormalising a softmax over all experts gives the softmax over the chosen ones: the sum over all cancels.
void route(ExecContext& context, ConstMatrix logits, const RouterRule& rule, int32_t* experts,
           float* weights) {
    ENGINE_CHECK(rule.used > 0 && rule.used <= logits.columns);
    context.pool().run(logits.rows, rows_per_range(logits.columns), [&](int64_t begin, int64_t end, int) {
        for (int64_t t = begin; t < end; ++t)
            route_token(context.kernels(), logits.row(t), logits.columns, rule, experts + t * rule.used,
                        weights + t * rule.used);
    });
}

} // namespace engine::ops
