// Pass: what one micro-batch shares on its way through the layers.
#pragma once

#include <cstdint>
#include <span>

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"

namespace engine::runtime {

struct RopeAngles {
    ops::Matrix cosine, sine; // {tokens, dims / 2}
};

struct Pass {
    ops::ExecContext& context;
    int64_t first_position = 0;        // of the first token
    std::span<const RopeAngles> ropes; // parallel to ModelSpec::ropes
};

// Rows without gaps from scratch memory; given back with the frame around it.
inline Result<ops::Matrix> take_matrix(ops::ExecContext& context, int64_t rows, int64_t columns) {
    ENGINE_ASSIGN(float* const data, context.scratch().take<float>(rows * columns));
    return ops::matrix(data, rows, columns);
}

} // namespace engine::runtime
