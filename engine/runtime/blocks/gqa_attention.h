// GqaAttention: grouped-query attention with optional biases, query and key norms, limits and window.
#pragma once

#include "engine/model/model_spec.h"
#include "engine/runtime/blocks/linear.h"
#include "engine/runtime/blocks/pass.h"
#include "engine/runtime/kv_cache.h"

namespace engine::runtime {

class GqaAttention {
 public:
    static Result<GqaAttention> create(const model::GqaSpec& spec, const model::RopeSpec& rope, int64_t width,
                                       int32_t layer, const Binding& from);

    // y = attention(x). x is {tokens, width}; stores the tokens' keys and values in their sequences' caches,
    // and each reads what stands before it in its own.
    Result<void> forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const;

 private:
    void normalise(const Pass& pass, ops::Matrix q, ops::Matrix k) const;
    void turn(const Pass& pass, ops::Matrix q, ops::Matrix k) const;
    Result<void> attend(const Pass& pass, ops::Matrix q, ops::Matrix k, ops::Matrix v,
                        ops::Matrix mixed) const;

    model::GqaSpec spec_;
    bool turns_ = true; // false: rope over no dimensions
    bool interleaved_ = false;
    int32_t layer_ = 0;
    Linear query_, key_, value_, output_;
    const float* query_norm_ = nullptr;
    const float* key_norm_ = nullptr;
};

} // namespace engine::runtime
