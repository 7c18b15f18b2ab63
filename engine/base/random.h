// Philox4x32-10: a counter-based generator. The i-th number depends on (seed, i) alone, so runs can be
// resumed and split over threads without sharing state. Source: Salmon et al., "Parallel Random Numbers: As
// Easy as 1, 2, 3", 2011.
#pragma once

#include <array>
#include <cstdint>

namespace engine::base {

inline std::array<uint32_t, 4> philox(uint64_t seed, uint64_t counter, uint64_t stream = 0) {
    std::array<uint32_t, 4> c = {static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32),
                                 static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)};
    uint32_t k0 = static_cast<uint32_t>(seed);
    uint32_t k1 = static_cast<uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t{0xD2511F53u} * c[0];
        const uint64_t p1 = uint64_t{0xCD9E8D57u} * c[2];
        c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
             static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

// A sequence of numbers over philox(): copy it to fork, store (seed, position) to resume.
class Random {
 public:
    explicit Random(uint64_t seed, uint64_t stream = 0) : seed_(seed), stream_(stream) {}
    uint32_t next_u32() {
        const uint64_t at = position_++;
        if (at % 4 == 0) block_ = philox(seed_, at / 4, stream_);
        return block_[at % 4];
    }
    double uniform() { // [0, 1), 53 bits
        const uint64_t high = next_u32() >> 5;
        const uint64_t low = next_u32() >> 6;
        return static_cast<double>((high << 26) | low) * 0x1p-53;
    }

 private:
    uint64_t seed_;
    uint64_t stream_;
    uint64_t position_ = 0;
    std::array<uint32_t, 4> block_{};
};

} // namespace engine::base

namespace engine {
using namespace base;
}
