// Topology: the sockets, memory nodes, cores and caches that this process may use, as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace engine::platform {

enum class CoreKind { performance, efficiency };

struct Cache {
    int64_t bytes = 0;  // 0: not known, or there is none
    int processors = 0; // that share it, usable or not
};

// A physical core; processors are the system's numbers of its hardware threads that may be used.
struct Core {
    std::vector<int> processors; // at least one
    int node = 0;                // index into Topology::nodes
    int socket = 0;
    CoreKind kind = CoreKind::performance;
    Cache l1d, l2, l3;
};

// Processors and the memory that is near to them.
struct Node {
    int id = 0; // the system's number, which need not be the index
    std::vector<int> processors;
    int64_t memory_bytes = 0; // 0: not known
};

struct Topology {
    std::vector<Node> nodes;    // at least one
    std::vector<Core> cores;    // at least one, by first processor
    double processor_limit = 0; // processors' worth of time that the control group allows; 0: no limit
    bool emulated = false;      // nodes are make-believe: nothing is bound to them

    int processors() const;
    int count(CoreKind kind) const;
    int sockets() const;
};

// From a directory that looks like / (with proc and sys; "" is the machine itself), for the processors of the
// affinity mask. Nodes without one of these processors are left out. A node whose memory is not there or not
// allowed (cpuset.mems) gives its processors to the first node that has some: nothing could be placed there.
Topology read_topology(const std::string& root, const std::vector<int>& processors);

// The same cores in `nodes` make-believe nodes of as equal size as they can be: any machine serves to try the
// code for several nodes, and 1 makes a machine of several nodes behave as one.
Topology emulate_nodes(const Topology& topology, int nodes);
inline constexpr int kMostEmulatedNodes = 16;

// Physical cores, or the control group's limit where that is less; at least 1.
int usable_cores(const Topology& topology);

// The value of TANDEM_NUMA, the number of nodes to emulate; 0 when unset. Errors: invalid_argument.
Result<int> nodes_forced_by_environment();

} // namespace engine::platform
