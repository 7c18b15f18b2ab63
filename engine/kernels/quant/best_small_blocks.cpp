// The searching encoders of formats with blocks of 32 values: eight blocks at a time.
#include <cmath>
#include <cstddef>
#include <initializer_list>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/definitions.h"
#include "engine/kernels/quant/fit.h"

namespace engine::kernels {

namespace {

constexpr int kHalf = kBlock / 2;

struct EightBlocks {
    Group<kBlock> g;
    PowerOfTwo unit[kLanes];
    bool empty[kLanes]; // nothing in it that could be said
};

void load(const float* in, const float* importance, int blocks, EightBlocks& eight) {
    const Weighting weight(importance, blocks * kBlock);
    for (int l = 0; l < kLanes; ++l) {
        eight.unit[l] = {};
        eight.empty[l] = l >= blocks || measure(in + l * kBlock, kBlock, eight.unit[l]) == Content::nothing;
        for (int i = 0; i < kBlock; ++i) {
            eight.g.x[i].set(l, eight.empty[l] ? 0.0f : in[l * kBlock + i] * eight.unit[l].down);
            eight.g.w[i].set(l, l < blocks ? weight(l * kBlock + i) : 1.0f);
        }
    }
}

// The better of several scales, each judged as it will be stored.
template <class Levels>
class StoredChoice {
 public:
    StoredChoice(const EightBlocks& eight, const Levels& levels) : eight_(eight), levels_(levels) {}

    void offer(Lanes scale) {
        StoredScale stored[kLanes];
        for (int l = 0; l < kLanes; ++l) {
            stored[l] = store_scale(scale[l], eight_.unit[l]);
            scale.set(l, stored[l].value);
        }
        const Lanes error = scale_error(eight_.g, levels_, scale);
        for (int l = 0; l < kLanes; ++l) {
            if (!(error[l] < error_[l])) continue;
            error_.set(l, error[l]);
            scale_.set(l, scale[l]);
            bits_[l] = eight_.empty[l] ? uint16_t{0} : stored[l].bits;
        }
    }
    uint16_t bits(int lane) const { return bits_[lane]; }

    // level[l][i] of value i of block l.
    void levels(float (&level)[kLanes][kBlock]) const {
        const Lanes inverse = reciprocal(scale_);
        for (int i = 0; i < kBlock; ++i) {
            const Lanes q = levels_(eight_.g.x[i] * inverse);
            for (int l = 0; l < kLanes; ++l)
                level[l][i] = q[l];
        }
    }

 private:
    const EightBlocks& eight_;
    const Levels& levels_;
    Lanes scale_{}, error_ = all_lanes(3e38f);
    uint16_t bits_[kLanes] = {};
};

class StoredAffineChoice {
 public:
    StoredAffineChoice(const EightBlocks& eight, float top) : eight_(eight), top_(top) {}

    void offer(Lanes scale, Lanes minimum) {
        StoredScale d[kLanes], m[kLanes];
        for (int l = 0; l < kLanes; ++l) {
            d[l] = store_scale(scale[l], eight_.unit[l]);
            m[l] = store_scale(minimum[l], eight_.unit[l]);
            scale.set(l, d[l].value);
            minimum.set(l, m[l].value);
        }
        const Lanes error = affine_error(eight_.g, top_, scale, minimum);
        for (int l = 0; l < kLanes; ++l) {
            if (!(error[l] < error_[l])) continue;
            error_.set(l, error[l]);
            scale_.set(l, scale[l]);
            minimum_.set(l, minimum[l]);
            scale_bits_[l] = eight_.empty[l] ? uint16_t{0} : d[l].bits;
            minimum_bits_[l] = eight_.empty[l] ? uint16_t{0} : m[l].bits;
        }
    }
    uint16_t scale_bits(int lane) const { return scale_bits_[lane]; }
    uint16_t minimum_bits(int lane) const { return minimum_bits_[lane]; }

    void levels(float (&level)[kLanes][kBlock]) const {
        const IntegerLevels levels{0, top_};
        const Lanes inverse = reciprocal(scale_);
        for (int i = 0; i < kBlock; ++i) {
            const Lanes q = levels((eight_.g.x[i] - minimum_) * inverse);
            for (int l = 0; l < kLanes; ++l)
                level[l][i] = q[l];
        }
    }

 private:
    const EightBlocks& eight_;
    float top_;
    Lanes scale_{}, minimum_{}, error_ = all_lanes(3e38f);
    uint16_t scale_bits_[kLanes] = {}, minimum_bits_[kLanes] = {};
};

// index(level) of value i in the low nibble of byte i, of value i + 16 in the high one.
template <class Index>
void pack_nibbles(const float (&level)[kBlock], Index index, uint8_t (&qs)[kHalf]) {
    for (int i = 0; i < kHalf; ++i) {
        const int low = index(level[i]) & 15, high = index(level[i + kHalf]) & 15;
        qs[i] = static_cast<uint8_t>(low | high << 4);
    }
}

template <class Index>
void pack_fifth_bits(const float (&level)[kBlock], Index index, uint8_t (&qh)[4]) {
    for (int byte = 0; byte < 4; ++byte) {
        int bits = 0;
        for (int i = 0; i < 8; ++i)
            bits |= (index(level[8 * byte + i]) >> 4) << i;
        qh[byte] = static_cast<uint8_t>(bits);
    }
}

// encode(eight, count, blocks) for every eight blocks of a row.
template <class Block, class Encode>
void by_eight(const float* in, const float* importance, void* out, int64_t values, Encode encode) {
    auto* blocks = static_cast<Block*>(out);
    EightBlocks eight;
    for (int64_t left = values / kBlock; left > 0; left -= kLanes) {
        const int count = left < kLanes ? static_cast<int>(left) : kLanes;
        load(in, importance, count, eight);
        encode(eight, count, blocks);
        blocks += count;
        in += kLanes * kBlock;
        if (importance != nullptr) importance += kLanes * kBlock;
    }
}

// Where the extreme value may lie among the levels -8..7 and -16..15: near either end.
constexpr float kSigned4[] = {-8.6f, -8.3f, -8.0f, -7.7f, -7.4f, -7.0f, -6.6f, 7.4f, 7.1f, 6.8f, 6.4f, 6.0f};
constexpr float kSigned5[] = {-16.6f, -16.3f, -16.0f, -15.6f, -15.2f, -14.8f, 15.4f, 15.1f, 14.7f};

template <class Levels, size_t kStarts>
StoredChoice<Levels> choose_scale(const EightBlocks& eight, const Levels& levels,
                                  const float (&starts)[kStarts], float plain) {
    StoredChoice<Levels> choice(eight, levels);
    choice.offer(extremes(eight.g) / plain);
    choice.offer(fit_scale(eight.g, levels, starts, 2).scale);
    return choice;
}

constexpr float kShares4[] = {1.03f, 0.98f, 0.93f, 0.88f, 0.82f};
constexpr float kShares5[] = {1.01f, 0.97f, 0.93f, 0.88f};
constexpr float kDeviations[] = {1.3f, 1.6f, 1.9f, 2.2f, 2.6f};

template <size_t kShares>
StoredAffineChoice choose_affine(const EightBlocks& eight, float top, const float (&shares)[kShares]) {
    StoredAffineChoice choice(eight, top);
    Lanes low = eight.g.x[0], high = low;
    for (const Lanes& x : eight.g.x) {
        low = lesser(low, x);
        high = greater(high, x);
    }
    choice.offer((high - low) / top, low);
    const AffineFit fit = fit_affine(eight.g, top, false, shares, kDeviations, 24, 3);
    choice.offer(fit.scale, fit.minimum);
    return choice;
}

int as_integer(float level) {
    return static_cast<int>(level);
}
} // namespace

void encode_best_q4_0(const float* in, const float* importance, void* blocks, int64_t values) {
    by_eight<BlockQ4_0>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const IntegerLevels levels{-8, 7};
        const auto choice = choose_scale(eight, levels, kSigned4, -8);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            out[l].d = choice.bits(l);
            pack_nibbles(
                level[l], [](float q) { return as_integer(q) + 8; }, out[l].qs);
        }
    });
}

void encode_best_q5_0(const float* in, const float* importance, void* blocks, int64_t values) {
    by_eight<BlockQ5_0>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const IntegerLevels levels{-16, 15};
        const auto choice = choose_scale(eight, levels, kSigned5, -16);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            const auto index = [](float q) { return as_integer(q) + 16; };
            out[l].d = choice.bits(l);
            pack_nibbles(level[l], index, out[l].qs);
            pack_fifth_bits(level[l], index, out[l].qh);
        }
    });
}

void encode_best_q4_1(const float* in, const float* importance, void* blocks, int64_t values) {
    by_eight<BlockQ4_1>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const auto choice = choose_affine(eight, 15, kShares4);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            out[l].d = choice.scale_bits(l);
            out[l].m = choice.minimum_bits(l);
            pack_nibbles(level[l], as_integer, out[l].qs);
        }
    });
}

void encode_best_q5_1(const float* in, const float* importance, void* blocks, int64_t values) {
    by_eight<BlockQ5_1>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const auto choice = choose_affine(eight, 31, kShares5);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            out[l].d = choice.scale_bits(l);
            out[l].m = choice.minimum_bits(l);
            pack_nibbles(level[l], as_integer, out[l].qs);
            pack_fifth_bits(level[l], as_integer, out[l].qh);
        }
    });
}

// Levels to -127: dot products that take the sign off one side cannot hold +128.
void encode_best_q8_0(const float* in, const float* importance, void* blocks, int64_t values) {
    by_eight<BlockQ8_0>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const IntegerLevels levels{-127, 127};
        StoredChoice<IntegerLevels> choice(eight, levels);
        const Lanes most = magnitude(extremes(eight.g));
        // No fit: in float32 the gain of a scale is only known to about a hundredth of the error that is
        // left.
        for (const float end : {127.0f, 127.4f, 127.2f, 126.8f, 126.6f, 126.4f, 126.2f})
            choice.offer(most / end);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            out[l].d = choice.bits(l);
            for (int i = 0; i < kBlock; ++i)
                out[l].qs[i] = static_cast<int8_t>(level[l][i]);
        }
    });
}

void encode_best_iq4_nl(const float* in, const float* importance, void* blocks, int64_t values) {
    static const TableLevels levels(kIq4Values);
    by_eight<BlockIQ4_NL>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        const auto choice = choose_scale(eight, levels, kIq4Starts, kIq4Values[0]);
        float level[kLanes][kBlock];
        choice.levels(level);
        for (int l = 0; l < count; ++l) {
            out[l].d = choice.bits(l);
            pack_nibbles(
                level[l], [](float q) { return levels.index(q); }, out[l].qs);
        }
    });
}

void encode_best_mxfp4(const float* in, const float* importance, void* blocks, int64_t values) {
    static const TableLevels levels(kMxfp4Values);
    by_eight<BlockMXFP4>(in, importance, blocks, values, [](const EightBlocks& eight, int count, auto* out) {
        // In units in which the largest value lies in [1, 2) a scale of 2^-3 puts it into [8, 16), beside the
        // largest level 12: the plain encoder's choice.
        Lanes scale = all_lanes(0x1p-3f), error = scale_error(eight.g, levels, scale);
        for (const float other : {0x1p-2f, 0x1p-4f}) {
            const Lanes its_error = scale_error(eight.g, levels, all_lanes(other));
            scale = select(its_error < error, all_lanes(other), scale);
            error = lesser(its_error, error);
        }
        for (int l = 0; l < count; ++l) { // 8 * 2^125 would be infinite
            if (scale[l] * eight.unit[l].up > 0x1p124f) scale.set(l, 0x1p-3f);
        }
        const Lanes inverse = reciprocal(scale);
        float level[kLanes][kBlock];
        for (int i = 0; i < kBlock; ++i) {
            const Lanes q = levels(eight.g.x[i] * inverse);
            for (int l = 0; l < kLanes; ++l)
                level[l][i] = q[l];
        }
        for (int l = 0; l < count; ++l) {
            const float power = scale[l] * eight.unit[l].up; // 2^-104 to 2^125
            out[l].e = eight.empty[l] ? uint8_t{0} : static_cast<uint8_t>(std::ilogb(power) + 128);
            pack_nibbles(
                level[l], [](float q) { return levels.index(q); }, out[l].qs);
        }
    });
}

} // namespace engine::kernels
