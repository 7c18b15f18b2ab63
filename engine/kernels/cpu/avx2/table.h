// The AVX2 kernel table (with FMA and F16C).
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

const KernelTable& avx2_table(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
