// SuperGroup: the sub-blocks of one super-block as lanes.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/lanes.h"

namespace engine::kernels {

// 256 values as sub-blocks of N: one group of eight for N = 32, two for N = 16.
template <int N>
struct SuperGroup {
    Group<N> group[kSuperBlock / (N * kLanes)];
    PowerOfTwo unit;
    bool weighted = false; // by importances
};

// encode(super, block) for each super-block of a row; `block` comes as zeros, and stays so where there is
// nothing to say.
template <int N, class Block, class Encode>
void by_super_block(const float* in, const float* importance, void* out, int64_t values, Encode encode) {
    auto* block = static_cast<Block*>(out);
    SuperGroup<N> super;
    super.weighted = importance != nullptr;
    for (; values > 0; values -= kSuperBlock, ++block, in += kSuperBlock) {
        std::memset(block, 0, sizeof(Block));
        const Weighting weight(importance, kSuperBlock);
        if (importance != nullptr) importance += kSuperBlock;
        if (measure(in, kSuperBlock, super.unit) == Content::nothing) continue;
        for (int v = 0; v < kSuperBlock; ++v) {
            Group<N>& g = super.group[v / (N * kLanes)];
            g.x[v % N].set(v / N % kLanes, in[v] * super.unit.down);
            g.w[v % N].set(v / N % kLanes, weight(v));
        }
        encode(super, *block);
    }
}

} // namespace engine::kernels
