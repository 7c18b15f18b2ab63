// Opening the workshop.
#include "engine/api/workshop.h"

#include <algorithm>

#include "engine/kernels/cpu/select.h"
#include "engine/platform/cpu_features.h"

namespace engine::api {

Result<std::shared_ptr<Workshop>> Workshop::open(const EngineOptions& options) {
    auto workshop = std::shared_ptr<Workshop>(new Workshop);
    workshop->machine_ = platform::detect_machine();
    workshop->log_ = options.log;
    const std::string environment = platform::cpu_forced_by_environment();
    const std::string forced = environment.empty() ? options.cpu : environment;
    ENGINE_ASSIGN(workshop->kernels_, kernels::select_table(workshop->machine_.features, forced));
    const int threads = options.threads > 0 ? options.threads : workshop->machine_.usable_cores;
    workshop->pool_ = std::make_unique<platform::ThreadPool>(std::max(threads, 1));
    if (workshop->log_) {
        const MachineSummary summary = workshop->summary();
        workshop->log_(LogLevel::info, summary.cpu_name + ", kernels " + summary.isa + ", " +
                                           std::to_string(summary.threads) + " threads");
        if (forced.empty() && workshop->machine_.features.amx_bf16 && summary.isa != "amx")
            workshop->log_(LogLevel::warning,
                           "this processor offers AMX, but a first product on it came out wrong; not used");
    }
    return workshop;
}

MachineSummary Workshop::summary() const {
    return {machine_.cpu_name, std::string(kernels_->name), pool_->size(), machine_.memory_bytes};
}

std::unique_ptr<ops::ExecContext> Workshop::exec_context() {
    return std::make_unique<ops::ExecContext>(*pool_, *kernels_);
}

} // namespace engine::api
