// rope: rotary position embedding.
#pragma once

#include <cstdint>
#include <span>

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

enum class RopePairs { halves, interleaved }; // (i, i + dims / 2) or (2i, 2i + 1) turn together

// cosine and sine are {tokens, frequencies.size()}: row t has factor * cos(a) and factor * sin(a) of
// a = (first_position + t) * frequencies[i], the product rounded to F32 as Hugging Face transformers rounds
// it. One table serves all layers with the same frequencies.
void rope_table(ExecContext& context, std::span<const float> frequencies, int64_t first_position,
                float factor, Matrix cosine, Matrix sine);

// x is {tokens, heads * width}; the first 2 * cosine.columns elements of each head are turned in place.
void rope(ExecContext& context, RopePairs pairs, ConstMatrix cosine, ConstMatrix sine, Matrix x,
          int64_t heads);

} // namespace engine::ops
