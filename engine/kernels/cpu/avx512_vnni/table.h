// Products with activations as bytes on AVX-512 with VNNI.
#pragma once

#include "engine/kernels/cpu/integer_kernels.h"

namespace engine::kernels {

const IntegerKernels& avx512_vnni_kernels(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
