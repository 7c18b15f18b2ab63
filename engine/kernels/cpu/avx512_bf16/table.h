// Products of numbers rounded to BF16 on AVX-512 with BF16.
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

const RoundedProducts& avx512_bf16_products(); // may be called on any machine; its kernels may not

} // namespace engine::kernels
