// engine/kernels/cpu/amx/table.cpp with other tiles.
#include "tests/engine/kernels/emulated_amx.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
#include "engine/kernels/cpu/simd/basics.inl.h"

#include "tests/engine/kernels/emulated_tiles.inl.h"

#include "engine/kernels/cpu/amx/kernels.inl.h"
} // namespace

const MatrixKernels& emulated_amx_kernels() {
    return kKernels;
}

} // namespace engine::kernels
