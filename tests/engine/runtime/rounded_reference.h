// The reference table with the operands of its products rounded as another table rounds them.
#pragma once

#include "engine/kernels/reference/kernel_table.h"

// What then is left between the two is the order of their sums.
engine::kernels::KernelTable rounded_reference(const engine::kernels::KernelTable& like);
