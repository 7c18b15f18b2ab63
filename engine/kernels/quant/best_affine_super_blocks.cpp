// The searching encoders of super-blocks whose sub-blocks have a scale and a minimum: Q2_K, Q4_K, Q5_K.
#include <cstddef>
#include <initializer_list>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"
#include "engine/kernels/quant/fit.h"
#include "engine/kernels/quant/super_group.h"

namespace engine::kernels {

namespace {

// x = d * scale * q - dmin * minimum, q in 0..top, scale and minimum in 0..steps
template <int N>
class AffineSearch {
    static constexpr int kGroups = kSuperBlock / (N * kLanes);
    struct Choice {
        StoredScale d, dmin;
        Lanes scale[kGroups] = {}, minimum[kGroups] = {}, error[kGroups] = {};
        float total = 3e38f;
    };

 public:
    AffineSearch(const SuperGroup<N>& super, float top, float steps)
        : super_(super), top_(top), steps_(steps) {}

    template <size_t kShares, size_t kTimes, size_t kEnds>
    void run(const float (&shares)[kShares], const float (&deviations)[kTimes], const float (&ends)[kEnds],
             int rounds) {
        AffineFit fit[kGroups];
        float most_scale = 0, most_minimum = 0;
        for (int k = 0; k < kGroups; ++k) {
            fit[k] = fit_affine(super_.group[k], top_, true, shares, deviations, super_.weighted ? 24 : 6, 2);
            const float scale = largest(fit[k].scale), minimum = largest(-fit[k].minimum);
            most_scale = scale > most_scale ? scale : most_scale;
            most_minimum = minimum > most_minimum ? minimum : most_minimum;
        }
        for (const float end : ends)
            offer(store_scale(most_scale / (steps_ * end), super_.unit),
                  store_scale(most_minimum / (steps_ * end), super_.unit), fit);
        for (int round = 0; round < rounds; ++round) {
            try_neighbours();
            offer_least_squares();
        }
    }

    uint16_t d() const { return best_.d.bits; }
    uint16_t dmin() const { return best_.dmin.bits; }
    int scale(int sub) const { return static_cast<int>(best_.scale[sub / kLanes][sub % kLanes]); }
    int minimum(int sub) const { return static_cast<int>(best_.minimum[sub / kLanes][sub % kLanes]); }
    void levels(uint8_t (&q)[kSuperBlock]) const {
        const IntegerLevels levels{0, top_};
        for (int k = 0; k < kGroups; ++k) {
            const Lanes inverse = reciprocal(best_.scale[k] * best_.d.value);
            const Lanes minimum = best_.minimum[k] * best_.dmin.value;
            for (int i = 0; i < N; ++i) {
                const Lanes level = levels((super_.group[k].x[i] + minimum) * inverse);
                for (int l = 0; l < kLanes; ++l)
                    q[(k * kLanes + l) * N + i] = static_cast<uint8_t>(level[l]);
            }
        }
    }

 private:
    void offer(StoredScale d, StoredScale dmin, const AffineFit (&fit)[kGroups]) {
        Choice choice{d, dmin};
        const float per_d = d.value == 0 ? 0 : 1 / d.value;
        const float per_dmin = dmin.value == 0 ? 0 : 1 / dmin.value;
        for (int k = 0; k < kGroups; ++k) {
            choice.scale[k] = clamp(nearest(fit[k].scale * per_d), 0, steps_);
            choice.minimum[k] = clamp(nearest(-fit[k].minimum * per_dmin), 0, steps_);
        }
        judge(choice);
    }

    void judge(Choice& choice) {
        choice.total = 0;
        for (int k = 0; k < kGroups; ++k) {
            choice.error[k] = affine_error(super_.group[k], top_, choice.scale[k] * choice.d.value,
                                           -choice.minimum[k] * choice.dmin.value);
            choice.total += sum(choice.error[k]);
        }
        if (choice.total < best_.total) best_ = choice;
    }

    // Each scale one step up and down, with the minimum that then fits best.
    void try_neighbours() {
        best_.total = 0;
        for (int k = 0; k < kGroups; ++k) {
            const Lanes middle = best_.scale[k], minimum = best_.minimum[k];
            for (const float offset : {-1.0f, 0.0f, 1.0f})
                try_scale(k, clamp(middle + offset, 0, steps_), minimum);
            best_.total += sum(best_.error[k]);
        }
    }

    void try_scale(int k, Lanes steps, Lanes old_minimum) {
        const Group<N>& g = super_.group[k];
        const IntegerLevels levels{0, top_};
        const Lanes scale = steps * best_.d.value, inverse = reciprocal(scale);
        const Lanes below = old_minimum * best_.dmin.value;
        Lanes rest{}, weight{};
        for (int i = 0; i < N; ++i) {
            rest += g.w[i] * (scale * levels((g.x[i] + below) * inverse) - g.x[i]);
            weight += g.w[i];
        }
        const float per_dmin = best_.dmin.value == 0 ? 0 : 1 / best_.dmin.value;
        const Lanes minimum = clamp(nearest(rest / weight * per_dmin), 0, steps_);
        const Lanes error = affine_error(g, top_, scale, -minimum * best_.dmin.value);
        const LaneMask better = error < best_.error[k];
        best_.scale[k] = select(better, steps, best_.scale[k]);
        best_.minimum[k] = select(better, minimum, best_.minimum[k]);
        best_.error[k] = select(better, error, best_.error[k]);
    }

    // Both super-block scales at once, given all integers: x = d a - dmin b.
    void offer_least_squares() {
        const IntegerLevels levels{0, top_};
        Lanes aa{}, ab{}, bb{}, xa{}, xb{};
        for (int k = 0; k < kGroups; ++k) {
            const Group<N>& g = super_.group[k];
            const Lanes inverse = reciprocal(best_.scale[k] * best_.d.value);
            const Lanes below = best_.minimum[k] * best_.dmin.value;
            Lanes wa_sum{}, wx_sum{}, w_sum{};
            for (int i = 0; i < N; ++i) {
                const Lanes a = best_.scale[k] * levels((g.x[i] + below) * inverse);
                const Lanes wa = g.w[i] * a;
                aa += wa * a;
                xa += wa * g.x[i];
                wa_sum += wa;
                wx_sum += g.w[i] * g.x[i];
                w_sum += g.w[i];
            }
            ab += wa_sum * best_.minimum[k];
            xb += wx_sum * best_.minimum[k];
            bb += w_sum * best_.minimum[k] * best_.minimum[k];
        }
        const float a = sum(aa), m = sum(ab), b = sum(bb), p = sum(xa), r = sum(xb);
        const float determinant = a * b - m * m;
        if (!(determinant > 1e-5f * a * b)) return;
        const float d = (p * b - r * m) / determinant, dmin = (p * m - r * a) / determinant;
        if (!(d > 0 && dmin >= 0)) return;
        Choice choice = best_;
        choice.d = store_scale(d, super_.unit);
        choice.dmin = store_scale(dmin, super_.unit);
        judge(choice);
    }

    const SuperGroup<N>& super_;
    float top_, steps_;
    Choice best_;
};

// Parts of the values' range that the levels may span; where the largest scale and minimum lie.
constexpr float kShares2[] = {1.05f, 0.94f, 0.84f, 0.74f, 0.64f};
constexpr float kShares4[] = {1.02f, 0.97f, 0.92f, 0.86f};
constexpr float kShares5[] = {1.01f, 0.97f, 0.92f};
constexpr float kDeviations2[] = {1.0f, 1.25f, 1.5f};
constexpr float kDeviations[] = {1.4f, 1.7f, 2.0f, 2.4f};
constexpr float kCoarseEnds[] = {1.0f, 0.96f, 0.92f, 1.04f};
constexpr float kFineEnds[] = {1.0f};

// Eight scales and eight minima of 6 bits; layout in blocks.h.
void pack_six_bits(const AffineSearch<32>& search, uint8_t (&scales)[12]) {
    for (int s = 0; s < 8; ++s) {
        const int scale = search.scale(s), minimum = search.minimum(s);
        if (s < 4) {
            scales[s] |= static_cast<uint8_t>(scale);
            scales[s + 4] |= static_cast<uint8_t>(minimum);
        } else {
            scales[s + 4] |= static_cast<uint8_t>((scale & 15) | (minimum & 15) << 4);
            scales[s - 4] |= static_cast<uint8_t>((scale >> 4) << 6);
            scales[s] |= static_cast<uint8_t>((minimum >> 4) << 6);
        }
    }
}

} // namespace

void encode_best_q2_k(const float* in, const float* importance, void* blocks, int64_t values) {
    by_super_block<16, BlockQ2_K>(in, importance, blocks, values, [](const auto& super, BlockQ2_K& b) {
        AffineSearch<16> search(super, 3, 15);
        search.run(kShares2, kDeviations2, kCoarseEnds, 2);
        uint8_t q[kSuperBlock];
        search.levels(q);
        b.d = search.d();
        b.dmin = search.dmin();
        for (int s = 0; s < 16; ++s)
            b.scales[s] = static_cast<uint8_t>(search.scale(s) | search.minimum(s) << 4);
        for (int v = 0; v < kSuperBlock; ++v)
            b.qs[v / 128 * 32 + v % 32] |= static_cast<uint8_t>(q[v] << (v / 32 % 4 * 2));
    });
}

void encode_best_q4_k(const float* in, const float* importance, void* blocks, int64_t values) {
    by_super_block<32, BlockQ4_K>(in, importance, blocks, values, [](const auto& super, BlockQ4_K& b) {
        AffineSearch<32> search(super, 15, 63);
        search.run(kShares4, kDeviations, kFineEnds, 2);
        uint8_t q[kSuperBlock];
        search.levels(q);
        b.d = search.d();
        b.dmin = search.dmin();
        pack_six_bits(search, b.scales);
        for (int v = 0; v < kSuperBlock / 2; ++v) {
            const int low = v / 32 * 64 + v % 32;
            b.qs[v] = static_cast<uint8_t>(q[low] | q[low + 32] << 4);
        }
    });
}

void encode_best_q5_k(const float* in, const float* importance, void* blocks, int64_t values) {
    by_super_block<32, BlockQ5_K>(in, importance, blocks, values, [](const auto& super, BlockQ5_K& b) {
        AffineSearch<32> search(super, 31, 63);
        search.run(kShares5, kDeviations, kFineEnds, 2);
        uint8_t q[kSuperBlock];
        search.levels(q);
        b.d = search.d();
        b.dmin = search.dmin();
        pack_six_bits(search, b.scales);
        for (int v = 0; v < kSuperBlock / 2; ++v) {
            const int low = v / 32 * 64 + v % 32;
            b.qs[v] = static_cast<uint8_t>((q[low] & 15) | (q[low + 32] & 15) << 4);
        }
        for (int v = 0; v < kSuperBlock; ++v)
            b.qh[v % 32] |= static_cast<uint8_t>((q[v] >> 4) << (v / 32));
    });
}

} // namespace engine::kernels
