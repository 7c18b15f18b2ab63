// MatrixKernels: what an instruction set with a matrix unit replaces in another set's table.
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

struct MatrixKernels {
    const PanelKernels* panel[base::kDTypeCount] = {}; // null: the format keeps its matrix path
    DecodePanel decode_panel[base::kDTypeCount] = {};
    RoundedProducts rounded;
    bool (*works)() = nullptr; // multiplies once, on the machine that has the unit, and looks at the result
};

} // namespace engine::kernels
