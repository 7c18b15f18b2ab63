// The kernels of engine/kernels/cpu/amx with their tiles in plain C++; they need AVX-512 BF16.
#pragma once

#include "engine/kernels/cpu/matrix_kernels.h"

namespace engine::kernels {

const MatrixKernels& emulated_amx_kernels();

} // namespace engine::kernels
