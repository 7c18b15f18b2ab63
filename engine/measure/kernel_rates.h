// KernelRates: how fast one thread's kernels are while all others are at work too, with weights out of its
// cache and out of memory.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/kernels/reference/kernel_table.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/platform/machine_profile.h"
#include "engine/platform/thread_pool.h"

namespace engine::measure {

class KernelRates {
 public:
    // `memory`: whose buffer the workers of its pool read as weights, keys and values. All outlive this.
    KernelRates(platform::ThreadPool& pool, const kernels::KernelTable& kernels,
                const platform::Machine& machine, const ReadBandwidth& memory);
    ~KernelRates();

    // Measures everything once or several times, as far as it comes until `end` (seconds_now()): in rounds,
    // so that a moment's disturbance spoils no number. `go_on` is asked before each number. Errors: those of
    // go_on.
    Result<void> measure(double end, const std::function<Result<void>()>& go_on, const StopToken& stop);

    // Of the better rounds; 0 for what was not reached, or never came to an end.
    std::vector<platform::FormatRates> formats() const; // one of each family
    platform::BetweenRates between() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace engine::measure
