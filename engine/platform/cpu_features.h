// What this processor offers and this operating system permits, and which instruction set a person forces.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/cpu_features.h"

namespace engine::platform {

// Registers of the CPUID leaves that matter, as read; a value, so that a test can describe any machine.
struct CpuidValues {
    uint32_t max_leaf = 0;
    uint32_t leaf1_ecx = 0;
    uint32_t leaf7_ebx = 0, leaf7_ecx = 0, leaf7_edx = 0;
    uint32_t leaf7_1_eax = 0;
    uint64_t xcr0 = 0;          // which register states the system saves; 0 without OSXSAVE
    bool amx_permitted = false; // the system granted tile data to this process
};

CpuidValues read_cpuid(); // asks for the AMX permission when processor and XCR0 have it
CpuFeatures features_from(const CpuidValues& values);
CpuFeatures detect_cpu_features();

// The value of TANDEM_CPU in lower case; "" when unset. kernels/cpu/select.h knows what it means.
std::string cpu_forced_by_environment();

std::string cpu_name(); // "Intel(R) Xeon(R) Processor"

} // namespace engine::platform
