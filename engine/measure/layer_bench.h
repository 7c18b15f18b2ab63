// One layer alone: how fast its weights stream through the matrix verbs at a number of tokens.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/results.h"
#include "engine/ops/exec_context.h"

namespace engine::measure {

// Random weights in as many copies as no cache holds (1 GB, or 8 times the last cache; fewer where memory is
// short), random activations, each token routed to `used` different experts at random. The router is not part
// of it. Errors: invalid_argument, unsupported (type, with the list), out_of_memory (with both numbers),
// cancelled.
Result<LayerBenchReport> bench_layer(ops::ExecContext& context, const LayerBenchRequest& request,
                                     const StopToken& stop);

} // namespace engine::measure
