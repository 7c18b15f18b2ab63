// matmul: activations times the transpose of a weight matrix in any number format.
#pragma once

#include <span>

#include "engine/base/result.h"
#include "engine/base/weight_matrix.h"
#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

struct Product {
    WeightMatrix weight;         // {out, in}, any format that the context supports, any alignment
    const float* bias = nullptr; // {out} or null
    Matrix y;                    // {tokens, out}
};

// For each product y[t][o] = sum_i x[t][i] * weight[o][i] + bias[o], i < in. Products that share x (query,
// key and value; gate and up) are read in one pass. Weights in blocks may meet activations of eight bits
// (kernels::QuantizedRow). Each element is summed in an order that does not depend on the number of workers;
// it depends on the number of tokens only in that up to kVectorTokens are summed in one order and more in
// another. Weights of one call are all whole, or all cut for the nodes of the context's pool; then each
// node's workers read its part. y must not overlap x. Errors: out_of_memory (scratch), cancelled.
Result<void> matmul(ExecContext& context, ConstMatrix x, std::span<const Product> products);
Result<void> matmul(ExecContext& context, ConstMatrix x, const WeightMatrix& weight, const float* bias,
                    Matrix y);

// Up to here every weight is decoded for each few tokens on its way through the registers (bound by memory);
// above, panels of decoded rows stay in the cache for all tokens (bound by arithmetic).
inline constexpr int64_t kVectorTokens = 8;

} // namespace engine::ops
