// TensorEncoder: one tensor from its format to another, in pieces whose rows are spread over the threads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/formats/imatrix.h"
#include "engine/kernels/quant/quant.h"
#include "engine/model/gguf_export.h"
#include "engine/platform/thread_pool.h"

namespace engine::convert {

class TensorEncoder {
 public:
    // `importance`: of the tensor's columns, or nullptr. All arguments must outlive it.
    TensorEncoder(const model::GgufTensor& from, DType to, const formats::ColumnImportance* importance,
                  platform::ThreadPool& pool);

    // Writes rows from `first_row` on to `out`, which holds whole rows. The bytes do not depend on the number
    // of threads. Errors: bad_file (a row holds infinities or NaN), invalid_argument (a value beyond F16's
    // range), cancelled.
    Result<void> encode(int64_t first_row, std::span<std::byte> out, const StopToken& stop);

    double mean_squared_error() const; // unweighted, when all rows were encoded

 private:
    struct Room { // of a thread, for a row
        std::vector<std::byte> stored;
        std::vector<float> values, again;
    };
    struct Trouble; // the first rows that cannot be encoded
    void encode_row(int64_t row, std::byte* to, Room& room, Trouble& trouble);
    Error no_number(int64_t row) const;
    Error too_large(int64_t row) const;

    const model::GgufTensor& from_;
    const DType to_;
    const formats::ColumnImportance* const importance_;
    platform::ThreadPool& pool_;
    const int64_t columns_, rows_per_expert_;
    const kernels::DecodeRow decode_;
    const kernels::EncodeRowBest encode_;
    const kernels::DecodeRow decode_again_;
    std::vector<Room> rooms_;
    std::vector<double> errors_; // of each row, summed squares
};

} // namespace engine::convert
