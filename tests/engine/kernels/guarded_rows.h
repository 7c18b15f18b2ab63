// Weight rows against guard pages, and their values.
#pragma once

#include <vector>

#include "tests/engine/kernels/sample_rows.h"
#include "tests/support/guarded_buffer.h"

namespace samples {

// The stride leaves `gap` bytes to tell rows from their neighbours.
struct Weights {
    int64_t rows, n, stride;
    support::GuardedBuffer buffer;
    std::vector<std::vector<float>> values;
    Weights(engine::Random& random, engine::DType dtype, int64_t row_count, int64_t length, int64_t gap,
            support::GuardedBuffer::Edge edge = support::GuardedBuffer::Edge::end,
            Scales scales = Scales::moderate)
        : rows(row_count),
          n(length),
          stride(row_bytes(dtype, n) + gap),
          buffer((rows - 1) * stride + row_bytes(dtype, n), edge) {
        fill_rows(random, dtype, rows, n, stride, scales, buffer.data());
        for (int64_t r = 0; r < rows; ++r)
            values.push_back(decoded(dtype, buffer.data() + r * stride, n));
    }
};

} // namespace samples
