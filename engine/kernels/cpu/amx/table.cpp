// All AMX kernels in one object that exports one symbol.
#include "engine/kernels/cpu/amx/table.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/amx/tile.inl.h"

#include "engine/kernels/cpu/amx/kernels.inl.h"
} // namespace

const MatrixKernels& amx_kernels() {
    return kKernels;
}

} // namespace engine::kernels
