// DenseMlp: down(silu(gate(x)) * up(x)).
#pragma once

#include "engine/model/model_spec.h"
#include "engine/runtime/blocks/linear.h"
#include "engine/runtime/blocks/pass.h"

namespace engine::runtime {

class DenseMlp {
 public:
    static Result<DenseMlp> create(const model::DenseMlpSpec& spec, int64_t width, int32_t layer,
                                   const Binding& from);
    Result<void> forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const; // both {tokens, width}

 private:
    Linear gate_, up_, down_;
};

} // namespace engine::runtime
