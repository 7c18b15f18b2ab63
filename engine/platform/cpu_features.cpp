// CPUID and XCR0; Intel's Software Developer's Manual volume 1 chapter 13, volume 2
// CPUID.
#include "engine/platform/cpu_features.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "engine/platform/amx_permission.h"

namespace engine::platform {

namespace {
constexpr uint64_t kYmmState = 0x6;      // XMM and YMM
constexpr uint64_t kZmmState = 0xe6;     // and opmask, upper halves, ZMM16-31
constexpr uint64_t kTileState = 0x60000; // tile configuration and data

bool bit(uint32_t word, int i) {
    return ((word >> i) & 1u) != 0;
}

#if defined(__x86_64__)
// _xgetbv() would need -mxsave for this whole file.
uint64_t read_xcr0() {
    uint32_t low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t{high} << 32) | low;
}
#endif
} // namespace

CpuidValues read_cpuid() {
    CpuidValues v;
#if defined(__x86_64__)
    uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
    v.max_leaf = __get_cpuid_max(0, nullptr);
    if (v.max_leaf < 7) return v;
    __cpuid(1, eax, ebx, ecx, edx);
    v.leaf1_ecx = ecx;
    __cpuid_count(7, 0, eax, v.leaf7_ebx, v.leaf7_ecx, v.leaf7_edx);
    const uint32_t subleaves = eax;
    if (subleaves >= 1) __cpuid_count(7, 1, v.leaf7_1_eax, ebx, ecx, edx);
    if (bit(v.leaf1_ecx, 27)) v.xcr0 = read_xcr0();
    if (bit(v.leaf7_edx, 24) && (v.xcr0 & kTileState) == kTileState)
        v.amx_permitted = request_amx_permission();
#endif
    return v;
}

CpuFeatures features_from(const CpuidValues& v) {
    CpuFeatures f;
    if (v.max_leaf < 7) return f;
    const bool ymm = (v.xcr0 & kYmmState) == kYmmState;
    const bool zmm = (v.xcr0 & kZmmState) == kZmmState;
    const bool avx_fma_f16c = bit(v.leaf1_ecx, 28) && bit(v.leaf1_ecx, 12) && bit(v.leaf1_ecx, 29);
    f.avx2 = ymm && avx_fma_f16c && bit(v.leaf7_ebx, 5);
    f.avx512 = f.avx2 && zmm && bit(v.leaf7_ebx, 16) && bit(v.leaf7_ebx, 17) && bit(v.leaf7_ebx, 28) &&
               bit(v.leaf7_ebx, 30) && bit(v.leaf7_ebx, 31);
    f.avx512_vnni = f.avx512 && bit(v.leaf7_ecx, 11);
    f.avx512_bf16 = f.avx512 && bit(v.leaf7_1_eax, 5);
    f.avx512_vbmi = f.avx512 && bit(v.leaf7_ecx, 1);
    f.avx512_fp16 = f.avx512 && bit(v.leaf7_edx, 23);
    f.avx_vnni = f.avx2 && bit(v.leaf7_1_eax, 4);
    const bool tiles = v.amx_permitted && (v.xcr0 & kTileState) == kTileState && bit(v.leaf7_edx, 24);
    f.amx_bf16 = tiles && f.avx512 && bit(v.leaf7_edx, 22);
    f.amx_int8 = tiles && f.avx512 && bit(v.leaf7_edx, 25);
    return f;
}

CpuFeatures detect_cpu_features() {
    return features_from(read_cpuid());
}

std::string cpu_forced_by_environment() {
    const char* value = std::getenv("TANDEM_CPU");
    std::string forced = value != nullptr ? value : "";
    for (char& c : forced)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return forced;
}

std::string cpu_name() {
    std::string text;
#if defined(__x86_64__)
    uint32_t registers[4] = {};
    __cpuid(0x80000000u, registers[0], registers[1], registers[2], registers[3]);
    if (registers[0] >= 0x80000004u) {
        for (uint32_t leaf = 0x80000002u; leaf <= 0x80000004u; ++leaf) {
            __cpuid(leaf, registers[0], registers[1], registers[2], registers[3]);
            char part[17] = {};
            std::memcpy(part, registers, 16);
            text += part;
        }
    }
#endif
    const size_t first = text.find_first_not_of(' ');
    if (first == std::string::npos) return "unknown processor";
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

} // namespace engine::platform
