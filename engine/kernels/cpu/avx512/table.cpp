// All AVX-512 kernels in one object that exports one symbol.
#include "engine/kernels/cpu/avx512/table.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
// 12 rows x 2 vectors: 24 accumulators, 2 activations, 1 weight. Per step 24 multiplications take 12 cycles
// on two ports, 14 loads seven.
constexpr int kTileRows = 12;
constexpr int kTileVectors = 2;

#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/avx512/vector.inl.h"

#include "engine/kernels/cpu/avx512/formats.inl.h"

#include "engine/kernels/cpu/avx512/formats_loaded.inl.h"

#include "engine/kernels/cpu/simd/iq.inl.h"

#include "engine/kernels/cpu/avx512/formats_iq.inl.h"

#include "engine/kernels/cpu/simd/elementwise.inl.h"

#include "engine/kernels/cpu/simd/panel.inl.h"

#include "engine/kernels/cpu/simd/products.inl.h"

#include "engine/kernels/cpu/simd/table.inl.h"

constexpr KernelTable kTable = make_table("avx512");
} // namespace

const KernelTable& avx512_table() {
    return kTable;
}

} // namespace engine::kernels
