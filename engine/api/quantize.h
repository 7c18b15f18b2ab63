// Quantising a model file: the staircase to engine/convert.
#pragma once

#include "engine/convert/quantize.h"

namespace engine::api {

using convert::quantize_types;
using convert::QuantizePreview;
using convert::QuantizeReport;
using convert::QuantizeRequest;
using convert::TensorChange;

// threads 0: one per physical core that this process may use. give_way: the calling thread and those that it
// starts run when nothing else does, for good. Errors: see convert::quantize().
Result<QuantizeReport> quantize(const QuantizeRequest& request, int threads, const Progress& progress,
                                const StopToken& stop, bool give_way = false);

// What quantize() would write of the types that people take, those that are smaller than PATH, best first;
// empty: PATH is small already. Errors: see convert::preview_quantize().
Result<std::vector<QuantizePreview>> smaller_copies(const std::string& path);

} // namespace engine::api
