// Products with activations as bytes on AVX2.
#pragma once

#include "engine/kernels/cpu/integer_kernels.h"

namespace engine::kernels {

const IntegerKernels& avx2_bytes_kernels(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
