// KvCache: keys and values of one sequence, growing in steps up to a fixed capacity.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/dtype.h"
#include "engine/base/result.h"
#include "engine/model/model_spec.h"
#include "engine/placement/weights.h"

namespace engine::runtime {

enum class KvPrecision { f32, f16 };

// F32 when the model's matrices are F32, else F16.
KvPrecision default_kv_precision(const placement::Weights& weights);

class KvCache {
 public:
    // Allocates nothing yet. capacity: tokens, 1 .. 2^31 - 1. Errors: invalid_argument.
    static Result<KvCache> create(const model::ModelSpec& spec, int64_t capacity, KvPrecision precision);

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

 private:
    friend class Decoder;
    KvCache() = default;
    int64_t length_ = 0, capacity_ = 0;
    KvPrecision precision_ = KvPrecision::f32;
};

} // namespace engine::runtime
