// How much scratch memory the verbs of a forward pass take at their most.
#pragma once

#include <cstdint>

#include "engine/placement/footprint.h"
#include "engine/platform/machine.h"

namespace engine::placement {

// Tokens that go through all layers together: long enough to reuse each decoded weight often, short enough
// that progress is seen and that little is lost by a stop: half a TFLOP is half a second on a desktop
// processor. An expert sees but a share of the tokens, and decoding its weights costs as much as ten tokens,
// so mixtures take 1024: prompts of 2048 are a tenth faster than with 512. Activations stay below 256 MB.
int64_t micro_batch(const Footprint& model);

// Bytes at the peak of reading a prompt of `tokens` with so many workers, by the processor's kernels.
int64_t scratch_bytes(const Footprint& model, const CpuFeatures& features, int workers, int64_t tokens);

} // namespace engine::placement
