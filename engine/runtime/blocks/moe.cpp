// Moe: see moe.h.
#include "engine/runtime/blocks/moe.h"

#include <algorithm>

namespace engine::runtime {

using model::Role;

Result<Moe> Moe::create(const model::MoeSpec& spec, int64_t width, int32_t layer, const Binding& from) {
    Moe block;
    block.layer_ = layer;
    block.rule_.used = spec.used;
    block.rule_.renormalize = spec.renormalize;
    block.rule_.scale = static_cast<float>(spec.weight_scale);
    ENGINE_ASSIGN(block.router_,
                  Linear::bind(from, {Role::router, false, layer}, spec.experts, width, false));
    block.experts_.reserve(static_cast<size_t>(spec.experts));
    for (int32_t e = 0; e < spec.experts; ++e) {
        const auto bind = [&](Role role, int64_t out, int64_t in) {
            return Linear::bind(from, {role, false, layer, e}, out, in, false);
        };
        ENGINE_ASSIGN(const Linear gate, bind(Role::gate, spec.width, width));
        ENGINE_ASSIGN(const Linear up, bind(Role::up, spec.width, width));
        ENGINE_ASSIGN(const Linear down, bind(Role::down, width, spec.width));
        block.experts_.push_back({gate.weight, up.weight, down.weight});
    }
    return block;
}

// ops::moe keeps gate, up, output and packed rows for each pair of token and expert.
int64_t Moe::elements_per_token() const {
    const WeightMatrix& gate = experts_.front().gate;
    const int64_t width = gate.shape.rows(), hidden = gate.shape.inner();
    return static_cast<int64_t>(experts_.size()) +
           rule_.used * (2 * width + 2 * hidden + std::max(width, hidden));
}

Result<void> Moe::forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const {
    ops::ExecContext& context = pass.context;
    const ops::Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const ops::Matrix logits, take_matrix(context, x.rows, router_.weight.shape.rows()));
    ENGINE_ASSIGN(int32_t* const experts, context.scratch().take<int32_t>(x.rows * rule_.used));
    ENGINE_ASSIGN(float* const weights, context.scratch().take<float>(x.rows * rule_.used));
    ENGINE_TRY(ops::matmul(context, x, router_.weight, router_.bias, logits));
    ops::route(context, logits, rule_, experts, weights);
    if (pass.observer) pass.observer(layer_, {experts, static_cast<size_t>(x.rows * rule_.used)});
    return ops::moe(context, x, {rule_.used, experts, weights}, experts_, y);
}

} // namespace engine::runtime
