// Processor features from described registers; cores and memory from described file systems; host memory.
#include "engine/platform/machine.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <limits>

#include "engine/platform/cpu_features.h"
#include "engine/platform/host_memory.h"

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
    v.leaf7_ecx = 1u << 11;
    v.leaf7_edx = 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25;
    v.leaf7_1_eax = 1u << 4 | 1u << 5;
    v.xcr0 = 0x600e7;
    v.amx_permitted = true;
    return v;
}

// A directory that looks like / to the functions under test.
class FakeRoot {
 public:
    void write(const QString& path, const QByteArray& text) {
        const QString full = directory_.path() + QLatin1Char('/') + path;
        QVERIFY(QDir().mkpath(QFileInfo(full).path()));
        QFile file(full);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    // Two hardware threads per core: (0, 4), (1, 5), (2, 6), (3, 7).
    void eightThreadsOnFourCores() {
        for (int p = 0; p < 8; ++p)
            write(QStringLiteral("sys/devices/system/cpu/cpu%1/topology/thread_siblings_list").arg(p),
                  QByteArray::number(p % 4) + "," + QByteArray::number(p % 4 + 4) + "\n");
    }
    std::string path() const { return directory_.path().toStdString(); }

 private:
    QTemporaryDir directory_;
};
const std::vector<int> kEight = {0, 1, 2, 3, 4, 5, 6, 7};
} // namespace

class MachineTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everythingPermitted() {
        const CpuFeatures f = features_from(full());
        QVERIFY(f.avx2 && f.avx512 && f.avx512_vnni && f.avx512_bf16 && f.avx512_fp16 && f.avx_vnni);
        QVERIFY(f.amx_int8 && f.amx_bf16);
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

    void coresNotThreads() {
        FakeRoot root;
        root.eightThreadsOnFourCores();
        QCOMPARE(usable_cores(root.path(), kEight), 4);
        QCOMPARE(usable_cores(root.path(), {0, 4}), 1);
        QCOMPARE(usable_cores(root.path(), {0, 5, 6}), 3);
        QCOMPARE(usable_cores(root.path(), {}), 1);
        FakeRoot empty;
        QCOMPARE(usable_cores(empty.path(), {0, 1, 2}), 3); // no topology files: every processor is a core
    }

    void controlGroupsLimitCores() {
        FakeRoot root;
        root.eightThreadsOnFourCores();
        root.write(QStringLiteral("proc/self/cgroup"), "0::/user/box\n");
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "max 100000\n");
        QCOMPARE(usable_cores(root.path(), kEight), 4);
        root.write(QStringLiteral("sys/fs/cgroup/user/cpu.max"),
                   "250000 100000\n"); // the parent's limit holds
        QCOMPARE(usable_cores(root.path(), kEight), 2);
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "50000 100000\n");
        QCOMPARE(usable_cores(root.path(), kEight), 1);
        root.write(QStringLiteral("sys/fs/cgroup/user/box/cpu.max"), "nonsense\n");
        QCOMPARE(usable_cores(root.path(), kEight), 2);
    }

    void controlGroupsOfVersionOne() {
        FakeRoot root;
        root.eightThreadsOnFourCores();
        root.write(QStringLiteral("proc/self/cgroup"), "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n");
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us"), "300000\n");
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us"), "100000\n");
        QCOMPARE(usable_cores(root.path(), kEight), 3);
        root.write(QStringLiteral("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us"), "-1\n");
        QCOMPARE(usable_cores(root.path(), kEight), 4);
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

    void thisMachineIsPlausible() {
        const Machine machine = detect_machine();
        QVERIFY(machine.usable_cores >= 1);
        QVERIFY(machine.usable_cores <= static_cast<int>(allowed_processors().size()));
        QVERIFY(machine.memory_bytes > 64 * kMiB);
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
