// Pass: what one micro-batch shares on its way through the layers.
#pragma once

#include <cstdint>
#include <span>

#include "engine/ops/exec_context.h"
#include "engine/ops/matrix.h"
#include "engine/runtime/kv_cache.h"
#include "engine/runtime/routing_observer.h"

namespace engine::runtime {

struct RopeAngles {
    ops::Matrix cosine, sine; // {tokens, dims / 2}
};

// Consecutive tokens of one conversation.
struct Sequence {
    KvCache* cache = nullptr;
    int64_t first_position = 0; // of its first token here
    int64_t tokens = 0;
    int64_t rope_length = 0; // of the whole text that is being read, for ropes that follow it
};

struct Pass {
    ops::ExecContext& context;
    std::span<const Sequence> sequences; // their tokens stand one after the other
    std::span<const RopeAngles> ropes;   // parallel to ModelSpec::ropes
    const RoutingObserver& observer;     // may be empty
};

// Rows without gaps from scratch memory; given back with the frame around it.
inline Result<ops::Matrix> take_matrix(ops::ExecContext& context, int64_t rows, int64_t columns) {
    ENGINE_ASSIGN(float* const data, context.scratch().take<float>(rows * columns));
    return ops::matrix(data, rows, columns);
}

} // namespace engine::runtime
