// CpuFeatures: what the processor offers AND the operating system permits, as a value. platform/ fills it in.
#pragma once

namespace engine::base {

struct CpuFeatures {
    bool avx2 = false;   // with FMA and F16C, as every AVX2 machine since 2013 has
    bool avx512 = false; // F, BW, CD, DQ, VL
    bool avx512_vnni = false;
    bool avx512_bf16 = false;
    bool avx512_fp16 = false;
    bool avx512_vbmi = false;
    bool avx_vnni = false;
    bool amx_int8 = false; // tiles permitted by the operating system
    bool amx_bf16 = false;
};

} // namespace engine::base

namespace engine {
using namespace base;
}
