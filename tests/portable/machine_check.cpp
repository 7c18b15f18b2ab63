// What is found out about this machine makes sense, and survives being written as a machine file; prints it.
#include <algorithm>
#include <filesystem>

#include "engine/formats/machine_file.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/memory_size.h"
#include "engine/platform/process_memory.h"
#include "tests/portable/check.h"

using namespace engine;
using namespace engine::platform;

namespace {
void features_agree_with_the_compilers_own() {
    const CpuFeatures f = detect_cpu_features();
    __builtin_cpu_init();
    CHECK(f.avx2 == (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")));
    CHECK(f.avx512 == (f.avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")));
    CHECK(f.avx512_vnni == (f.avx512 && __builtin_cpu_supports("avx512vnni")));
    CHECK(!f.amx_int8 || f.avx512);
}

void the_machine_makes_sense(const Machine& machine) {
    CHECK(!machine.cpu_name.empty());
    CHECK(machine.usable_cores >= 1);
    CHECK(machine.usable_cores <= static_cast<int>(machine.topology.cores.size()));
    CHECK(machine.memory_bytes > 0);
    CHECK(machine.available_bytes >= 0 && machine.available_bytes <= machine.memory_bytes);
    const Topology& topology = machine.topology;
    CHECK(!topology.nodes.empty() && !topology.cores.empty() && topology.sockets() >= 1);
    size_t in_nodes = 0;
    for (const Node& node : topology.nodes)
        in_nodes += node.processors.size();
    CHECK(in_nodes == static_cast<size_t>(topology.processors()));
    for (const Core& core : topology.cores) {
        CHECK(!core.processors.empty());
        CHECK(core.node >= 0 && core.node < static_cast<int>(topology.nodes.size()));
        CHECK(core.l1d.bytes >= 0 && core.l1d.bytes < (1 << 20));
    }
}

void memory_is_zeroed_counted_and_refused() {
    constexpr int64_t kBytes = 64 << 20;
    const int64_t before = resident_bytes();
    CHECK(before > 0);
    for (const int node : {-1, 0}) {
        const auto buffer = HostBuffer::allocate(kBytes, node);
        CHECK_OK(buffer);
        CHECK(reinterpret_cast<uintptr_t>(buffer->data()) % HostBuffer::kAlignment == 0);
        CHECK(std::all_of(buffer->data(), buffer->data() + kBytes,
                          [](std::byte b) { return b == std::byte{0}; }));
        std::fill_n(buffer->data(), kBytes, std::byte{1});
        CHECK(resident_bytes() - before > kBytes / 2);
    }
    CHECK(peak_resident_bytes() - before > kBytes / 2);
    CHECK(portable::fails_with(HostBuffer::allocate(int64_t{1} << 60), ErrorCode::out_of_memory));
    CHECK(portable::fails_with(HostBuffer::allocate(-1), ErrorCode::invalid_argument));
    CHECK(HostBuffer::allocate(0).ok());
    const auto node = node_available_bytes("", 0);
    CHECK(!node || (*node > 0 && *node <= memory_size("").total));
    CHECK(portable::fails_with(HostBuffer::allocate(int64_t{1} << 50, 0), ErrorCode::out_of_memory));
}

void disks_make_sense(const std::vector<Disk>& disks) {
    CHECK(disks.size() == 1);
    for (const Disk& disk : disks) {
        CHECK(!disk.mount.empty());
        CHECK(disk.bytes > 0 && disk.free_bytes <= disk.bytes);
    }
}
} // namespace

int main() {
    ProfileSources sources;
    const auto here = std::filesystem::current_path().generic_u8string();
    const std::string folder(here.begin(), here.end());
    sources.folders = {folder, folder + "/not/there/yet"};
    const MachineProfile profile = take_profile(sources);
    const std::string text = formats::write_machine(profile);
    std::printf("%s\n", text.c_str());
    const auto again = formats::read_machine(text);
    CHECK_OK(again);
    CHECK(again.ok() && formats::write_machine(*again) == text);
    features_agree_with_the_compilers_own();
    the_machine_makes_sense(profile.machine);
    disks_make_sense(profile.disks);
    memory_is_zeroed_counted_and_refused();
    return portable::verdict();
}
