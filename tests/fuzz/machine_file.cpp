// Fuzzes machine files: what is accepted must be a machine that can be used and that reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/formats/machine_file.h"
#include "engine/platform/seats.h"

using namespace engine;

namespace {
void require(bool condition) {
    if (!condition) __builtin_trap();
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto profile = formats::read_machine({reinterpret_cast<const char*>(data), size});
    if (!profile.ok()) {
        require(!profile.error().message.empty());
        return 0;
    }
    const platform::Machine& machine = profile->machine;
    require(!machine.topology.nodes.empty() && !machine.topology.cores.empty());
    require(machine.usable_cores >= 1 && machine.available_bytes <= machine.memory_bytes);
    for (const platform::Core& core : machine.topology.cores)
        require(!core.processors.empty() && core.node < static_cast<int>(machine.topology.nodes.size()));
    require(platform::seats(machine.topology, 3).size() == 3);
    const std::string text = formats::write_machine(*profile);
    const auto again = formats::read_machine(text);
    require(again.ok() && formats::write_machine(*again) == text);
    return 0;
}
