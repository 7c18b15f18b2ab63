// A whole model: how fast it reads prompts and generates.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/results.h"
#include "engine/runtime/decoder.h"

namespace engine::measure {

// Prompts and generated tokens are random ids, the same in every run. One repetition of everything goes
// before as a warm-up; then in turn: the memory's bandwidth, a prompt into an empty cache, the bandwidth,
// generation from caches of `depth` tokens. `context` is the decoder's own. Progress counts repetitions.
// Errors: invalid_argument, context_full, out_of_memory, cancelled; internal when repetitions of the same
// prompt give different logits.
Result<ModelBenchReport> bench_model(runtime::Decoder& decoder, ops::ExecContext& context,
                                     const ModelBenchRequest& request, const Progress& progress,
                                     const StopToken& stop);

} // namespace engine::measure
