// GqaAttention: see gqa_attention.h.
#include "engine/runtime/blocks/gqa_attention.h"

#include <array>

#include "engine/ops/attention.h"
#include "engine/ops/copy.h"
#include "engine/ops/norm.h"
#include "engine/ops/rope.h"

namespace engine::runtime {

using model::GqaSpec;
using model::Role;

Result<GqaAttention> GqaAttention::create(const GqaSpec& spec, const model::RopeSpec& rope, int64_t width,
                                          int32_t layer, const Binding& from) {
    GqaAttention block;
    block.spec_ = spec;
    block.turns_ = rope.dims > 0;
    block.interleaved_ = rope.layout == model::RopeLayout::interleaved;
    block.layer_ = layer;
    const int64_t q = spec.heads * spec.key_dim, k = spec.kv_heads * spec.key_dim;
    const int64_t v = spec.kv_heads * spec.value_dim, out = spec.heads * spec.value_dim;
    const bool bias = spec.qkv_bias;
    ENGINE_ASSIGN(block.query_, Linear::bind(from, {Role::query, false, layer}, q, width, bias));
    ENGINE_ASSIGN(block.key_, Linear::bind(from, {Role::key, false, layer}, k, width, bias));
    ENGINE_ASSIGN(block.value_, Linear::bind(from, {Role::value, false, layer}, v, width, bias));
    ENGINE_ASSIGN(block.output_,
                  Linear::bind(from, {Role::attention_output, false, layer}, width, out, spec.output_bias));
    if (spec.qk_norm == GqaSpec::QkNorm::none) return block;
    const bool whole = spec.qk_norm == GqaSpec::QkNorm::whole;
    ENGINE_ASSIGN(block.query_norm_,
                  bind_vector(from, {Role::query_norm, false, layer}, whole ? q : spec.key_dim));
    ENGINE_ASSIGN(block.key_norm_,
                  bind_vector(from, {Role::key_norm, false, layer}, whole ? k : spec.key_dim));
    return block;
}

void GqaAttention::normalise(const Pass& pass, ops::Matrix q, ops::Matrix k) const {
    if (spec_.qk_norm == GqaSpec::QkNorm::none) return;
    if (spec_.qk_norm == GqaSpec::QkNorm::per_head) {
        q = ops::split_heads(q, spec_.heads);
        k = ops::split_heads(k, spec_.kv_heads);
    }
    const auto epsilon = static_cast<float>(spec_.qk_norm_epsilon);
    ops::rms_norm(pass.context, q, query_norm_, epsilon, q);
    ops::rms_norm(pass.context, k, key_norm_, epsilon, k);
}

void GqaAttention::turn(const Pass& pass, ops::Matrix q, ops::Matrix k) const {
    if (!turns_) return;
    const RopeAngles& angles = pass.ropes[static_cast<size_t>(spec_.rope)];
    const auto pairs = interleaved_ ? ops::RopePairs::interleaved : ops::RopePairs::halves;
    ops::rope(pass.context, pairs, angles.cosine, angles.sine, q, spec_.heads);
    ops::rope(pass.context, pairs, angles.cosine, angles.sine, k, spec_.kv_heads);
}

// Each sequence by itself.
Result<void> GqaAttention::attend(const Pass& pass, ops::Matrix q, ops::Matrix k, ops::Matrix v,
                                  ops::Matrix mixed) const {
    // Where the projections see their activations as bytes, attention need not be more accurate than they.
    const bool may_round = pass.context.format(query_.weight.dtype).dot_quantized != nullptr;
    const ops::AttentionShape shape{
        spec_.heads,  spec_.kv_heads, spec_.key_dim, spec_.value_dim, static_cast<float>(spec_.scale),
        spec_.window, may_round};
    int64_t row = 0;
    for (const Sequence& sequence : pass.sequences) {
        const auto own = [&](ops::Matrix m) { return rows_of(m, row, sequence.tokens); };
        KvCache& cache = *sequence.cache;
        cache.store(pass.context, layer_, sequence.first_position, own(k), own(v));
        ENGINE_TRY(ops::attention(pass.context, shape, own(q), sequence.first_position, cache.layout(layer_),
                                  cache.segments(layer_), own(mixed)));
        row += sequence.tokens;
    }
    return {};
}

Result<void> GqaAttention::forward(const Pass& pass, ops::ConstMatrix x, ops::Matrix y) const {
    ops::ExecContext& context = pass.context;
    const ops::Scratch::Frame frame(context.scratch());
    ENGINE_ASSIGN(const ops::Matrix q, take_matrix(context, x.rows, spec_.heads * spec_.key_dim));
    ENGINE_ASSIGN(const ops::Matrix k, take_matrix(context, x.rows, spec_.kv_heads * spec_.key_dim));
    ENGINE_ASSIGN(const ops::Matrix v, take_matrix(context, x.rows, spec_.kv_heads * spec_.value_dim));
    const std::array products = {query_.into(q), key_.into(k), value_.into(v)};
    ENGINE_TRY(ops::matmul(context, x, products));
    normalise(pass, q, k);
    if (spec_.clip > 0) {
        const auto limit = static_cast<float>(spec_.clip);
        for (const ops::Matrix& m : {q, k, v})
            ops::clamp(context, m, -limit, limit);
    }
    turn(pass, q, k);
    ENGINE_ASSIGN(const ops::Matrix mixed, take_matrix(context, x.rows, spec_.heads * spec_.value_dim));
    ENGINE_TRY(attend(pass, q, k, v, mixed));
    return ops::matmul(context, mixed, output_.weight, output_.bias, y);
}

} // namespace engine::runtime
