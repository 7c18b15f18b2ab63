// The topology of this machine against what hwloc says of it; where hwloc is not installed the test says so.
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <QXmlStreamReader>
#include <map>
#include <set>

#include "engine/platform/affinity.h"
#include "engine/platform/topology.h"

using namespace engine::platform;

namespace {

struct Processor {
    int package = 0, core = 0;
    int64_t l1 = 0, l2 = 0, l3 = 0; // bytes
};

struct MemoryNode {
    int64_t bytes = 0;
    QString processors; // "0x00000001,0xffffffff", the highest word first
    bool holds(int processor) const {
        const QStringList words = processors.split(QLatin1Char(','));
        const qsizetype word = words.size() - 1 - processor / 32;
        return word >= 0 && ((words[word].toUInt(nullptr, 16) >> (processor % 32)) & 1) != 0;
    }
};

struct Oracle {
    std::map<int, Processor> processors;
    std::map<int, MemoryNode> nodes;
};

// Caches, cores and packages enclose the processing units in the XML.
Oracle read(const QByteArray& xml) {
    Oracle oracle;
    std::vector<Processor> around = {{}};
    for (QXmlStreamReader reader(xml); !reader.atEnd(); reader.readNext()) {
        if (reader.name() != QLatin1String("object")) continue;
        if (reader.isEndElement()) around.pop_back();
        if (!reader.isStartElement()) continue;
        const auto text = [&](const char* key) {
            return reader.attributes().value(QLatin1String(key)).toString();
        };
        Processor here = around.back();
        const QString type = text("type");
        const int number = text("os_index").toInt();
        if (type == QLatin1String("Package")) here.package = number;
        if (type == QLatin1String("Core")) here.core = text("gp_index").toInt();
        if (type == QLatin1String("L1Cache")) here.l1 = text("cache_size").toLongLong();
        if (type == QLatin1String("L2Cache")) here.l2 = text("cache_size").toLongLong();
        if (type == QLatin1String("L3Cache")) here.l3 = text("cache_size").toLongLong();
        if (type == QLatin1String("NUMANode"))
            oracle.nodes[number] = {text("local_memory").toLongLong(), text("cpuset")};
        if (type == QLatin1String("PU")) oracle.processors[number] = here;
        around.push_back(here);
    }
    return oracle;
}

} // namespace

class HwlocTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void thisMachineAsHwlocSeesIt() {
        const QString program = QStandardPaths::findExecutable(QStringLiteral("lstopo-no-graphics"));
        if (program.isEmpty()) QSKIP("hwloc is not installed (Debian: hwloc-nox)");
        QProcess process;
        process.start(program, {QStringLiteral("--of"), QStringLiteral("xml"), QStringLiteral("--no-io")});
        QVERIFY(process.waitForFinished());
        const Oracle oracle = read(process.readAllStandardOutput());
        const Topology topology = read_topology("", allowed_processors());

        QCOMPARE(static_cast<size_t>(topology.processors()), oracle.processors.size());
        std::map<int, size_t> cores; // hwloc's cores and ours
        std::set<int> packages;
        for (size_t c = 0; c < topology.cores.size(); ++c) {
            const Core& core = topology.cores[c];
            for (const int p : core.processors) {
                QVERIFY(oracle.processors.contains(p));
                const Processor& theirs = oracle.processors.at(p);
                QCOMPARE(cores.emplace(theirs.core, c).first->second, c);
                QCOMPARE(core.socket, theirs.package);
                QCOMPARE(core.l1d.bytes, theirs.l1);
                QCOMPARE(core.l2.bytes, theirs.l2);
                QCOMPARE(core.l3.bytes, theirs.l3);
                packages.insert(theirs.package);
                const Node& node = topology.nodes[static_cast<size_t>(core.node)];
                if (oracle.nodes.contains(node.id)) QVERIFY(oracle.nodes.at(node.id).holds(p));
            }
        }
        QCOMPARE(cores.size(), topology.cores.size());
        QCOMPARE(static_cast<size_t>(topology.sockets()), packages.size());
        for (const Node& node : topology.nodes) {
            QVERIFY(oracle.nodes.contains(node.id));
            QCOMPARE(node.memory_bytes, oracle.nodes.at(node.id).bytes);
        }
    }
};

QTEST_APPLESS_MAIN(HwlocTest)
#include "hwloc_test.moc"
