// ExecContext: with what a verb works: workers, kernels, scratch memory.
#pragma once

#include <memory>

#include "engine/base/dtype.h"
#include "engine/base/stop.h"
#include "engine/kernels/reference/kernel_table.h"
#include "engine/ops/scratch.h"
#include "engine/platform/thread_pool.h"

namespace engine::ops {

// One verb at a time per context, because scratch memory is shared; contexts may share a pool. Pool and table
// outlive the context.
class ExecContext {
 public:
    ExecContext(platform::ThreadPool& pool, const kernels::KernelTable& kernels)
        : pool_(pool), kernels_(kernels) {}

    platform::ThreadPool& pool() { return pool_; }
    const kernels::KernelTable& kernels() const { return kernels_; }
    Scratch& scratch() { return scratch_; }

    // While a token is set, the verbs that can take long (those that return Result) look at it between ranges
    // of work and return cancelled soon after a request; what they wrote is worthless then. Null: none.
    void set_stop(const StopToken* stop) { stop_ = stop; }
    bool stopped() const { return stop_ != nullptr && stop_->requested(); }
    Result<void> unless_stopped() const {
        if (stopped()) return Error{ErrorCode::cancelled, "the computation was stopped", ""};
        return {};
    }

    // Whether weights of this format can be multiplied and embedded.
    bool supports(DType dtype) const { return format(dtype).decode != nullptr; }
    const kernels::FormatKernels& format(DType dtype) const {
        return kernels_.formats[static_cast<size_t>(dtype)];
    }

 private:
    platform::ThreadPool& pool_;
    const kernels::KernelTable& kernels_;
    Scratch scratch_;
    const StopToken* stop_ = nullptr;
};

} // namespace engine::ops
