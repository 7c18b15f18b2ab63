// The searching encoders of super-blocks whose sub-blocks have a scale and no minimum: Q3_K, Q6_K, IQ4_XS.
#include <cmath>
#include <cstddef>
#include <initializer_list>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"
#include "engine/kernels/quant/fit.h"
#include "engine/kernels/quant/super_group.h"

namespace engine::kernels {

namespace {

// x = d * steps * level
template <int N, class Levels>
class ScaledSearch {
    static constexpr int kGroups = kSuperBlock / (N * kLanes);

 public:
    ScaledSearch(const SuperGroup<N>& super, const Levels& levels, float lowest, float highest)
        : super_(super), levels_(levels), lowest_(lowest), highest_(highest) {}

    template <size_t kStarts, size_t kEnds>
    void run(const float (&starts)[kStarts], const float (&ends)[kEnds], int rounds) {
        Lanes scale[kGroups];
        float most = 0;
        for (int k = 0; k < kGroups; ++k) {
            scale[k] = fit_scale(super_.group[k], levels_, starts, 2).scale;
            for (int l = 0; l < kLanes; ++l)
                most = std::fabs(scale[k][l]) > std::fabs(most) ? scale[k][l] : most;
        }
        for (const float end : ends)
            offer(store_scale(most / end, super_.unit), scale);
        for (int round = 0; round < rounds; ++round) {
            try_neighbours();
            offer(store_scale(least_squares(), super_.unit));
        }
    }

    uint16_t bits() const { return d_.bits; }
    int steps(int sub) const { return static_cast<int>(steps_[sub / kLanes][sub % kLanes]); }
    void levels(float (&level)[kSuperBlock]) const {
        for (int k = 0; k < kGroups; ++k) {
            const Lanes inverse = reciprocal(steps_[k] * d_.value);
            for (int i = 0; i < N; ++i) {
                const Lanes q = levels_(super_.group[k].x[i] * inverse);
                for (int l = 0; l < kLanes; ++l)
                    level[(k * kLanes + l) * N + i] = q[l];
            }
        }
    }

 private:
    Lanes error_of(int k, float d, Lanes steps) const {
        return scale_error(super_.group[k], levels_, steps * d);
    }

    void offer(StoredScale d, const Lanes (&scale)[kGroups]) {
        const float inverse = d.value == 0 ? 0 : 1 / d.value;
        Lanes steps[kGroups];
        for (int k = 0; k < kGroups; ++k)
            steps[k] = clamp(nearest(scale[k] * inverse), lowest_, highest_);
        offer_steps(d, steps);
    }
    void offer(StoredScale d) { offer_steps(d, steps_); }

    void offer_steps(StoredScale d, const Lanes (&steps)[kGroups]) {
        Lanes error[kGroups];
        float total = 0;
        for (int k = 0; k < kGroups; ++k) {
            error[k] = error_of(k, d.value, steps[k]);
            total += sum(error[k]);
        }
        if (!(total < total_)) return;
        total_ = total;
        d_ = d;
        for (int k = 0; k < kGroups; ++k) {
            steps_[k] = steps[k];
            error_[k] = error[k];
        }
    }

    void try_neighbours() {
        total_ = 0;
        for (int k = 0; k < kGroups; ++k) {
            const Lanes middle = steps_[k];
            for (const float offset : {-1.0f, 1.0f}) {
                const Lanes steps = clamp(middle + offset, lowest_, highest_);
                const Lanes error = error_of(k, d_.value, steps);
                steps_[k] = select(error < error_[k], steps, steps_[k]);
                error_[k] = lesser(error, error_[k]);
            }
            total_ += sum(error_[k]);
        }
    }

    float least_squares() const {
        Lanes xa{}, aa{};
        for (int k = 0; k < kGroups; ++k) {
            const Group<N>& g = super_.group[k];
            const Lanes inverse = reciprocal(steps_[k] * d_.value);
            for (int i = 0; i < N; ++i) {
                const Lanes a = steps_[k] * levels_(g.x[i] * inverse);
                xa += g.w[i] * g.x[i] * a;
                aa += g.w[i] * a * a;
            }
        }
        const float divisor = sum(aa);
        return divisor > 0 ? sum(xa) / divisor : d_.value;
    }

    const SuperGroup<N>& super_;
    const Levels& levels_;
    float lowest_, highest_;
    StoredScale d_;
    Lanes steps_[kGroups] = {}, error_[kGroups] = {};
    float total_ = 3e38f;
};

// Where the extreme value may lie among the levels of each format, and at which step the largest scale.
constexpr float kSigned3[] = {-4.8f, -4.5f, -4.2f, -3.9f, -3.6f, -3.3f, -2.9f, 3.9f, 3.6f, 3.3f, 3.0f, 2.7f};
constexpr float kSigned6[] = {-32.4f, -32.0f, -31.6f, -31.0f, 31.3f};
constexpr float kSixBitEnds[] = {-32, 31, -30};
constexpr float kEightBitEnds[] = {-128};

} // namespace

void encode_best_q3_k(const float* in, const float* importance, void* blocks, int64_t values) {
    by_super_block<16, BlockQ3_K>(in, importance, blocks, values, [](const auto& super, BlockQ3_K& b) {
        const IntegerLevels levels{-4, 3};
        ScaledSearch search(super, levels, -32, 31);
        search.run(kSigned3, kSixBitEnds, 2);
        float level[kSuperBlock];
        search.levels(level);
        b.d = search.bits();
        for (int s = 0; s < 16; ++s) {
            const int scale = search.steps(s) + 32;
            b.scales[s % 8] |= static_cast<uint8_t>((scale & 15) << (s / 8 * 4));
            b.scales[8 + s % 4] |= static_cast<uint8_t>((scale >> 4) << (s / 4 * 2));
        }
        for (int v = 0; v < kSuperBlock; ++v) {
            const int q = static_cast<int>(level[v]) + 4, l = v % 32;
            b.qs[v / 128 * 32 + l] |= static_cast<uint8_t>((q & 3) << (v / 32 % 4 * 2));
            b.hmask[l] |= static_cast<uint8_t>((q >> 2) << (v / 32));
        }
    });
}

void encode_best_q6_k(const float* in, const float* importance, void* blocks, int64_t values) {
    by_super_block<16, BlockQ6_K>(in, importance, blocks, values, [](const auto& super, BlockQ6_K& b) {
        const IntegerLevels levels{-32, 31};
        ScaledSearch search(super, levels, -128, 127);
        search.run(kSigned6, kEightBitEnds, 2);
        float level[kSuperBlock];
        search.levels(level);
        b.d = search.bits();
        for (int s = 0; s < 16; ++s)
            b.scales[s] = static_cast<int8_t>(search.steps(s));
        for (int v = 0; v < kSuperBlock; ++v) {
            const int q = static_cast<int>(level[v]) + 32;
            const int h = v / 128, j = v / 32 % 4, l = v % 32; // as in blocks.h
            b.ql[64 * h + 32 * (j & 1) + l] |= static_cast<uint8_t>((q & 15) << (j / 2 * 4));
            b.qh[32 * h + l] |= static_cast<uint8_t>((q >> 4) << (2 * j));
        }
    });
}

void encode_best_iq4_xs(const float* in, const float* importance, void* blocks, int64_t values) {
    static const TableLevels levels(kIq4Values);
    by_super_block<32, BlockIQ4_XS>(in, importance, blocks, values, [](const auto& super, BlockIQ4_XS& b) {
        ScaledSearch search(super, levels, -32, 31);
        search.run(kIq4Starts, kSixBitEnds, 2);
        float level[kSuperBlock];
        search.levels(level);
        b.d = search.bits();
        int high = 0;
        for (int s = 0; s < 8; ++s) {
            const int scale = search.steps(s) + 32;
            b.scales_l[s / 2] |= static_cast<uint8_t>((scale & 15) << (s % 2 * 4));
            high |= (scale >> 4) << (2 * s);
        }
        b.scales_h = static_cast<uint16_t>(high);
        for (int v = 0; v < kSuperBlock; ++v)
            b.qs[v / 32 * 16 + v % 16] |= static_cast<uint8_t>(levels.index(level[v]) << (v % 32 / 16 * 4));
    });
}

} // namespace engine::kernels
