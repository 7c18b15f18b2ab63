// attention: grouped-query attention of new tokens over a KV cache.
#pragma once

#include <cstddef>
#include <span>

#include "engine/base/result.h"
#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

struct AttentionShape {
    int64_t heads = 0,
            kv_heads = 0; // heads is a multiple of kv_heads; head h reads kv head h / (heads / kv_heads)
    int64_t key_dim = 0, value_dim = 0; // elements of a head
    float scale = 0;                    // of the scores, usually 1 / sqrt(key_dim)
    int64_t window = 0;                 // positions that a query sees, itself included; 0: all before it
    bool may_round = false; // prompts may be multiplied in BF16, where that is faster and the cache not F32
};

// How keys and values lie in every segment. Key of position p and head h: keys + p * key_stride + h *
// key_head_stride, all in bytes.
struct KvLayout {
    DType dtype = DType::F32; // F32, F16, Q8_0 or Q4_0; of the last two a head is whole blocks
    int64_t key_stride = 0, key_head_stride = 0;
    int64_t value_stride = 0, value_head_stride = 0;
};

// Consecutive positions; segments follow each other, the first begins at position 0.
struct KvSegment {
    const std::byte* keys = nullptr;
    const std::byte* values = nullptr;
    int64_t positions = 0;
};

// q is {tokens, heads * key_dim}, out {tokens, heads * value_dim}. Token t stands at position first_position
// + t and sees the positions up to its own, which the segments must hold already (they may hold more). out =
// softmax(scale * q k) v with the softmax in running form over fixed tiles of positions: the result depends
// on the positions and the segments' lengths, not on the number of workers. Errors: out_of_memory (scratch),
// cancelled.
Result<void> attention(ExecContext& context, const AttentionShape& shape, ConstMatrix q,
                       int64_t first_position, const KvLayout& layout, std::span<const KvSegment> segments,
                       Matrix out);

} // namespace engine::ops
