// Putting together what the files of the room find out.
#include "engine/platform/machine.h"

#include "engine/platform/affinity.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/memory_size.h"

namespace engine::platform {

Machine detect_machine() {
    Machine machine;
    machine.cpu_name = cpu_name();
    machine.features = detect_cpu_features();
    machine.topology = read_topology("", allowed_processors());
    machine.usable_cores = usable_cores(machine.topology);
    const MemorySize memory = memory_size("");
    machine.memory_bytes = memory.total;
    machine.available_bytes = memory.available;
    return machine;
}

} // namespace engine::platform
