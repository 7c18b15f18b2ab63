// All AVX2 kernels in one object that exports one symbol.
#include "engine/kernels/cpu/avx2/table.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
// 6 rows x 2 vectors: 12 accumulators, 2 activations, 1 weight of 16 registers.
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;

#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/avx2/vector.inl.h"

#include "engine/kernels/cpu/avx2/formats.inl.h"

#include "engine/kernels/cpu/avx2/formats_loaded.inl.h"

#include "engine/kernels/cpu/simd/iq.inl.h"

#include "engine/kernels/cpu/avx2/formats_iq.inl.h"

#include "engine/kernels/cpu/simd/elementwise.inl.h"

#include "engine/kernels/cpu/simd/panel.inl.h"

#include "engine/kernels/cpu/simd/products.inl.h"

#include "engine/kernels/cpu/simd/table.inl.h"

constexpr KernelTable kTable = make_table("avx2");
} // namespace

const KernelTable& avx2_table() {
    return kTable;
}

} // namespace engine::kernels
