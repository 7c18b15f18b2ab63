// The definition of every number format: scalar decode and encode, one row at a time.
#pragma once

#include <cstdint>

#include "engine/base/dtype.h"

namespace engine::kernels {

// `values` is a multiple of the format's block size; `blocks` holds row_bytes(dtype, values) bytes, any
// alignment.
using DecodeRow = void (*)(const void* blocks, float* out, int64_t values);
using EncodeRow = void (*)(const float* in, void* blocks, int64_t values);

// nullptr where the format cannot be decoded (encoded) here. Bit-identical to the `gguf` Python package.
DecodeRow decode_row(base::DType dtype);
EncodeRow encode_row(base::DType dtype);

// The same with a search for what loses least: sum of importance * (x - decoded)^2, where importance (one
// number from 0 on per value, or nullptr: all alike) is the mean square of the activations that meet the
// value. 5 to 60 times slower than encode_row(). A block with infinities or NaN becomes zeros. Deterministic:
// the same bytes on every machine.
using EncodeRowBest = void (*)(const float* in, const float* importance, void* blocks, int64_t values);
EncodeRowBest encode_row_best(base::DType dtype); // nullptr where the format cannot be encoded here

} // namespace engine::kernels
