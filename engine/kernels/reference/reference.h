// The reference table: slow, obvious, the definition of right for every other table; it runs on any machine.
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

const KernelTable& reference_table();

} // namespace engine::kernels
