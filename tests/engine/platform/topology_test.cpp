// Topology and seats: what is read from described machines, and where a pool's workers then sit.
#include "engine/platform/topology.h"

#include <numeric>

#include "engine/platform/memory_size.h"
#include "engine/platform/seats.h"
#include "engine/platform/system_files.h"
#include "tests/engine/platform/fake_root.h"

using namespace engine;
using namespace engine::platform;

namespace {
using Numbers = std::vector<int>;

Numbers first(int count) {
    Numbers numbers(static_cast<size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

void cache(FakeRoot& root, int p, int index, const QByteArray& level, const QByteArray& type,
           const QByteArray& size, const QByteArray& shared) {
    const QByteArray folder = "cache/index" + QByteArray::number(index) + "/";
    root.processor(p, (folder + "level").constData(), level);
    root.processor(p, (folder + "type").constData(), type);
    root.processor(p, (folder + "size").constData(), size);
    root.processor(p, (folder + "shared_cpu_list").constData(), shared);
}

// Two sockets of four cores with two threads each: socket 0 has 0-3 and 8-11, socket 1 has 4-7 and 12-15.
void two_sockets(FakeRoot& root) {
    root.write(QStringLiteral("sys/devices/system/node/online"), "0-1");
    root.node(0, "0-3,8-11", 64 << 20);
    root.node(1, "4-7,12-15", 32 << 20);
    for (int p = 0; p < 16; ++p) {
        const QByteArray siblings = QByteArray::number(p % 8) + "," + QByteArray::number(p % 8 + 8);
        const QByteArray socket = p % 8 < 4 ? "0-3,8-11" : "4-7,12-15";
        root.processor(p, "topology/core_cpus_list", siblings);
        root.processor(p, "topology/physical_package_id", p % 8 < 4 ? "0" : "1");
        cache(root, p, 0, "1", "Data", "48K", siblings);
        cache(root, p, 1, "1", "Instruction", "32K", siblings);
        cache(root, p, 2, "2", "Unified", "2M", siblings);
        cache(root, p, 3, "3", "Unified", "107520K", socket);
    }
}

// Two performance cores with two threads each (0-3) and four efficiency cores (4-7).
void hybrid(FakeRoot& root) {
    for (int p = 0; p < 8; ++p)
        root.processor(p, "topology/core_cpus_list", p < 2 ? "0-1" : p < 4 ? "2-3" : QByteArray::number(p));
}
const Numbers kEfficient = {4, 5, 6, 7};

Numbers efficient_processors(const Topology& topology) {
    Numbers found;
    for (const Core& core : topology.cores) {
        if (core.kind == CoreKind::efficiency)
            found.insert(found.end(), core.processors.begin(), core.processors.end());
    }
    return found;
}
} // namespace

class TopologyTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void lists() {
        QCOMPARE(number_list("0-3,8"), (Numbers{0, 1, 2, 3, 8}));
        QCOMPARE(number_list("8,2-3,3,2"), (Numbers{2, 3, 8}));
        QCOMPARE(number_list("7\n"), Numbers{7});
        for (const char* text : {"", "x", "-", "-3", "3-", "5-2", "0-99999999999", "0-4000000000", ",,"})
            QVERIFY2(number_list(text).empty() || number_list(text) == Numbers{3}, text);
        QCOMPARE(number_list("1,x,4"), (Numbers{1, 4}));
    }

    void twoSockets() {
        FakeRoot root;
        two_sockets(root);
        const Topology t = read_topology(root.path(), first(16));
        QCOMPARE(t.nodes.size(), size_t{2});
        QCOMPARE(t.nodes[1].id, 1);
        QCOMPARE(t.nodes[1].processors, (Numbers{4, 5, 6, 7, 12, 13, 14, 15}));
        QCOMPARE(t.nodes[0].memory_bytes, int64_t{64} << 30);
        QCOMPARE(t.nodes[1].memory_bytes, int64_t{32} << 30);
        QCOMPARE(t.cores.size(), size_t{8});
        QCOMPARE(t.cores[5].processors, (Numbers{5, 13}));
        QCOMPARE(t.cores[5].node, 1);
        QCOMPARE(t.cores[5].socket, 1);
        QCOMPARE(t.cores[5].l1d.bytes, int64_t{48} << 10);
        QCOMPARE(t.cores[5].l2.bytes, int64_t{2} << 20);
        QCOMPARE(t.cores[5].l2.processors, 2);
        QCOMPARE(t.cores[5].l3.bytes, int64_t{105} << 20);
        QCOMPARE(t.cores[5].l3.processors, 8);
        QCOMPARE(t.processors(), 16);
        QCOMPARE(t.sockets(), 2);
        QCOMPARE(usable_cores(t), 8);
        QCOMPARE(node_available_bytes(root.path(), 1).value_or(0), int64_t{1023} << 10);
        QVERIFY(!node_available_bytes(root.path(), 2));
    }

    void seatsOfTwoSockets() {
        FakeRoot root;
        two_sockets(root);
        const Topology t = read_topology(root.path(), first(16));
        const auto workers = seats(t, 20);
        for (size_t w = 0; w < 16; ++w) { // evenly, also when there are fewer workers than cores
            QCOMPARE(workers[w].node, static_cast<int>(w % 2));
            QCOMPARE(workers[w].processors, t.nodes[w % 2].processors);
        }
        for (size_t w = 16; w < 20; ++w)
            QVERIFY(workers[w].processors.empty());
    }

    void seatsFollowTheCores() {
        FakeRoot root;
        two_sockets(root);
        const Topology t = read_topology(root.path(), {0, 1, 2, 4, 8, 9, 10}); // three cores and one
        QCOMPARE(usable_cores(t), 4);
        int on_first = 0;
        for (const Seat& seat : seats(t, 4))
            on_first += seat.node == 0;
        QCOMPARE(on_first, 3);
    }

    void hybridByDeviceLists() {
        FakeRoot root;
        hybrid(root);
        root.write(QStringLiteral("sys/devices/cpu_core/cpus"), "0-3");
        root.write(QStringLiteral("sys/devices/cpu_atom/cpus"), "4-5");
        root.write(QStringLiteral("sys/devices/cpu_lowpower/cpus"), "6-7");
        const Topology t = read_topology(root.path(), kEight);
        QCOMPARE(t.count(CoreKind::performance), 2);
        QCOMPARE(efficient_processors(t), kEfficient);
        QCOMPARE(t.nodes.size(), size_t{1});
        QCOMPARE(t.nodes[0].processors, kEight);
    }

    void hybridByCapacityOrSpeed_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("fast");
        QTest::addColumn<QByteArray>("slow");
        QTest::addColumn<bool>("told");
        QTest::newRow("capacity") << QByteArray("cpu_capacity") << QByteArray("1024") << QByteArray("600")
                                  << true;
        QTest::newRow("speed") << QByteArray("cpufreq/cpuinfo_max_freq") << QByteArray("5100000")
                               << QByteArray("3900000") << true;
        QTest::newRow("favoured cores") << QByteArray("cpufreq/cpuinfo_max_freq") << QByteArray("4800000")
                                        << QByteArray("4500000") << false;
        QTest::newRow("all the same")
            << QByteArray("cpu_capacity") << QByteArray("1024") << QByteArray("1024") << false;
        QTest::newRow("nonsense") << QByteArray("cpu_capacity") << QByteArray("fast") << QByteArray("slow")
                                  << false;
    }
    void hybridByCapacityOrSpeed() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, fast);
        QFETCH(QByteArray, slow);
        QFETCH(bool, told);
        FakeRoot root;
        hybrid(root);
        for (int p = 0; p < 8; ++p)
            root.processor(p, file.constData(), p < 4 ? fast : slow);
        QCOMPARE(efficient_processors(read_topology(root.path(), kEight)), told ? kEfficient : Numbers{});
    }

    void seatsPreferPerformanceCores() {
        FakeRoot root;
        hybrid(root);
        root.write(QStringLiteral("sys/devices/cpu_atom/cpus"), "4-7");
        const auto workers = seats(read_topology(root.path(), kEight), 9);
        QCOMPARE(workers[0].processors, (Numbers{0, 1, 2, 3}));
        QCOMPARE(workers[1].processors, (Numbers{0, 1, 2, 3}));
        for (size_t w = 2; w < 9; ++w)
            QVERIFY(workers[w].processors.empty()); // all that the process may use: nothing to bind
    }

    void threadsOfOneCore() {
        FakeRoot root;
        root.eight_threads_on_four_cores();
        const auto cores = [&](const Numbers& allowed) {
            return usable_cores(read_topology(root.path(), allowed));
        };
        QCOMPARE(cores(kEight), 4);
        QCOMPARE(cores({4, 0}), 1);
        QCOMPARE(cores({0, 5, 6}), 3);
        QCOMPARE(cores({}), 1);
        const Topology t = read_topology(root.path(), {6, 0, 4, 4});
        QCOMPARE(t.cores.size(), size_t{2});
        QCOMPARE(t.cores[0].processors, (Numbers{0, 4}));
        QCOMPARE(t.cores[1].processors, Numbers{6});
        QCOMPARE(t.nodes[0].processors, (Numbers{0, 4, 6}));
        QVERIFY(seats(t, 2)[1].processors.empty());
    }

    void aBareMachine() {
        const FakeRoot root; // neither /proc nor /sys
        const Topology t = read_topology(root.path(), {0, 1, 2});
        QCOMPARE(t.cores.size(), size_t{3});
        QCOMPARE(t.nodes.size(), size_t{1});
        QCOMPARE(t.count(CoreKind::performance), 3);
        QCOMPARE(t.cores[0].l2.bytes, int64_t{0});
        QCOMPARE(t.sockets(), 1);
    }

    void containerWithAQuota() {
        FakeRoot root;
        two_sockets(root);
        root.write(QStringLiteral("proc/self/cgroup"), "0::/box");
        root.write(QStringLiteral("sys/fs/cgroup/box/cpu.max"), "250000 100000");
        const Topology t = read_topology(root.path(), first(16));
        QCOMPARE(t.processor_limit, 2.5);
        QCOMPARE(usable_cores(t), 2);
        QCOMPARE(t.processors(), 16); // the quota takes no processor away
    }

    void cpusetOfOneNode() {
        FakeRoot root;
        two_sockets(root);
        const Topology t = read_topology(root.path(), {4, 5, 12});
        QCOMPARE(t.nodes.size(), size_t{1});
        QCOMPARE(t.nodes[0].id, 1);
        QCOMPARE(t.nodes[0].processors, (Numbers{4, 5, 12}));
        for (const Core& core : t.cores)
            QCOMPARE(core.node, 0); // an index, not the number
        QVERIFY(seats(t, 2)[1].processors.empty());
    }

    void memoryOfOneNodeOnly() {
        FakeRoot root;
        two_sockets(root);
        root.write(QStringLiteral("proc/self/status"),
                   "Cpus_allowed_list:\t0-15\nMems_allowed:\t00000002\nMems_allowed_list:\t1");
        Topology t = read_topology(root.path(), first(16));
        QCOMPARE(t.nodes.size(), size_t{1});
        QCOMPARE(t.nodes[0].id, 1);
        QCOMPARE(t.nodes[0].processors, first(16));
        FakeRoot empty; // no memory in the sockets of node 0
        two_sockets(empty);
        empty.node(0, "0-3,8-11", 0);
        t = read_topology(empty.path(), first(16));
        QCOMPARE(t.nodes.size(), size_t{1});
        QCOMPARE(t.nodes[0].id, 1);
    }

    void nodesWithoutProcessorsAreLeftOut() {
        FakeRoot root;
        two_sockets(root);
        root.write(QStringLiteral("sys/devices/system/node/online"), "0-2");
        root.node(2, "", 512 << 20); // memory on a card
        QCOMPARE(read_topology(root.path(), first(16)).nodes.size(), size_t{2});
    }

    void emulatedNodes() {
        FakeRoot root;
        root.eight_threads_on_four_cores();
        root.write(QStringLiteral("proc/meminfo"), "MemTotal: 4096 kB");
        const Topology real = read_topology(root.path(), kEight);
        const Topology two = emulate_nodes(real, 2);
        QVERIFY(two.emulated && !real.emulated);
        QCOMPARE(two.nodes.size(), size_t{2});
        QCOMPARE(two.nodes[0].processors, (Numbers{0, 1, 4, 5}));
        QCOMPARE(two.nodes[1].processors, (Numbers{2, 3, 6, 7}));
        QCOMPARE(two.nodes[1].memory_bytes, int64_t{2} << 20);
        const auto workers = seats(two, 5);
        for (size_t w = 0; w < 5; ++w) {
            QCOMPARE(workers[w].node, static_cast<int>(w % 2));
            QVERIFY(workers[w].processors.empty());
        }
        const Topology many = emulate_nodes(read_topology(root.path(), {0}), 3); // more than cores
        QCOMPARE(many.nodes.size(), size_t{3});
        QCOMPARE(seats(many, 3)[2].node, 2);
        FakeRoot sockets;
        two_sockets(sockets);
        QCOMPARE(emulate_nodes(read_topology(sockets.path(), first(16)), 1).nodes[0].processors, first(16));
    }

    void environmentEmulates() {
        qunsetenv("TANDEM_NUMA");
        QCOMPARE(nodes_forced_by_environment().value(), 0);
        qputenv("TANDEM_NUMA", "2");
        QCOMPARE(nodes_forced_by_environment().value(), 2);
        for (const char* bad : {"0", "-1", "17", "two", "2x", " 2", "99999999999999999999"}) {
            qputenv("TANDEM_NUMA", bad);
            QVERIFY2(!nodes_forced_by_environment().ok(), bad);
            QCOMPARE(nodes_forced_by_environment().error().code, ErrorCode::invalid_argument);
        }
        qunsetenv("TANDEM_NUMA");
    }
};

QTEST_APPLESS_MAIN(TopologyTest)
#include "topology_test.moc"
