// QueryInformationJobObject() of the own job.
#include "engine/platform/windows/job_limits.h"

#include <windows.h>

#include <algorithm>
#include <limits>

namespace engine::platform {

namespace {
// Of JOBOBJECT_CPU_RATE_CONTROL_INFORMATION; MinGW's headers know only the first two.
constexpr DWORD kEnabled = 1, kHardCap = 4, kMinMaxRate = 16;
} // namespace

// `rate` is in hundredths of a per cent of all processors; with a minimum and a maximum, the latter is its
// upper half.
std::optional<double> processor_limit_of(unsigned long control, unsigned long rate, int processors) {
    if ((control & kEnabled) == 0) return std::nullopt;
    unsigned long most = 0;
    if ((control & kMinMaxRate) != 0)
        most = rate >> 16;
    else if ((control & kHardCap) != 0)
        most = rate;
    if (most == 0 || most >= 10000) return std::nullopt;
    return static_cast<double>(most) / 10000 * processors;
}

std::optional<double> job_processor_limit() {
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION rate{};
    if (QueryInformationJobObject(nullptr, JobObjectCpuRateControlInformation, &rate, sizeof rate, nullptr) ==
        0)
        return std::nullopt;
    return processor_limit_of(rate.ControlFlags, rate.CpuRate,
                              static_cast<int>(GetActiveProcessorCount(ALL_PROCESSOR_GROUPS)));
}

std::optional<int64_t> job_memory_limit() {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    if (QueryInformationJobObject(nullptr, JobObjectExtendedLimitInformation, &limits, sizeof limits,
                                  nullptr) == 0)
        return std::nullopt;
    const DWORD set = limits.BasicLimitInformation.LimitFlags;
    SIZE_T least = std::numeric_limits<SIZE_T>::max();
    if ((set & JOB_OBJECT_LIMIT_PROCESS_MEMORY) != 0) least = std::min(least, limits.ProcessMemoryLimit);
    if ((set & JOB_OBJECT_LIMIT_JOB_MEMORY) != 0) least = std::min(least, limits.JobMemoryLimit);
    if (least > SIZE_T{std::numeric_limits<int64_t>::max()}) return std::nullopt;
    return static_cast<int64_t>(least);
}

} // namespace engine::platform
