// Moe: a router that picks experts per token, and their weighted sum.
#pragma once

#include <vector>

#include "engine/model/model_spec.h"
#include "engine/ops/moe.h"
#include "engine/ops/router.h"
#include "engine/runtime/blocks/linear.h"
#include "engine/runtime/blocks/pass.h"

namespace engine::runtime {

class Moe {
 public:
    static Result<Moe> create(const model::MoeSpec& spec, int64_t width, int32_t layer, const Binding& from);
    Result<void> forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const; // both {tokens, width}

 private:
    ops::RouterRule rule_;
    int32_t layer_ = 0;
    Linear router_;
    std::vector<ops::ExpertWeights> experts_;
};

} // namespace engine::runtime
