// What Windows tells about processors, as a Topology.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "engine/platform/topology.h"

namespace engine::platform {

// `records` are those of GetLogicalProcessorInformationEx(), one after the other; what is no such record ends
// the list. Processor p is number p % 64 of group p / 64. Rules for nodes as for read_topology().
Topology topology_of_records(std::span<const std::byte> records, const std::vector<int>& processors,
                             const std::function<bool(int node)>& has_memory);

} // namespace engine::platform
