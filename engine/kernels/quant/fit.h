// Fits: the scale, or scale and minimum, that lose least when the values of a block become few integers.
//
// Given the integers q, the best scale and minimum are a weighted least-squares solution in closed form;
// given those, the best integers are the nearest. Alternating finds a local optimum only, hence many starts.
#pragma once

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/lanes.h"

namespace engine::kernels {

// The levels that a format has: each gives the nearest one.
struct IntegerLevels {
    float low, high;
    TANDEM_LANES_INLINE Lanes operator()(Lanes x) const { return clamp(nearest(x), low, high); }
};
// Levels out of a table of 16, rising or not; `index` is a level's place in it.
class TableLevels {
 public:
    explicit TableLevels(const int8_t (&table)[16]) {
        for (int value = -128; value < 128; ++value) {
            for (int place = 15; place >= 0; --place) { // the first of equals stays
                if (table[place] == value) add(value, static_cast<uint8_t>(place));
            }
        }
    }
    TANDEM_LANES_INLINE Lanes operator()(Lanes x) const {
        Lanes level = all_lanes(first_);
        for (int i = 0; i < steps_; ++i) {
            level.low += x.low > threshold_[i] ? step_[i] : Quad{};
            level.high += x.high > threshold_[i] ? step_[i] : Quad{};
        }
        return level;
    }
    int index(float level) const { return index_[static_cast<int>(level) + 128]; }

 private:
    void add(int value, uint8_t place) {
        index_[value + 128] = place;
        const auto level = static_cast<float>(value);
        if (steps_ < 0) first_ = level;
        if (level == last_) return;
        if (steps_ >= 0) {
            threshold_[steps_] = all_quad(0.5f * (last_ + level));
            step_[steps_] = all_quad(level - last_);
        }
        last_ = level;
        ++steps_;
    }
    float first_ = 0, last_ = 1000;
    Quad threshold_[15], step_[15];
    int steps_ = -1;
    uint8_t index_[256] = {};
};

// Where the extreme value may lie among the levels of IQ4: near either end.
inline constexpr float kIq4Starts[] = {-136, -131, -127, -123, -118, -112, 123, 118, 113, 109, 104};

// x = scale * q

struct ScaleFit {
    Lanes scale{};
    Lanes gain = all_lanes(0); // by how much it is better than zeros: sum of w x^2 - w (x - scale q)^2
};

// Takes the least-squares scale for the levels of x * inverse where it is better. `gain` is of that scale.
template <int N, class Levels>
TANDEM_LANES_INLINE void try_inverse(const Group<N>& g, const Levels& levels, Lanes inverse, ScaleFit& best) {
    Lanes xq{}, qq{};
    for (int i = 0; i < N; ++i) {
        const Lanes q = levels(g.x[i] * inverse);
        const Lanes wq = g.w[i] * q;
        xq += wq * g.x[i];
        qq += wq * q;
    }
    const Lanes scale = xq * reciprocal(qq);
    const Lanes gain = scale * xq;
    best.scale = select(gain > best.gain, scale, best.scale);
    best.gain = greater(gain, best.gain);
}

// The value of largest magnitude, with its sign.
template <int N>
Lanes extremes(const Group<N>& g) {
    Lanes low{}, high{};
    for (int i = 0; i < N; ++i) {
        low = lesser(low, g.x[i]);
        high = greater(high, g.x[i]);
    }
    return select(high > -low, high, low);
}

// starts: where the largest value may lie, in levels; both signs are tried by naming both.
template <int N, class Levels, size_t kStarts>
ScaleFit fit_scale(const Group<N>& g, const Levels& levels, const float (&starts)[kStarts], int rounds) {
    ScaleFit best;
    const Lanes per_extreme = reciprocal(extremes(g));
    for (const float start : starts)
        try_inverse(g, levels, per_extreme * start, best);
    for (int round = 0; round < rounds; ++round)
        try_inverse(g, levels, reciprocal(best.scale), best);
    return best;
}

// Weighted squared error of a scale, each value at its nearest level.
template <int N, class Levels>
TANDEM_LANES_INLINE Lanes scale_error(const Group<N>& g, const Levels& levels, Lanes scale) {
    const Lanes inverse = reciprocal(scale);
    Lanes error{};
    for (int i = 0; i < N; ++i) {
        const Lanes rest = g.x[i] - scale * levels(g.x[i] * inverse);
        error += g.w[i] * rest * rest;
    }
    return error;
}

// x = scale * q + minimum, q in 0..top

struct AffineFit {
    Lanes scale{}, minimum{};
    Lanes error = all_lanes(3e38f);
};

struct Moments { // sums over a block
    Lanes w{}, wx{}, wxx{};
};

template <int N>
struct AffineProblem {
    Group<N> g;      // less its mean: differences of large sums would lose what is small
    Lanes mean;      // weighted
    Lanes low, high; // of the values, less the mean
    Lanes most;      // the minimum may not be larger (less the mean)
    Moments moments;
    float top;
};

template <int N>
AffineProblem<N> affine_problem(const Group<N>& g, float top, bool minimum_is_negative) {
    AffineProblem<N> p{g, {}, all_lanes(3e38f), all_lanes(-3e38f), {}, {}, top};
    Lanes w{}, wx{};
    for (int i = 0; i < N; ++i) {
        w += g.w[i];
        wx += g.w[i] * g.x[i];
    }
    p.mean = wx / w;
    for (int i = 0; i < N; ++i) {
        const Lanes x = g.x[i] - p.mean;
        p.g.x[i] = x;
        p.low = lesser(p.low, x);
        p.high = greater(p.high, x);
        p.moments.w += g.w[i];
        p.moments.wx += g.w[i] * x;
        p.moments.wxx += g.w[i] * x * x;
    }
    p.most = minimum_is_negative ? -p.mean : all_lanes(3e38f);
    p.low = lesser(p.low, p.most);
    return p;
}

// Takes the least-squares scale and minimum for the levels of (x - origin) * inverse where they are better.
template <int N>
TANDEM_LANES_INLINE void try_range(const AffineProblem<N>& p, Lanes inverse, Lanes origin, AffineFit& best) {
    const IntegerLevels levels{0, p.top};
    Lanes wq_sum{}, qq{}, xq{};
    for (int i = 0; i < N; ++i) {
        const Lanes q = levels((p.g.x[i] - origin) * inverse);
        const Lanes wq = p.g.w[i] * q;
        wq_sum += wq;
        qq += wq * q;
        xq += wq * p.g.x[i];
    }
    const Moments& m = p.moments;
    const Lanes determinant = m.w * qq - wq_sum * wq_sum;
    const LaneMask regular = determinant > 1e-5f * m.w * qq;
    const Lanes inverse_determinant = 1.0f / select(regular, determinant, all_lanes(1));
    Lanes scale = select(regular, (m.w * xq - m.wx * wq_sum) * inverse_determinant, Lanes{});
    Lanes minimum = select(regular, (m.wx * qq - wq_sum * xq) * inverse_determinant, m.wx / m.w);
    const LaneMask above = minimum > p.most; // then the best lies on the border
    const Lanes on_border = (xq - p.most * wq_sum) * reciprocal(qq);
    scale = select(above, on_border, scale);
    minimum = select(above, p.most, minimum);
    // sum of w (x - scale q - minimum)^2, multiplied out
    const Lanes error = m.wxx - 2.0f * (scale * xq + minimum * m.wx) + scale * scale * qq +
                        minimum * minimum * m.w + 2.0f * scale * minimum * wq_sum;
    const LaneMask better = (error < best.error) & (scale >= 0);
    best.scale = select(better, scale, best.scale);
    best.minimum = select(better, minimum, best.minimum);
    best.error = select(better, error, best.error);
}

// shares: parts of the values' range that the levels may span; deviations: the same as multiples of the
// weighted standard deviation about the mean, for blocks in which few values count; fine: so many more starts
// from the full range, a level longer to a level shorter, for the best may hang on where two values fall.
template <int N, size_t kShares, size_t kDeviations>
AffineFit fit_affine(const Group<N>& g, float top, bool minimum_is_negative, const float (&shares)[kShares],
                     const float (&deviations)[kDeviations], int fine, int rounds) {
    const AffineProblem<N> p = affine_problem(g, top, minimum_is_negative);
    AffineFit best;
    const Lanes middle = 0.5f * (p.high + p.low);
    const Lanes reach = 0.5f * (p.high - p.low);
    for (const float share : shares)
        try_range(p, reciprocal(reach * (2 * share)) * top, middle - reach * share, best);
    const Lanes deviation = square_root(p.moments.wxx / p.moments.w);
    for (const float times : deviations)
        try_range(p, reciprocal(deviation * (2 * times)) * top, lesser(deviation * -times, p.most), best);
    const Lanes per_range = reciprocal(p.high - p.low);
    for (int i = 0; i < fine; ++i)
        try_range(p, per_range * (top + 2 * (static_cast<float>(i) + 0.5f) / static_cast<float>(fine) - 1),
                  p.low, best);
    for (int round = 0; round < rounds; ++round)
        try_range(p, reciprocal(best.scale), best.minimum, best);
    best.minimum += p.mean;
    return best;
}

// Weighted squared error of a scale and minimum, each value at its nearest level.
template <int N>
TANDEM_LANES_INLINE Lanes affine_error(const Group<N>& g, float top, Lanes scale, Lanes minimum) {
    const IntegerLevels levels{0, top};
    const Lanes inverse = reciprocal(scale);
    Lanes error{};
    for (int i = 0; i < N; ++i) {
        const Lanes rest = g.x[i] - (scale * levels((g.x[i] - minimum) * inverse) + minimum);
        error += g.w[i] * rest * rest;
    }
    return error;
}

} // namespace engine::kernels
