// Seats: on which node each worker of a pool works and on which processors its thread may run.
#pragma once

#include <vector>

#include "engine/platform/topology.h"

namespace engine::platform {

struct Seat {
    int node = 0;                // index into Topology::nodes
    std::vector<int> processors; // empty: wherever the system likes
};

// Workers are spread over the nodes in proportion to their cores, so that every node's memory is used. On its
// node a worker may run on any performance core as long as there is one for each such worker, then on any
// processor of the node, then (more workers than processors) anywhere. A seat that would allow everything the
// process is allowed says so by an empty list.
std::vector<Seat> seats(const Topology& topology, int workers);

} // namespace engine::platform
