// Elementwise kernels, written once for every vector width.
#pragma once

// Calls whole(i) for full vectors and part(i, n) for what is left of n elements.
template <class Whole, class Part>
INLINE void over(int64_t n, Whole whole, Part part) {
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        whole(i);
    if (i < n) part(i, n - i);
}

// y[i] = f(vector of inputs at i): for kernels with one output.
template <class Inputs, class F>
INLINE void map(int64_t n, float* y, Inputs inputs, F f) {
    over(
        n, [&](int64_t i) INLINE_LAMBDA { store(y + i, f(inputs(i, kLanes))); },
        [&](int64_t i, int64_t count) INLINE_LAMBDA { store_part(y + i, f(inputs(i, count)), count); });
}

INLINE Vec load_some(const float* p, int64_t n) {
    return n == kLanes ? load(p) : load_part(p, n);
}

// exp(x) = 2^k exp(r), k = round(x / ln 2), |r| <= 0.3466: the Taylor series to r^7 leaves 5e-9, a twelfth of
// a unit in the last place; with the roundings on the way two units. Below -104 the result is 0, above 88.7
// infinite, subnormal results are exact to half a step, NaN stays NaN.
INLINE Vec exponential(Vec x) {
    x = max(broadcast(-110.0f), min(broadcast(100.0f), x));
    const Vec k = round_even(mul(x, broadcast(1.44269504088896341f)));
    Vec r = fnma(k, broadcast(0.693359375f), x); // ln 2 in two parts: k times the first is exact
    r = fnma(k, broadcast(-2.12194440054690583e-4f), r);
    Vec s = broadcast(1.0f / 5040);
    s = fma(s, r, broadcast(1.0f / 720));
    s = fma(s, r, broadcast(1.0f / 120));
    s = fma(s, r, broadcast(1.0f / 24));
    s = fma(s, r, broadcast(1.0f / 6));
    s = fma(s, r, broadcast(0.5f));
    s = fma(s, r, broadcast(1.0f));
    s = fma(s, r, broadcast(1.0f));
    return times_power_of_two(s, k);
}

INLINE float square_root(float x) {
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}

// Sums run in four accumulators: vector i goes to accumulator i mod 4.
template <class F>
INLINE float sum_over(int64_t n, F f) {
    Vec acc[4] = {zero(), zero(), zero(), zero()};
    int64_t i = 0;
    for (; i + 4 * kLanes <= n; i += 4 * kLanes)
        repeat<4>([&](auto k)
                      INLINE_LAMBDA { acc[k.value] = f(acc[k.value], i + k.value * kLanes, kLanes); });
    for (; i < n; i += kLanes)
        acc[0] = f(acc[0], i, least(n - i, kLanes));
    return sum(add(add(acc[0], acc[1]), add(acc[2], acc[3])));
}

void rms_norm(const float* x, const float* weight, float epsilon, int64_t n, float* y) {
    const float squares = sum_over(n, [&](Vec acc, int64_t i, int64_t count) INLINE_LAMBDA {
        const Vec v = load_some(x + i, count);
        return fma(v, v, acc);
    });
    const Vec factor = broadcast(1.0f / square_root(squares / static_cast<float>(n) + epsilon));
    if (weight == nullptr) {
        map(
            n, y, [&](int64_t i, int64_t count) INLINE_LAMBDA { return load_some(x + i, count); },
            [&](Vec v) INLINE_LAMBDA { return mul(v, factor); });
        return;
    }
    for (int64_t i = 0; i < n; i += kLanes) {
        const int64_t count = least(n - i, kLanes);
        const Vec v = mul(mul(load_some(x + i, count), factor), load_some(weight + i, count));
        if (count == kLanes) {
            store(y + i, v);
        } else {
            store_part(y + i, v, count);
        }
    }
}

float row_max(const float* x, int64_t n) {
    constexpr float kLowest = -__builtin_inff();
    Vec acc = broadcast(kLowest);
    for (int64_t i = 0; i < n; i += kLanes) {
        const int64_t count = least(n - i, kLanes);
        const Vec v = load_some(x + i, count);
        acc = max(count == kLanes ? v : keep_first(v, count, kLowest), acc); // a NaN in v gives acc
    }
    return greatest(acc);
}

float exp_sum(float* x, int64_t n, float scale, float shift) {
    const Vec a = broadcast(scale), b = broadcast(-shift);
    return sum_over(n, [&](Vec acc, int64_t i, int64_t count) INLINE_LAMBDA {
        const Vec e = exponential(fma(load_some(x + i, count), a, b));
        if (count == kLanes) {
            store(x + i, e);
            return add(acc, e);
        }
        store_part(x + i, e, count);
        return add(acc, keep_first(e, count, 0.0f));
    });
}

// Columns in the lanes: no sum or maximum crosses them.
void soften_columns(float* x, int64_t rows, int64_t width, float factor_of_x, float* greatest, float* sum,
                    float* factor) {
    const Vec a = broadcast(factor_of_x);
    for (int64_t t = 0; t < width; t += kLanes) {
        const Vec before = load(greatest + t);
        Vec g = max(before, broadcast(-3.402823466e38f));
        for (int64_t r = 0; r < rows; ++r)
            g = max(mul(load(x + r * width + t), a), g); // a NaN in x gives g
        Vec total = zero();
        for (int64_t r = 0; r < rows; ++r) {
            const Vec e = exponential(sub(mul(load(x + r * width + t), a), g));
            store(x + r * width + t, e);
            total = add(total, e);
        }
        const Vec shrink = exponential(sub(before, g));
        store(factor + t, shrink);
        store(sum + t, fma(load(sum + t), shrink, total));
        store(greatest + t, g);
    }
}

void scale_columns(float* x, int64_t rows, int64_t width, const float* factor) {
    for (int64_t t = 0; t < width; t += kLanes) {
        const Vec a = load(factor + t);
        for (int64_t r = 0; r < rows; ++r)
            store(x + r * width + t, mul(load(x + r * width + t), a));
    }
}

void scale(float* x, int64_t n, float factor) {
    const Vec a = broadcast(factor);
    map(
        n, x, [&](int64_t i, int64_t count) INLINE_LAMBDA { return load_some(x + i, count); },
        [&](Vec v) INLINE_LAMBDA { return mul(v, a); });
}

void add_rows(float* y, const float* x, int64_t n) {
    over(
        n, [&](int64_t i) INLINE_LAMBDA { store(y + i, add(load(y + i), load(x + i))); },
        [&](int64_t i, int64_t count) INLINE_LAMBDA {
            store_part(y + i, add(load_part(y + i, count), load_part(x + i, count)), count);
        });
}

void add_scaled(float* y, const float* x, int64_t n, float factor) {
    const Vec a = broadcast(factor);
    over(
        n, [&](int64_t i) INLINE_LAMBDA { store(y + i, fma(a, load(x + i), load(y + i))); },
        [&](int64_t i, int64_t count) INLINE_LAMBDA {
            store_part(y + i, fma(a, load_part(x + i, count), load_part(y + i, count)), count);
        });
}

// gate * sigmoid(argument) * up; where exp(-argument) is infinite the result is a zero.
template <class Argument>
INLINE void gated(const float* gate, const float* up, int64_t n, float* y, Argument argument) {
    for (int64_t i = 0; i < n; i += kLanes) {
        const int64_t count = least(n - i, kLanes);
        const Vec g = load_some(gate + i, count);
        const Vec e = exponential(sub(zero(), argument(g)));
        const Vec v = mul(div(g, add(broadcast(1.0f), e)), load_some(up + i, count));
        if (count == kLanes) {
            store(y + i, v);
        } else {
            store_part(y + i, v, count);
        }
    }
}

void silu_mul(const float* gate, const float* up, int64_t n, float* y) {
    gated(gate, up, n, y, [](Vec g) INLINE_LAMBDA { return g; });
}

// 0.5 (1 + tanh(u)) = sigmoid(2 u), without the cancellation of the left side.
void gelu_tanh_mul(const float* gate, const float* up, int64_t n, float* y) {
    gated(gate, up, n, y, [](Vec g) INLINE_LAMBDA {
        const Vec twice = mul(g, broadcast(2 * 0.79788456080286535588f));
        return mul(twice, fma(mul(g, g), broadcast(0.044715f), broadcast(1.0f)));
    });
}

// Two products and a rounded difference, as in the reference: a fused one would differ between the two
// halves.
INLINE void turn(Vec& a, Vec& b, Vec cosine, Vec sine) {
    const Vec x = a, y = b;
    a = sub(mul(x, cosine), mul(y, sine));
    b = add(mul(y, cosine), mul(x, sine));
}

void rope_halves(float* x, const float* cosine, const float* sine, int64_t half) {
    over(
        half,
        [&](int64_t i) INLINE_LAMBDA {
            Vec a = load(x + i), b = load(x + half + i);
            turn(a, b, load(cosine + i), load(sine + i));
            store(x + i, a);
            store(x + half + i, b);
        },
        [&](int64_t i, int64_t n) INLINE_LAMBDA {
            Vec a = load_part(x + i, n), b = load_part(x + half + i, n);
            turn(a, b, load_part(cosine + i, n), load_part(sine + i, n));
            store_part(x + i, a, n);
            store_part(x + half + i, b, n);
        });
}

void rope_interleaved(float* x, const float* cosine, const float* sine, int64_t half) {
    over(
        half,
        [&](int64_t i) INLINE_LAMBDA {
            Vec a, b, first = load(x + 2 * i), second = load(x + 2 * i + kLanes);
            split_pairs(first, second, a, b);
            turn(a, b, load(cosine + i), load(sine + i));
            join_pairs(a, b, first, second);
            store(x + 2 * i, first);
            store(x + 2 * i + kLanes, second);
        },
        [&](int64_t i, int64_t n) INLINE_LAMBDA {
            for (int64_t k = i; k < i + n; ++k) {
                const float a = x[2 * k], b = x[2 * k + 1];
                x[2 * k] = a * cosine[k] - b * sine[k];
                x[2 * k + 1] = b * cosine[k] + a * sine[k];
            }
        });
}

void encode_f16(const float* in, void* out, int64_t n) {
    auto* const to = static_cast<uint8_t*>(out);
    over(
        n, [&](int64_t i) INLINE_LAMBDA { store_f16(to + 2 * i, load(in + i)); },
        [&](int64_t i, int64_t count)
            INLINE_LAMBDA { store_f16_part(to + 2 * i, load_part(in + i, count), count); });
}
