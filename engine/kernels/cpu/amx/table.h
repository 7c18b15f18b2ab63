// The matrix path in BF16 on AMX tiles.
#pragma once

#include "engine/kernels/cpu/matrix_kernels.h"

namespace engine::kernels {

const MatrixKernels& amx_kernels(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
