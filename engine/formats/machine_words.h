// The words of machine files.
#pragma once

#include <array>

#include "engine/platform/machine_profile.h"

namespace engine::formats {

struct Feature {
    const char* name;
    bool CpuFeatures::*member;
};
inline constexpr std::array kFeatures = {
    Feature{"avx2", &CpuFeatures::avx2},
    Feature{"avx512", &CpuFeatures::avx512},
    Feature{"avx512_vnni", &CpuFeatures::avx512_vnni},
    Feature{"avx512_bf16", &CpuFeatures::avx512_bf16},
    Feature{"avx512_fp16", &CpuFeatures::avx512_fp16},
    Feature{"avx512_vbmi", &CpuFeatures::avx512_vbmi},
    Feature{"avx_vnni", &CpuFeatures::avx_vnni},
    Feature{"amx_int8", &CpuFeatures::amx_int8},
    Feature{"amx_bf16", &CpuFeatures::amx_bf16},
};

inline constexpr std::array kCoreKinds = {"performance", "efficiency"};
inline constexpr std::array kFamilies = {"floats",   "bytes",  "legacy",      "k_quants",
                                         "i_quants", "groups", "k_quants_16", "grids"};

inline const char* name_of(platform::CoreKind kind) {
    return kCoreKinds[static_cast<size_t>(kind)];
}
inline const char* name_of(platform::FormatFamily family) {
    return kFamilies[static_cast<size_t>(family)];
}

} // namespace engine::formats
