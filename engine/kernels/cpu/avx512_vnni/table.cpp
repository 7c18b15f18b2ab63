// All byte kernels of AVX-512 VNNI in one object that exports one symbol.
#include "engine/kernels/cpu/avx512_vnni/table.h"

#include <immintrin.h>

#include "engine/kernels/quant/blocks.h"
#include "engine/kernels/quant/iq_grids.h"

namespace engine::kernels {

namespace {
constexpr int kTileRows = 12;
constexpr int kTileVectors = 2;

#include "engine/kernels/cpu/simd/basics.inl.h"

#include "engine/kernels/cpu/avx512/vector.inl.h"

#include "engine/kernels/cpu/avx512/formats.inl.h"

#include "engine/kernels/cpu/simd/panel.inl.h"

#include "engine/kernels/cpu/simd/iq.inl.h"

#include "engine/kernels/cpu/avx512/formats_iq.inl.h"

#include "engine/kernels/cpu/avx512_vnni/formats.inl.h"

#include "engine/kernels/cpu/avx512_vnni/formats_iq.inl.h"

#include "engine/kernels/cpu/avx512_vnni/products.inl.h"

#include "engine/kernels/cpu/simd/byte_products.inl.h"

#include "engine/kernels/cpu/simd/byte_panel.inl.h"

#include "engine/kernels/cpu/avx512_vnni/panel.inl.h"

#include "engine/kernels/cpu/avx512/turn.inl.h"

template <class F>
constexpr void add_format(IntegerKernels& kernels, base::DType dtype) {
    kernels.dot_quantized[static_cast<int>(dtype)] = dot_quantized<F>;
    kernels.decode_panel[static_cast<int>(dtype)] = decode_byte_panel<F>;
}

#include "engine/kernels/cpu/simd/byte_table.inl.h"

constexpr IntegerKernels make_kernels() {
    IntegerKernels kernels;
    kernels.quantize_row = quantize_row;
    kernels.panel = {16 * kByteVectors, 8,          kByteRows,      kTokenBytes,
                     sizeof(PanelRow),  pack_bytes, multiply_bytes, store_turned};
    kernels.panel.operands = PanelOperands::bytes;
    kernels.panel.neighbours = 4; // 96 rows x 2048 columns are 312 KiB
    add_formats(kernels);
    return kernels;
}

constexpr IntegerKernels kKernels = make_kernels();
} // namespace

const IntegerKernels& avx512_vnni_kernels() {
    return kKernels;
}

} // namespace engine::kernels
