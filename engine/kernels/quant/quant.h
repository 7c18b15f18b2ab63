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

} // namespace engine::kernels
