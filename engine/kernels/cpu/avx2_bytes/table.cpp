// All byte kernels of AVX2 in one object that exports one symbol.
#include "engine/kernels/cpu/avx2_bytes/table.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;

#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/avx2/vector.inl.h"

#include "engine/kernels/cpu/avx2/formats.inl.h"

#include "engine/kernels/cpu/simd/panel.inl.h"

#include "engine/kernels/cpu/simd/iq.inl.h"

#include "engine/kernels/cpu/avx2/formats_iq.inl.h"

#include "engine/kernels/cpu/avx2_bytes/formats.inl.h"

#include "engine/kernels/cpu/avx2_bytes/formats_iq.inl.h"

#include "engine/kernels/cpu/avx2_bytes/products.inl.h"

#include "engine/kernels/cpu/simd/byte_products.inl.h"

#include "engine/kernels/cpu/simd/byte_panel.inl.h"

#include "engine/kernels/cpu/avx2_bytes/panel.inl.h"

#include "engine/kernels/cpu/avx2_bytes/table.inl.h"
} // namespace

const IntegerKernels& avx2_bytes_kernels() {
    return kKernels;
}

} // namespace engine::kernels
