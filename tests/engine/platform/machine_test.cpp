// Processor features from described registers; cores and memory from described file systems; host memory.
#include "engine/platform/machine.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <limits>

#include "engine/platform/affinity.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/memory_size.h"
#include "tests/engine/platform/fake_root.h"

using namespace engine;
using namespace engine::platform;

namespace {
constexpr int64_t kMiB = 1 << 20;

// An AVX-512 machine of 2023 with AMX, everything permitted.
CpuidValues full() {
    CpuidValues v;
    v.max_leaf = 0x20;
    v.leaf1_ecx = 1u << 12 | 1u << 27 | 1u << 28 | 1u << 29;
    v.leaf7_ebx = 1u << 5 | 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
    v.leaf7_ecx = 1u << 1 | 1u << 11;
    v.leaf7_edx = 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25;
    v.leaf7_1_eax = 1u << 4 | 1u << 5;
    v.xcr0 = 0x600e7;
    v.amx_permitted = true;
    return v;
}

int cores_of(const FakeRoot& root, const std::vector<int>& processors) {
    return usable_cores(read_topology(root.path(), processors));
}
} // namespace

class MachineTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everythingPermitted() {
        const CpuFeatures f = features_from(full());
        QVERIFY(f.avx2 && f.avx512 && f.avx512_vnni && f.avx512_bf16 && f.avx512_fp16 && f.avx_vnni);
        QVERIFY(f.avx512_vbmi && f.amx_int8 && f.amx_bf16);
    }

    void theSystemDecides() {
        CpuidValues v = full();
        v.amx_permitted = false;
        QVERIFY(!features_from(v).amx_int8 && !features_from(v).amx_bf16 && features_from(v).avx512);
        v = full();
        v.xcr0 = 0xe7; // no tiles
        QVERIFY(!features_from(v).amx_int8 && features_from(v).avx512);
        v.xcr0 = 0x7; // no ZMM
        QVERIFY(!features_from(v).avx512 && !features_from(v).avx512_bf16 && features_from(v).avx2);
        v.xcr0 = 0x67; // opmask and upper halves, but not ZMM16-31
        QVERIFY(!features_from(v).avx512);
        v.xcr0 = 0x3; // no YMM
        QVERIFY(!features_from(v).avx2 && !features_from(v).avx_vnni);
    }

    void everyBitIsNeeded() {
        const auto without = [](auto change) {
            CpuidValues v = full();
            change(v);
            return features_from(v);
        };
        for (const int bit : {12, 28, 29})
            QVERIFY(!without([&](CpuidValues& v) { v.leaf1_ecx &= ~(1u << bit); }).avx2);
        QVERIFY(!without([](CpuidValues& v) { v.leaf7_ebx &= ~(1u << 5); }).avx2);
        for (const int bit : {16, 17, 28, 30, 31})
            QVERIFY(!without([&](CpuidValues& v) { v.leaf7_ebx &= ~(1u << bit); }).avx512);
        QVERIFY(!without([](CpuidValues& v) { v.max_leaf = 6; }).avx2);
        QVERIFY(!without([](CpuidValues& v) { v.leaf7_edx &= ~(1u << 24); }).amx_int8);
    }

    void detectionAgreesWithTheCompilersOwn() {
        const CpuFeatures f = detect_cpu_features();
        QCOMPARE(f.avx2, __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0);
        QCOMPARE(f.avx512,
                 __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                     __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0);
        QVERIFY(!cpu_name().empty());
    }

    void environmentForces() {
        qputenv("TANDEM_CPU", "AVX2");
        QCOMPARE(cpu_forced_by_environment(), std::string("avx2"));
        qunsetenv("TANDEM_CPU");
        QCOMPARE(cpu_forced_by_environment(), std::string());
    }

    void controlGroupsLimitCores() {
        FakeRoot root;
        root.eight_threads_on_four_cores();
        root.write(QStringLiteral("proc/self/cgroup"), "0::/user/box\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "max 100000\n");
        QCOMPARE(cores_of(root, kEight), 4);
        root.write(QStringLiteral("sys/fs/cgroup/user/cpu.max"),
                   "250000 100000\n"); // the parent's limit holds
        QCOMPARE(cores_of(root, kEight), 2);
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "50000 100000\n");
        QCOMPARE(cores_of(root, kEight), 1);
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "nonsense\n");
        QCOMPARE(cores_of(root, kEight), 2);
    }

    void controlGroupsOfVersionOne() {
        FakeRoot root;
        root.eight_threads_on_four_cores();
        root.write(QStringLiteral("proc/self/cgroup"), "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n");
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us"), "300000\n");
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us"), "100000\n");
        QCOMPARE(cores_of(root, kEight), 3);
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us"), "-1\n");
        QCOMPARE(cores_of(root, kEight), 4);
        root.write(QStringLiteral("proc/meminfo"), "MemTotal: 4096 kB\nMemAvailable: 3072 kB\n");
        root.write(QStringLiteral("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"),
                   "9223372036854771712\n");
        QCOMPARE(memory_size(root.path()).total, 4 * kMiB);
        root.write(QStringLiteral("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"), "2097152\n");
        root.write(QStringLiteral("sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes"), "1048576\n");
        QCOMPARE(memory_size(root.path()).total, 2 * kMiB);
        QCOMPARE(memory_size(root.path()).available, 1 * kMiB);
    }

    void memoryOfTheMachineAndOfTheGroup() {
        FakeRoot root;
        root.write(QStringLiteral("proc/meminfo"),
                   "MemTotal:  8192 kB\nMemFree: 1 kB\nMemAvailable:  6144 kB\n");
        QCOMPARE(memory_size(root.path()).total, 8 * kMiB);
        QCOMPARE(memory_size(root.path()).available, 6 * kMiB);
        root.write(QStringLiteral("proc/self/cgroup"), "0::/\n");
        root.write(QStringLiteral("sys/fs/cgroup/memory.max"), "max\n");
        QCOMPARE(memory_size(root.path()).total, 8 * kMiB);
        root.write(QStringLiteral("sys/fs/cgroup/memory.max"), "4194304\n");
        root.write(QStringLiteral("sys/fs/cgroup/memory.current"), "5242880\n");
        QCOMPARE(memory_size(root.path()).total, 4 * kMiB);
        QCOMPARE(memory_size(root.path()).available, int64_t{0});
    }

    // A model that was just downloaded fills the group's file cache, and gives way to what is loaded of it.
    void fileCacheOfTheGroupGivesWay() {
        FakeRoot root;
        root.write(QStringLiteral("proc/meminfo"), "MemTotal: 65536 kB\nMemAvailable: 65536 kB\n");
        root.write(QStringLiteral("proc/self/cgroup"), "4:memory:/one\n0::/two\n");
        const auto two = QStringLiteral("sys/fs/cgroup/two/");
        root.write(two + QStringLiteral("memory.max"), "16777216\n");
        root.write(two + QStringLiteral("memory.current"), "15728640\n");
        QCOMPARE(memory_size(root.path()).available, 1 * kMiB);
        root.write(
            two + QStringLiteral("memory.stat"),
            "anon 2097152\nfile 13631488\nshmem 1048576\ninactive_file 8388608\nactive_file 4194304\n");
        QCOMPARE(memory_size(root.path()).available, 13 * kMiB);
        root.write(two + QStringLiteral("memory.high"), "12582912\n"); // beyond it the group is made to wait
        QCOMPARE(memory_size(root.path()).total, 12 * kMiB);
        QCOMPARE(memory_size(root.path()).available, 9 * kMiB);
        const auto one = QStringLiteral("sys/fs/cgroup/memory/one/");
        root.write(one + QStringLiteral("memory.limit_in_bytes"), "8388608\n");
        root.write(one + QStringLiteral("memory.usage_in_bytes"), "8388608\n");
        root.write(one + QStringLiteral("memory.stat"),
                   "inactive_file 1\ntotal_inactive_file 2097152\ntotal_active_file 3145728\n");
        QCOMPARE(memory_size(root.path()).total, 8 * kMiB);
        QCOMPARE(memory_size(root.path()).available, 5 * kMiB);
        root.write(one + QStringLiteral("memory.stat"), "total_inactive_file 99999999999\n"); // counted late
        QCOMPARE(memory_size(root.path()).available, 8 * kMiB);
    }

    // A wider limit further up binds where other groups below it have taken most of its memory.
    void fullGroupsFurtherUp() {
        FakeRoot root;
        root.write(QStringLiteral("proc/meminfo"), "MemTotal: 65536 kB\nMemAvailable: 65536 kB\n");
        root.write(QStringLiteral("proc/self/cgroup"), "0::/user/box\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/box/memory.max"), "4194304\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/box/memory.current"), "1048576\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/memory.max"), "16777216\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/memory.current"), "15728640\n");
        QCOMPARE(memory_size(root.path()).total, 4 * kMiB);
        QCOMPARE(memory_size(root.path()).available, 1 * kMiB);
    }

    void thisMachineIsPlausible() {
        const Machine machine = detect_machine();
        QVERIFY(machine.usable_cores >= 1);
        QVERIFY(machine.usable_cores <= static_cast<int>(allowed_processors().size()));
        QVERIFY(machine.memory_bytes > 64 * kMiB);
        QCOMPARE(machine.topology.processors(), static_cast<int>(allowed_processors().size()));
        for (const Core& core : machine.topology.cores)
            QVERIFY(core.node >= 0 && core.node < static_cast<int>(machine.topology.nodes.size()));
        QVERIFY(machine.available_bytes > 0 && machine.available_bytes <= machine.memory_bytes);
    }

    void buffersAreAlignedAndZero() {
        for (const int64_t size : {int64_t{1}, int64_t{4096}, 2 * kMiB - 1, 2 * kMiB, 5 * kMiB + 1}) {
            auto buffer = HostBuffer::allocate(size);
            QVERIFY(buffer.ok());
            QCOMPARE(buffer->size(), size);
            const auto address = reinterpret_cast<uintptr_t>(buffer->data());
            QCOMPARE(address % (size >= 2 * kMiB ? 2 * kMiB : HostBuffer::kAlignment), uintptr_t{0});
            for (int64_t i = 0; i < size; i += 511)
                QCOMPARE(buffer->data()[i], std::byte{0});
            std::memset(buffer->data(), 1, static_cast<size_t>(size));
            HostBuffer moved = std::move(*buffer);
            QCOMPARE(moved.data()[size - 1], std::byte{1});
        }
    }

    void buffersOnANode() {
        const Node node = detect_machine().topology.nodes[0];
        for (const int64_t size : {int64_t{1}, 3 * kMiB}) {
            auto buffer = HostBuffer::allocate(size, node.id);
            QVERIFY(buffer.ok());
            std::memset(buffer->data(), 1, static_cast<size_t>(size));
            constexpr unsigned long kOfAddress = 2, kNodeOfPage = 1; // MPOL_F_ADDR, MPOL_F_NODE
            int policy = -1, place = -1;
            if (syscall(SYS_get_mempolicy, &policy, nullptr, 0ul, buffer->data(), kOfAddress) != 0)
                QSKIP("this system tells no memory policies");
            syscall(SYS_get_mempolicy, &place, nullptr, 0ul, buffer->data(), kOfAddress | kNodeOfPage);
            QCOMPARE(place, node.id);
            if (policy == 0) QSKIP("this system lets nobody bind memory");
            QCOMPARE(policy, 2); // MPOL_BIND
        }
        // A node that does not exist cannot be bound to; the memory is good all the same.
        auto anywhere = HostBuffer::allocate(4096, 900);
        QVERIFY(anywhere.ok());
        anywhere->data()[0] = std::byte{1};
    }

    void aNodeGivesNoMoreThanItHas() {
        const Node node = detect_machine().topology.nodes[0];
        const auto available = node_available_bytes("", node.id);
        if (!available) QSKIP("this system has no memory nodes");
        const auto buffer = HostBuffer::allocate(*available * 2, node.id);
        QCOMPARE(buffer.error().code, ErrorCode::out_of_memory);
        QVERIFY(buffer.error().message.find("memory node") != std::string::npos);
    }

    void impossibleBuffersAreErrors() {
        QCOMPARE(HostBuffer::allocate(int64_t{1} << 60).error().code, ErrorCode::out_of_memory);
        QCOMPARE(HostBuffer::allocate(std::numeric_limits<int64_t>::max()).error().code,
                 ErrorCode::out_of_memory);
        QCOMPARE(HostBuffer::allocate(-1).error().code, ErrorCode::invalid_argument);
        QCOMPARE(HostBuffer::allocate(0)->data(), nullptr);
    }
};

QTEST_APPLESS_MAIN(MachineTest)
#include "machine_test.moc"
