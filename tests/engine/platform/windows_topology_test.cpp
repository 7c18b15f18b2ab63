// Machines as Windows describes them: groups, kinds of cores, nodes, caches; and what is no description.
#include <QTest>
#include <cstring>

#include "engine/platform/windows/processor_records.h"

using namespace engine::platform;

namespace {
struct Mask {
    int group = 0;
    uint64_t bits = 0;
};

// Records laid out as Microsoft documents SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX for Windows 11.
class Records {
 public:
    void core(std::vector<Mask> masks, uint8_t efficiency_class = 0) {
        begin(0, 32, masks);
        put<uint8_t>(9, efficiency_class);
        put<uint16_t>(30, static_cast<uint16_t>(masks.size()));
    }
    void package(std::vector<Mask> masks) {
        begin(3, 32, masks);
        put<uint16_t>(30, static_cast<uint16_t>(masks.size()));
    }
    void node(uint32_t number, std::vector<Mask> masks, uint32_t relation = 1, bool counts = false) {
        begin(relation, 32, masks);
        put<uint32_t>(8, number);
        if (counts) put<uint16_t>(30, static_cast<uint16_t>(masks.size())); // systems before leave it 0
    }
    void cache(uint8_t level, uint32_t bytes, uint32_t type, std::vector<Mask> masks) {
        begin(2, 40, masks);
        put<uint8_t>(8, level);
        put<uint32_t>(12, bytes);
        put<uint32_t>(16, type);
    }
    std::span<const std::byte> bytes() const { return all_; }

 private:
    template <typename Number>
    void put(size_t offset, Number value) {
        std::memcpy(all_.data() + first_ + offset, &value, sizeof value);
    }
    void begin(uint32_t relation, size_t masks_at, const std::vector<Mask>& masks) {
        first_ = all_.size();
        all_.resize(first_ + masks_at + 16 * masks.size());
        put<uint32_t>(0, relation);
        put<uint32_t>(4, static_cast<uint32_t>(all_.size() - first_));
        for (size_t i = 0; i < masks.size(); ++i) {
            put<uint64_t>(masks_at + 16 * i, masks[i].bits);
            put<uint16_t>(masks_at + 16 * i + 8, static_cast<uint16_t>(masks[i].group));
        }
    }
    std::vector<std::byte> all_;
    size_t first_ = 0;
};

std::vector<int> up_to(int end, int begin = 0) {
    std::vector<int> all;
    for (int p = begin; p < end; ++p)
        all.push_back(p);
    return all;
}
bool always(int) {
    return true;
}
} // namespace

class WindowsTopologyTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // Two fast cores with two threads each, four slow ones that share a second cache.
    void aHybridProcessor() {
        Records records;
        records.package({{0, 0xff}});
        records.node(0, {{0, 0xff}});
        for (int c = 0; c < 2; ++c) {
            records.core({{0, uint64_t{3} << (2 * c)}}, 1);
            records.cache(1, 48 << 10, 2, {{0, uint64_t{3} << (2 * c)}});
            records.cache(1, 32 << 10, 1, {{0, uint64_t{3} << (2 * c)}}); // of instructions
            records.cache(2, 2 << 20, 0, {{0, uint64_t{3} << (2 * c)}});
        }
        for (int c = 4; c < 8; ++c)
            records.core({{0, uint64_t{1} << c}}, 0);
        records.cache(2, 4 << 20, 0, {{0, 0xf0}});
        records.cache(3, 30 << 20, 0, {{0, 0xff}});
        const Topology t = topology_of_records(records.bytes(), up_to(8), always);
        QCOMPARE(t.processors(), 8);
        QCOMPARE(t.count(CoreKind::performance), 2);
        QCOMPARE(t.count(CoreKind::efficiency), 4);
        QCOMPARE(t.cores[0].processors, (std::vector<int>{0, 1}));
        QCOMPARE(t.cores[0].l1d.bytes, int64_t{48 << 10});
        QCOMPARE(t.cores[1].l2.bytes, int64_t{2 << 20});
        QCOMPARE(t.cores[5].kind, CoreKind::efficiency);
        QCOMPARE(t.cores[5].l2.bytes, int64_t{4 << 20});
        QCOMPARE(t.cores[5].l2.processors, 4);
        QCOMPARE(t.cores[5].l3.processors, 8);
        QCOMPARE(t.sockets(), 1);

        const Topology some = topology_of_records(records.bytes(), {1, 6}, always);
        QCOMPARE(some.processors(), 2);
        QCOMPARE(some.cores[0].processors, std::vector<int>{1});
        QCOMPARE(some.cores[1].l2.processors, 4); // that share it, usable or not
    }

    // 2 x 48 cores with two threads each: a group of 64 and one of 32 per socket.
    void twoSocketsOfSeveralGroups() {
        Records records;
        const auto threads = [](int core) { // of a socket
            return Mask{core / 32, uint64_t{3} << (2 * (core % 32))};
        };
        for (int socket = 0; socket < 2; ++socket) {
            const Mask low{2 * socket, ~uint64_t{0}}, high{2 * socket + 1, 0xffffffff};
            records.package({low, high});
            records.node(static_cast<uint32_t>(socket), {low});                // as RelationAll tells it
            records.node(static_cast<uint32_t>(socket), {low, high}, 6, true); // and RelationNumaNodeEx
            for (int core = 0; core < 48; ++core) {
                Mask mask = threads(core);
                mask.group += 2 * socket;
                records.core({mask});
            }
        }
        std::vector<int> all;
        for (const int first : {0, 64, 128, 192}) {
            const auto group = up_to(first + (first % 128 == 0 ? 64 : 32), first);
            all.insert(all.end(), group.begin(), group.end());
        }
        const Topology t = topology_of_records(records.bytes(), all, always);
        QCOMPARE(t.cores.size(), size_t{96});
        QCOMPARE(t.sockets(), 2);
        QCOMPARE(t.nodes.size(), size_t{2});
        QCOMPARE(t.nodes[1].id, 1);
        QCOMPARE(t.nodes[1].processors.size(), size_t{96});
        QCOMPARE(t.nodes[1].processors.front(), 128);
        QCOMPARE(t.cores.back().processors, (std::vector<int>{222, 223}));
        QCOMPARE(t.cores.back().node, 1);
        QCOMPARE(t.cores.back().socket, 1);
        QCOMPARE(t.cores[47].processors, (std::vector<int>{94, 95}));
        QCOMPARE(t.count(CoreKind::efficiency), 0);
    }

    // As Threadripper 2990WX: half of the nodes have processors and no memory.
    void nodesWithoutMemoryGiveTheirProcessorsAway() {
        Records records;
        for (uint32_t n = 0; n < 4; ++n) {
            records.node(n, {{0, uint64_t{3} << (2 * n)}});
            for (uint32_t c = 2 * n; c < 2 * n + 2; ++c)
                records.core({{0, uint64_t{1} << c}});
        }
        const Topology t =
            topology_of_records(records.bytes(), up_to(8), [](int node) { return node % 2 == 0; });
        QCOMPARE(t.nodes.size(), size_t{2});
        QCOMPARE(t.nodes[0].processors, (std::vector<int>{0, 1, 2, 3, 6, 7}));
        QCOMPARE(t.nodes[1].id, 2);
        QCOMPARE(t.nodes[1].processors, (std::vector<int>{4, 5}));
        QCOMPARE(t.cores[6].node, 0);
        const Topology none = topology_of_records(records.bytes(), up_to(8), [](int) { return false; });
        QCOMPARE(none.nodes.size(), size_t{1});
        QCOMPARE(none.nodes[0].processors.size(), size_t{8});
    }

    void whatIsNoDescriptionIsLeftOut() {
        for (const size_t size : {size_t{0}, size_t{7}, size_t{8}, size_t{100}}) {
            const std::vector<std::byte> nonsense(size, std::byte{0xff});
            const Topology t = topology_of_records(nonsense, {2, 3, 3}, always);
            QCOMPARE(t.cores.size(), size_t{2});
            QCOMPARE(t.cores[1].processors, std::vector<int>{3});
            QCOMPARE(t.nodes[0].processors, (std::vector<int>{2, 3}));
        }
        Records records;
        records.core({{0, 1}});
        records.core({{0, 2}});
        for (size_t cut = 0; cut < records.bytes().size(); ++cut) { // at any place
            const Topology t = topology_of_records(records.bytes().first(cut), up_to(2), always);
            QVERIFY(!t.cores.empty());
        }
        std::vector<std::byte> many(records.bytes().begin(), records.bytes().end());
        many[30] = many[31] = std::byte{0xff}; // 65535 masks in a record of one
        QCOMPARE(topology_of_records(many, up_to(2), always).cores.size(), size_t{2});
        QCOMPARE(topology_of_records({}, {}, always).cores.size(), size_t{1});
    }
};

QTEST_APPLESS_MAIN(WindowsTopologyTest)
#include "windows_topology_test.moc"
