// KernelRates: how fast one thread multiplies weights of each family of formats while all others do so too.
#pragma once

#include <span>
#include <string>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/kernels/reference/kernel_table.h"
#include "engine/platform/machine_profile.h"
#include "engine/platform/thread_pool.h"

namespace engine::measure {

struct MeasuredFamily {
    platform::FormatFamily family;
    const char* type; // that stands for it
};
std::span<const MeasuredFamily> measured_families();

// Half of the time goes to each path. A rate is 0 when not one product came to its end by `until`
// (seconds_now()). Errors: out_of_memory.
Result<platform::FormatRates> kernel_rates(platform::ThreadPool& pool, const kernels::KernelTable& kernels,
                                           const platform::Machine& machine, const MeasuredFamily& family,
                                           double until, const StopToken& stop);

} // namespace engine::measure
