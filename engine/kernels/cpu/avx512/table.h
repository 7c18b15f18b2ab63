// The AVX-512 kernel table (F, BW, CD, DQ, VL with AVX2, FMA and F16C).
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

const KernelTable& avx512_table(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
