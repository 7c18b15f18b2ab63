// The products of BF16 in one object that exports one symbol.
#include "engine/kernels/cpu/avx512_bf16/table.h"

#include <immintrin.h>

namespace engine::kernels {

namespace {
constexpr int kTileRows = 12; // of the F32 kernels, which are not used here
constexpr int kTileVectors = 2;

#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/avx512/vector.inl.h"

#include "engine/kernels/cpu/avx512/rounded.inl.h"

#include "engine/kernels/cpu/simd/panel.inl.h"

#include "engine/kernels/cpu/avx512/turn.inl.h"

#include "engine/kernels/cpu/avx512_bf16/panel.inl.h"
} // namespace

const RoundedProducts& avx512_bf16_products() {
    return kProducts;
}

} // namespace engine::kernels
