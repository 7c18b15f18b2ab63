// Attention of many new tokens: scores and sums as matrix products over tiles of positions.
#pragma once

#include <span>

#include "engine/ops/attention.h"

namespace engine::ops {

// attention() for more than a few tokens; the same promises and errors.
Result<void> prompt_attention(ExecContext& context, const AttentionShape& shape, ConstMatrix q,
                              int64_t first_position, const KvLayout& layout,
                              std::span<const KvSegment> segments, Matrix out);

} // namespace engine::ops
