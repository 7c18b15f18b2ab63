// DenseMlp: see dense_mlp.h.
#include "engine/runtime/blocks/dense_mlp.h"

#include <array>

#include "engine/ops/activation.h"

namespace engine::runtime {

using model::Role;

Result<DenseMlp> DenseMlp::create(const model::DenseMlpSpec& spec, int64_t width, int32_t layer,
                                  const Binding& from) {
    DenseMlp block;
    ENGINE_ASSIGN(block.gate_, Linear::bind(from, {Role::gate, false, layer}, spec.width, width, spec.bias));
    ENGINE_ASSIGN(block.up_, Linear::bind(from, {Role::up, false, layer}, spec.width, width, spec.bias));
    ENGINE_ASSIGN(block.down_, Linear::bind(from, {Role::down, false, layer}, width, spec.width, spec.bias));
    return block;
}

Result<void> DenseMlp::forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const {
    ops::ExecContext& context = pass.context;
    const ops::Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const ops::Matrix gate, take_matrix(context, x.rows, gate_.weight.shape.rows()));
    ENGINE_ASSIGN(const ops::Matrix up, take_matrix(context, x.rows, up_.weight.shape.rows()));
    const std::array products = {gate_.into(gate), up_.into(up)};
    ENGINE_TRY(ops::matmul(context, x, products));
    ops::silu_mul(context, gate, up, gate);
    return ops::matmul(context, gate, down_.weight, down_.bias, y);
}

} // namespace engine::runtime
