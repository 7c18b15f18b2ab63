// embed: rows of the embedding matrix by token id.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/weight_matrix.h"
#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::ops {

// y[t] = table[ids[t]], decoded. table is {vocabulary, width} in any format that the context supports; the
// caller has checked that every id is in [0, vocabulary).
void embed(ExecContext& context, const WeightMatrix& table, std::span<const int32_t> ids, Matrix y);

} // namespace engine::ops
