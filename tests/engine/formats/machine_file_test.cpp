// Machine files: what is written reads back the same, what is shipped is what it says, what is wrong is
// named.
#include "engine/formats/machine_file.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "engine/platform/seats.h"

using namespace engine;
using namespace engine::platform;
using formats::read_machine;
using formats::write_machine;

namespace {

const QString kMachines = QStringLiteral(TANDEM_SOURCE_DIR "/resources/machines/");

MachineProfile shipped(const char* name) {
    const auto path = (kMachines + QLatin1String(name) + QStringLiteral(".json")).toStdString();
    auto profile = formats::read_machine_file(path);
    if (!profile.ok()) qWarning("%s", profile.error().message.c_str());
    return profile.ok() ? *profile : MachineProfile{};
}

std::string message_of(const std::string& json) {
    const auto profile = read_machine(json);
    return profile.ok() ? "" : profile.error().message;
}

// The smallest file, with more members.
std::string with(const std::string& more) {
    return R"({"memory": {"bytes": 1000}, "cores": [{"processors": ["0-3"]}])" + more + "}";
}

} // namespace

class MachineFileTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void thisMachineReadsBack() {
        MachineProfile profile = take_profile({"", {"/no/driver.so", "/no/driver.so"}, {"/", "/proc"}});
        profile.calibration = Calibration{1'700'000'000, "avx2", {1.5, 2.25}, {}};
        profile.calibration->rates = {{FormatFamily::k_quants, 12.5, 33.25, 20.5, 8.25, 17.75},
                                      {FormatFamily::groups, 0, 1e5}};
        profile.calibration->between = {10.5, 64, 3.25, 1.5};
        profile.calibration->corrected_by = {0.75, 1.125};
        const std::string text = write_machine(profile);
        const auto back = read_machine(text);
        QVERIFY2(back.ok(), message_of(text).c_str());
        QCOMPARE(write_machine(*back), text);
        QCOMPARE(back->machine.topology.cores.size(), profile.machine.topology.cores.size());
        QCOMPARE(back->machine.usable_cores, profile.machine.usable_cores);
        QCOMPARE(back->calibration->rates[0].family, FormatFamily::k_quants);
        QCOMPARE(back->calibration->rates[0].few_memory_gflop_per_s, 17.75);
        QCOMPARE(back->calibration->rates[1].few_gflop_per_s, 0.0);
        QVERIFY(back->calibration->between == profile.calibration->between);
        QCOMPARE(back->calibration->read_gb_per_s[1], 2.25);
        QCOMPARE(back->calibration->corrected_by, profile.calibration->corrected_by);
    }

    // As versions wrote it that measured less.
    void calibrationsOfOlderVersions() {
        const auto old = read_machine(
            with(R"(, "calibration": {"unix_seconds": 5, "isa": "amx", "read_gb_per_s": [2], "rates": [)"
                 R"({"family": "k_quants", "vector_gb_per_s": 3, "matrix_gflop_per_s": 4}], )"
                 R"("corrected_by": {"prompt": 1.5, "generate": 0.5}})"));
        QVERIFY(old.ok());
        QCOMPARE(old->calibration->rates[0].matrix_gflop_per_s, 4.0);
        QCOMPARE(old->calibration->rates[0].few_gflop_per_s, 0.0);
        QVERIFY(old->calibration->between == BetweenRates());
        QCOMPARE(old->calibration->corrected_by.prompt, 1.5);
    }

    // Hardware threads numbered next to each other, across all cores, or without any order.
    void numbersOfThreadsReadBack() {
        MachineProfile profile;
        profile.machine.memory_bytes = profile.machine.available_bytes = 1000;
        Topology& topology = profile.machine.topology;
        topology.nodes = {{3, {}, 5}, {7, {}, 6}};
        const std::vector<std::vector<int>> cores = {{0, 9}, {1, 4}, {2, 11}, {5}, {6}, {7, 8}, {10, 3}};
        for (const auto& processors : cores) {
            Core core;
            core.processors = processors;
            core.node = processors[0] % 2;
            core.kind = processors.size() == 1 ? CoreKind::efficiency : CoreKind::performance;
            topology.cores.push_back(core);
        }
        topology.emulated = true;
        profile.machine.usable_cores = 3;
        const auto back = read_machine(write_machine(profile));
        QVERIFY(back.ok());
        const Topology& read = back->machine.topology;
        QCOMPARE(read.cores.size(), cores.size());
        for (size_t c = 0; c < cores.size(); ++c) {
            QCOMPARE(read.cores[c].processors, cores[c]);
            QCOMPARE(read.cores[c].node, cores[c][0] % 2);
            QCOMPARE(read.cores[c].kind, topology.cores[c].kind);
        }
        QCOMPARE(read.nodes[1].id, 7);
        QCOMPARE(read.nodes[0].processors, (std::vector<int>{0, 2, 3, 6, 9, 10, 11}));
        QVERIFY(read.emulated);
        QCOMPARE(back->machine.usable_cores, 3);
    }

    void shippedFilesAreRight() {
        const MachineProfile xeon = shipped("xeon-2-sockets-8-nodes");
        QCOMPARE(xeon.machine.topology.nodes.size(), size_t{8});
        QCOMPARE(xeon.machine.topology.sockets(), 2);
        QCOMPARE(xeon.machine.topology.cores.size(), size_t{112});
        QCOMPARE(xeon.machine.topology.processors(), 224);
        QCOMPARE(xeon.machine.topology.nodes[7].processors.back(), 223);
        QVERIFY(xeon.machine.features.amx_bf16);
        QCOMPARE(seats(xeon.machine.topology, 112)[8].node, 0); // a plan of threads works on it
        const MachineProfile hybrid = shipped("desktop-8p-16e");
        QCOMPARE(hybrid.machine.topology.count(CoreKind::performance), 8);
        QCOMPARE(hybrid.machine.topology.count(CoreKind::efficiency), 16);
        QCOMPARE(hybrid.machine.topology.cores[1].processors, (std::vector<int>{2, 3}));
        const MachineProfile pair = shipped("two-gpus-24-8");
        QCOMPARE(pair.gpus.size(), size_t{2});
        QCOMPARE(pair.gpus[1].memory_bytes, int64_t{8} << 30);
        QCOMPARE(pair.gpus[0].compute_minor, 6);
        QVERIFY(shipped("laptop-16gb").gpus.empty());
        for (const QString& name : QDir(kMachines).entryList({QStringLiteral("*.json")})) {
            const auto profile = formats::read_machine_file((kMachines + name).toStdString());
            QVERIFY2(profile.ok(), qPrintable(name));
            const auto again = read_machine(write_machine(*profile));
            QVERIFY2(again.ok() && write_machine(*again) == write_machine(*profile), qPrintable(name));
        }
    }

    void littleIsEnough() {
        const auto profile = read_machine(with(""));
        QVERIFY(profile.ok());
        QCOMPARE(profile->machine.usable_cores, 4);
        QCOMPARE(profile->machine.available_bytes, int64_t{1000});
        QCOMPARE(profile->machine.topology.nodes.size(), size_t{1});
        QCOMPARE(profile->machine.topology.nodes[0].processors.size(), size_t{4});
        QVERIFY(read_machine(with(R"(, "comment": "x", "cpu": {"processor_limit": 2.5})")).ok());
        QCOMPARE(read_machine(with(R"(, "cpu": {"processor_limit": 2.5})"))->machine.usable_cores, 2);
    }

    void mistakesAreNamed_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const std::string& json, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(json) << QByteArray(says);
        };
        row("no JSON", "{", "not valid JSON");
        row("empty", "", "not valid JSON");
        row("a list", "[]", "the file is a list");
        row("nothing", "{}", "memory is missing");
        row("no cores", R"({"memory": {"bytes": 5}})", "cores is missing");
        row("unknown", with(R"(, "gpu": [])"), "\"gpu\"");
        row("unknown inside", with(R"(, "gpus": [{"memory_bytes": 5, "vram": 5}])"), "gpus[0].\"vram\"");
        row("text for a number", with(R"(, "gpus": [{"memory_bytes": "24 GB"}])"), "gpus[0].memory_bytes");
        row("no memory", with(R"(, "gpus": [{"name": "x"}])"), "gpus[0].memory_bytes is missing");
        row("negative", with(R"(, "gpus": [{"memory_bytes": -5}])"), "is -5");
        row("huge", with(R"(, "gpus": [{"memory_bytes": 18446744073709551615}])"), "gpus[0].memory_bytes");
        row("more free than there is", with(R"(, "disks": [{"bytes": 5, "free_bytes": 6}])"),
            "disks[0].free_bytes");
        row("fraction", with(R"(, "disks": [{"bytes": 5.5}])"), "disks[0].bytes");
        row("capability", with(R"(, "gpus": [{"memory_bytes": 5, "compute_capability": "8"}])"), "8.9");
        row("feature", with(R"(, "cpu": {"features": ["avx9"]})"), "avx9");
        row("too many cores used", with(R"(, "cpu": {"usable_cores": 5})"), "cpu.usable_cores");
        row("node", R"({"memory": {"bytes": 5}, "cores": [{"processors": ["0"], "node": 3}]})",
            "cores[0].node");
        row("empty node", with(R"(, "nodes": [{"id": 0}, {"id": 1}])"), "number 1");
        row("node twice", with(R"(, "nodes": [{"id": 0}, {"id": 0}])"), "nodes[1].id");
        row("processor twice", R"({"memory": {"bytes": 5}, "cores": [{"processors": ["0-3", "3-6"]}]})",
            "number 3");
        row("uneven threads", R"({"memory": {"bytes": 5}, "cores": [{"processors": ["0-3", "4-6"]}]})",
            "different lengths");
        row("no list", R"({"memory": {"bytes": 5}, "cores": [{"processors": ["none"]}]})",
            "cores[0].processors");
        for (const char* list : {"0-3,9-7", "0-3,x", "0-3, 5", "0-3,", "0-", "-3", "", "1e1", "0-65536"})
            row(list,
                "{\"memory\": {\"bytes\": 5}, \"cores\": [{\"processors\": [\"" + std::string(list) +
                    "\"]}]}",
                "cores[0].processors has an entry");
        row("kind", R"({"memory": {"bytes": 5}, "cores": [{"processors": ["0"], "kind": "fast"}]})", "kind");
        row("speed 0", with(R"(, "calibration": {"read_gb_per_s": [0]})"), "calibration.read_gb_per_s");
        row("no speeds", with(R"(, "calibration": {"isa": "avx2"})"), "calibration.read_gb_per_s");
        row("speed beyond numbers", with(R"(, "gpus": [{"memory_bytes": 5, "memory_gb_per_s": 1e999}])"),
            "not valid JSON");
        row("family", with(R"(, "calibration": {"read_gb_per_s": [1], "rates": [{"family": "x"}]})"),
            "rates[0]");
    }
    void mistakesAreNamed() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, says);
        const std::string message = message_of(json.toStdString());
        QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    }

    void filesThatCannotBeRead() {
        QCOMPARE(formats::read_machine_file("/no/such/file").error().code, ErrorCode::not_found);
        QVERIFY(!formats::read_machine_file("/").ok());
        QVERIFY(!read_machine(std::string((4 << 20) + 1, ' ')).ok());
        const std::string deep(100'000, '[');
        QVERIFY(!read_machine(deep).ok());
    }
};

QTEST_APPLESS_MAIN(MachineFileTest)
#include "machine_file_test.moc"
