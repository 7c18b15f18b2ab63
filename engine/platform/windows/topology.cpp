// Asking GetLogicalProcessorInformationEx() and the job.
#include "engine/platform/topology.h"

#include <windows.h>

#include "engine/platform/memory_size.h"
#include "engine/platform/windows/job_limits.h"
#include "engine/platform/windows/processor_records.h"

namespace engine::platform {

namespace {
// Nodes that span several groups, which RelationAll names with their first one only. Since Windows Server
// 2022; MinGW's headers lack it.
constexpr auto kNodesOfGroups = static_cast<LOGICAL_PROCESSOR_RELATIONSHIP>(6);

void append_records(LOGICAL_PROCESSOR_RELATIONSHIP which, std::vector<std::byte>& records) {
    DWORD bytes = 0;
    GetLogicalProcessorInformationEx(which, nullptr, &bytes);
    std::vector<std::byte> more(bytes);
    auto* const first = reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(more.data());
    if (bytes == 0 || GetLogicalProcessorInformationEx(which, first, &bytes) == 0) return;
    records.insert(records.end(), more.begin(), more.begin() + bytes);
}
} // namespace

Topology read_topology(const std::string&, const std::vector<int>& processors) {
    std::vector<std::byte> records;
    append_records(RelationAll, records);
    append_records(kNodesOfGroups, records);
    const auto has_memory = [](int node) { return node_available_bytes("", node).value_or(1) > 0; };
    Topology topology = topology_of_records(records, processors, has_memory);
    topology.processor_limit = job_processor_limit().value_or(0);
    // How much memory a node has in all, Windows does not say.
    if (topology.nodes.size() == 1) topology.nodes[0].memory_bytes = memory_size("").total;
    return topology;
}

} // namespace engine::platform
