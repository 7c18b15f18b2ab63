// The limits that the job object of this process sets: Windows's counterpart of a control group.
#pragma once

#include <cstdint>
#include <optional>

namespace engine::platform {

// Of the innermost job alone: Windows tells nothing of those around it.
std::optional<double> job_processor_limit(); // processors' worth of time per second; nullopt: no limit
std::optional<int64_t> job_memory_limit();   // bytes that this process may commit; nullopt: no limit
std::optional<double> processor_limit_of(unsigned long control, unsigned long rate,
                                         int processors); // of its words

} // namespace engine::platform
