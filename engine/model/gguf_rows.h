// GgufRows: rows of a GGUF file's tensor out of the tensors of a checkpoint.
#pragma once

#include <vector>

#include "engine/base/tensor_view.h"

namespace engine::model {

// A weight where it lies.
struct WeightRows {
    TensorView values;
    TensorView scales;            // of F8_E4M3 values, one for each 128 x 128; else none
    int64_t first_scaled_row = 0; // see WeightEntry
};

struct GgufRows {
    std::vector<WeightRows> parts; // one weight, or all experts of a stack, with equal shapes
    // Not 0: heads of so many rows, whose halves turn together in the file and whose neighbours do in GGUF.
    int64_t turned_dims = 0;
    DType dtype = DType::F32; // of the rows that read() writes: the file's own or F32

    void read(int64_t row, std::byte* to) const;
};

} // namespace engine::model
