// BlockNoise: random weights of any number format, made as bits, without encoding numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/dtype.h"

namespace engine::measure {

// Values of mean 0 and a wanted standard deviation. The mean matters: random Q4_0 blocks with one sign of
// their scale decode to -0.5 scales on average, and through a few layers that common part grows until all
// tokens look alike and every router picks the same experts. So formats with a minimum get the one that makes
// each block's mean 0, and the others scales of random sign.
class BlockNoise {
 public:
    // Formats that can be decoded here and that this class knows how to scale.
    static bool serves(DType dtype);

    BlockNoise(DType dtype, double deviation, uint64_t seed); // serves(dtype)

    // Blocks (values of F32, F16, BF16) first_block, first_block + 1, ... of an endless row; out holds whole
    // ones. What a block holds depends on seed and index alone, so that a tensor can be made in pieces and by
    // several threads.
    void fill(int64_t first_block, std::span<std::byte> out) const;

 private:
    struct Layout;                               // where a block of a format holds its scale
    static const Layout* layout_of(DType dtype); // null: not known
    template <typename T>
    void fill_values(int64_t first, std::span<std::byte> out) const;
    void fill_one(int64_t index, std::byte* block, bool room_behind) const;
    void set_scale(int64_t index, std::byte* block) const;
    void use_scale(double scale);

    DType dtype_;
    const Layout* layout_;
    uint64_t key_;
    int64_t words_;                    // of random bits in a block
    uint16_t scale_ = 0, minimum_ = 0; // IEEE halves
    int exponent_ = 0;                 // MXFP4: of the smaller of two scales,
    uint32_t larger_ = 0;              // and how often of 2^16 the other, twice as large, is used
    std::vector<uint32_t> values_;     // F32, F16, BF16: bit patterns to choose from
};

} // namespace engine::measure
