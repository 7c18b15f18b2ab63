// Workshop: what all models of an engine share: the machine's description, the kernels chosen for it and the
// thread pool.
#pragma once

#include <memory>

#include "engine/api/types.h"
#include "engine/ops/exec_context.h"
#include "engine/platform/machine.h"
#include "engine/platform/thread_pool.h"

namespace engine::api {

class Workshop {
 public:
    // Errors: unsupported (a forced instruction set that this machine lacks, or an unknown name).
    static Result<std::shared_ptr<Workshop>> open(const EngineOptions& options);

    MachineSummary summary() const;
    std::unique_ptr<ops::ExecContext> exec_context(); // lives no longer than the workshop
    platform::ThreadPool& pool() { return *pool_; }
    const platform::Topology& topology() const { return machine_.topology; }
    const LogSink& log() const { return log_; }

 private:
    Workshop() = default;

    platform::Machine machine_;
    const kernels::KernelTable* kernels_ = nullptr;
    std::unique_ptr<platform::ThreadPool> pool_;
    LogSink log_;
};

} // namespace engine::api
