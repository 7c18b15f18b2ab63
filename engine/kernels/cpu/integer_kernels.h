// IntegerKernels: what an instruction set with byte dot products replaces in another set's table.
#pragma once

#include "engine/kernels/reference/kernel_table.h"

namespace engine::kernels {

struct IntegerKernels {
    QuantizeRow quantize_row = nullptr;
    DotQuantizedRows dot_quantized[base::kDTypeCount] = {};
    PanelKernels panel;
    DecodePanel decode_panel[base::kDTypeCount] = {}; // null: the format keeps its own matrix path
    // Panels with two products for every weight: faster than floats in registers of the same width, slower
    // than those in registers of twice the width.
    bool in_nibbles[base::kDTypeCount] = {};
};

} // namespace engine::kernels
