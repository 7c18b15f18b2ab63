// Weight rows of any number format with random content, and what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/random.h"
#include "engine/kernels/reference/kernel_table.h"

namespace samples {

// Every format that can be decoded; the one list that all sweeps go through.
std::vector<engine::DType> formats();
// Every kernel table that this machine can run, and that of AMX with emulated tiles where all but the tiles
// is there.
std::vector<const engine::kernels::KernelTable*> tables();

enum class Scales { moderate, any }; // any: every bit pattern, infinities and NaN included

// `rows` rows of n values, `stride` bytes apart, written to `to`.
void fill_rows(engine::Random& random, engine::DType dtype, int64_t rows, int64_t n, int64_t stride,
               Scales scales, std::byte* to);
std::vector<float> floats(engine::Random& random, int64_t n, float greatest = 1);
// By the scalar definition.
std::vector<float> decoded(engine::DType dtype, const std::byte* row, int64_t n);

// Lengths around every loop's edges, as multiples of the format's block.
std::vector<int64_t> lengths(engine::DType dtype);

std::string name_of(const engine::kernels::KernelTable& table, engine::DType dtype);

} // namespace samples
