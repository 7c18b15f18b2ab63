// KvCache: keys and values of one sequence, growing in steps up to a fixed capacity.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/model/model_spec.h"
#include "engine/ops/attention.h"
#include "engine/placement/weights.h"
#include "engine/platform/host_memory.h"
#include "engine/runtime/kv_precision.h"

namespace engine::runtime {

// F32 when the model's matrices are F32, else F16.
KvPrecision default_kv_precision(const placement::Weights& weights);

// Layers with a sliding window keep all positions too: so a conversation can be cut back and continued
// anywhere.
class KvCache {
 public:
    // Allocates nothing yet. capacity: tokens, 1 .. 2^31 - 1. step: tokens by which it grows, 0: chosen from
    // the model's size. Errors: invalid_argument, unsupported (heads that are not whole blocks).
    static Result<KvCache> create(const model::ModelSpec& spec, int64_t capacity, KvPrecision precision,
                                  int64_t step = 0);

    int64_t length() const { return length_; }     // tokens held: positions 0 .. length - 1
    int64_t capacity() const { return capacity_; } // tokens at most
    KvPrecision precision() const { return precision_; }
    // Forgets all from position `length` on (no more than it holds). What was kept can be continued.
    void truncate(int64_t length);
    // Memory held now, and with every position in use.
    int64_t bytes() const;
    int64_t bytes_at_capacity() const;
    // What a cache for `tokens` would hold, without making one.
    static int64_t bytes_for(const model::ModelSpec& spec, int64_t tokens, KvPrecision precision);

    // For the blocks. Keys {tokens, kv_heads * key_dim} and values go to positions from `position` on, for
    // which reserve() has made room.
    void store(ops::ExecContext& context, int32_t layer, int64_t position, ops::ConstMatrix keys,
               ops::ConstMatrix values);
    const ops::KvLayout& layout(int32_t layer) const { return layers_[static_cast<size_t>(layer)].layout; }
    std::span<const ops::KvSegment> segments(int32_t layer) const {
        return layers_[static_cast<size_t>(layer)].segments;
    }

 private:
    friend class Decoder;
    // In every block: the keys of `step_` positions, {kv_heads, step, key_dim}, then the values. Heads are
    // read one by one, so each is one stretch of memory: between rows of other heads reading waits for each
    // of them.
    struct Layer {
        ops::KvLayout layout;
        int64_t kv_heads = 0;
        int64_t keys_at = 0, values_at = 0; // bytes from the block's start
        std::vector<ops::KvSegment> segments;
    };

    KvCache() = default;
    Result<void> reserve(int64_t length); // out_of_memory: what was held stays
    void advance(int64_t tokens) { length_ += tokens; }
    bool fits(const model::ModelSpec& spec) const;

    int64_t length_ = 0, capacity_ = 0, step_ = 0, block_bytes_ = 0;
    KvPrecision precision_ = KvPrecision::f32;
    std::vector<Layer> layers_;
    std::vector<platform::HostBuffer>
        blocks_; // block b holds positions [b * step, (b + 1) * step) of all layers
};

} // namespace engine::runtime
