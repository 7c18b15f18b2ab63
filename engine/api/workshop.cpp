// Opening the workshop.
#include "engine/api/workshop.h"

#include <algorithm>

#include "engine/kernels/cpu/select.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/memory_size.h"

namespace engine::api {

Result<std::shared_ptr<Workshop>> Workshop::open(const EngineOptions& options) {
    auto workshop = std::shared_ptr<Workshop>(new Workshop);
    workshop->machine_ = platform::detect_machine();
    workshop->log_ = options.log;
    const std::string environment = platform::cpu_forced_by_environment();
    const std::string forced = environment.empty() ? options.cpu : environment;
    ENGINE_ASSIGN(workshop->kernels_, kernels::select_table(workshop->machine_.features, forced));
    ENGINE_ASSIGN(const int forced_nodes, platform::nodes_forced_by_environment());
    const int nodes = forced_nodes > 0 ? forced_nodes : options.nodes;
    if (nodes < 0 || nodes > platform::kMostEmulatedNodes)
        return Error{ErrorCode::invalid_argument, std::to_string(nodes) + " memory nodes cannot be pretended",
                     "Choose from 1 to " + std::to_string(platform::kMostEmulatedNodes) + "."};
    platform::Topology& topology = workshop->machine_.topology;
    if (nodes > 0) topology = platform::emulate_nodes(topology, nodes);
    const int threads = options.threads > 0 ? options.threads : workshop->machine_.usable_cores;
    workshop->pool_ = std::make_unique<platform::ThreadPool>(topology, std::max(threads, 1));
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
    const platform::Topology& topology = machine_.topology;
    const platform::Core& core = topology.cores.front();
    MachineSummary summary;
    summary.cpu_name = machine_.cpu_name;
    summary.isa = kernels_->name;
    summary.threads = pool_->size();
    summary.memory_bytes = machine_.memory_bytes;
    summary.sockets = topology.sockets();
    summary.nodes = static_cast<int>(topology.nodes.size());
    summary.performance_cores = topology.count(platform::CoreKind::performance);
    summary.efficiency_cores = topology.count(platform::CoreKind::efficiency);
    summary.processors = topology.processors();
    summary.processor_limit = topology.processor_limit;
    summary.l1d_bytes = core.l1d.bytes;
    summary.l2_bytes = core.l2.bytes;
    summary.l3_bytes = core.l3.bytes;
    return summary;
}

platform::MachineProfile Workshop::profile() const {
    platform::MachineProfile profile;
    profile.machine = machine_;
    const platform::MemorySize memory = platform::memory_size("");
    profile.machine.memory_bytes = memory.total;
    profile.machine.available_bytes = memory.available;
    return profile;
}

std::unique_ptr<ops::ExecContext> Workshop::exec_context() {
    return std::make_unique<ops::ExecContext>(*pool_, *kernels_);
}

} // namespace engine::api
