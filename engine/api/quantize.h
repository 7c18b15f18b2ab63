// Quantising a model file: the staircase to engine/convert.
#pragma once

#include "engine/convert/quantize.h"

namespace engine::api {

using convert::quantize_types;
using convert::QuantizeReport;
using convert::QuantizeRequest;
using convert::TensorChange;

// threads 0: one per physical core that this process may use. Errors: see convert::quantize().
Result<QuantizeReport> quantize(const QuantizeRequest& request, int threads, const Progress& progress,
                                const StopToken& stop);

} // namespace engine::api
