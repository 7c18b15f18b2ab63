// QuantizeTensor: one tensor from its format to another, its rows spread over the threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/base/tensor_view.h"
#include "engine/formats/imatrix.h"
#include "engine/platform/thread_pool.h"

namespace engine::convert {

struct TensorJob {
    std::string name;
    TensorView from;
    DType to = DType::F32;
    const formats::ColumnImportance* importance = nullptr; // of from's columns, or none
};

// Writes the tensor's rows to `out` and returns the mean squared error, unweighted. The bytes do not depend
// on the number of threads. Errors: bad_file (a row holds infinities or NaN), invalid_argument (a value
// beyond F16's range), out_of_memory, cancelled.
Result<double> quantize_tensor(const TensorJob& job, std::span<std::byte> out, platform::ThreadPool& pool,
                               const StopToken& stop);

} // namespace engine::convert
