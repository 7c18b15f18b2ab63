// Fowler, Noll and Vo's hash.
#include "engine/generation/logits_hash.h"

#include <bit>

namespace engine::generation {

uint64_t logits_hash(std::span<const float> logits) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const float x : logits) {
        const auto bits = std::bit_cast<uint32_t>(x);
        for (int shift = 0; shift < 32; shift += 8)
            hash = (hash ^ ((bits >> shift) & 0xffu)) * 0x100000001b3u;
    }
    return hash;
}

} // namespace engine::generation
