// Profiles as values, their report, and the map of experts.
#include "app/hardware/profile.h"

#include <QTest>

#include "app/hardware/placement_map.h"
#include "app/hardware/report.h"
#include "tests/support/machine_files.h"

using namespace app::hardware;
using app::bridge::ExpertLayer;

namespace {

Profile shipped(const char* name) {
    return readProfile(tests::machineFile(name)).value_or(Profile());
}

ExpertLayer layer(int number, const QList<quint64>& calls, const QList<Tier>& tiers = {}) {
    ExpertLayer out{number, 1000, tiers, calls};
    if (tiers.isEmpty()) out.tiers = QList<Tier>(calls.size(), Tier::memory);
    return out;
}

} // namespace

class ProfileTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void factsOfMachines() {
        const Profile xeon = shipped("xeon-2-sockets-8-nodes");
        QCOMPARE(xeon.processor.cores(), 112);
        QCOMPARE(xeon.processor.threads, 224);
        QCOMPARE(xeon.processor.sockets, 2);
        QCOMPARE(xeon.processor.memoryNodes, 8);
        QCOMPARE(xeon.processor.l3.size(), 1);
        const Profile hybrid = shipped("desktop-8p-16e");
        QCOMPARE(hybrid.processor.performanceCores, 8);
        QCOMPARE(hybrid.processor.efficiencyCores, 16);
        QCOMPARE(hybrid.processor.threads, 32);
        QCOMPARE(hybrid.processor.l2.size(), 2);
        QCOMPARE(shipped("two-gpus-24-8").gpus[1].memory, qint64{8} << 30);
        QVERIFY(!readProfile("{}"));
        QVERIFY(!readProfile("nonsense"));
    }

    void fingerprints() {
        const Profile one = shipped("two-gpus-24-8");
        Profile other = one;
        other.availableMemory = 5;
        other.disks.clear();
        other.memory += 100'000'000;
        QCOMPARE(fingerprint(other), fingerprint(one));
        other.gpus.removeLast();
        QVERIFY(fingerprint(other) != fingerprint(one));
        QVERIFY(fingerprint(shipped("laptop-16gb")) != fingerprint(one));
    }

    void measurementsAreCarriedOver() {
        const QByteArray fresh = tests::machineFile("two-gpus-24-8");
        const auto kept = readProfile(withMeasurements(fresh, tests::calibrated(fresh)));
        QVERIFY(kept && kept->calibration);
        QCOMPARE(kept->calibration->rates.size(), 8);
        QCOMPARE(kept->disks[0].readGbPerSecond, 6.4);
        QCOMPARE(kept->gpus.size(), 2);
        QVERIFY(!readProfile(withMeasurements(fresh, "{}"))->calibration);
    }

    void reportSaysEverything() {
        const QByteArray file = tests::calibrated(tests::machineFile("two-gpus-24-8"));
        const QString text = report(*readProfile(file));
        for (const char* word : {"Ryzen 9 7950X", "RTX 3090", "RTX 3070", "25.8 GB", "71.4 GB/s with 16",
                                 "k_quants", "6.40 GB/s", "PCIe 4.0 x16"})
            QVERIFY2(text.contains(QLatin1String(word)), qPrintable(text));
        QVERIFY(report(shipped("laptop-16gb")).contains(QLatin1String("No NVIDIA driver")));
    }

    void ranksAndHeat() {
        const PlacementMap map({layer(3, {1, 8, 8, 0, 4}), layer(5, {})});
        QCOMPARE(map.layers(), 1); // a layer without experts has no row
        QCOMPARE(map.layerNumber(0), 3);
        QVERIFY(map.hasHeat());
        QCOMPARE(map.expertAtRank(0, 0), 1); // ties by number
        QCOMPARE(map.expertAtRank(0, 1), 2);
        QCOMPARE(map.rank(0, 3), 4);
        QCOMPARE(map.heatLevel(0, 1), kHeatLevels - 1);
        QCOMPARE(map.heatLevel(0, 4), kHeatLevels - 2); // half as hot
        QCOMPARE(map.heatLevel(0, 0), kHeatLevels - 4);
        QCOMPARE(map.heatLevel(0, 3), 0);
        QCOMPARE(map.share(0, 2), 8.0 / 21);
    }

    void tiersAddUp() {
        const PlacementMap map(
            {layer(0, {6, 2}, {Tier::gpu, Tier::disk}), layer(1, {1, 1}, {Tier::gpu, Tier::memory})});
        double share = 0;
        qint64 experts = 0;
        for (const Tier tier : {Tier::gpu, Tier::memory, Tier::disk}) {
            share += map.summary(tier).share;
            experts += map.summary(tier).experts;
        }
        QCOMPARE(share, 1.0);
        QCOMPARE(experts, 4);
        QCOMPARE(map.summary(Tier::gpu).bytes, 2000);
        QCOMPARE(map.summary(Tier::gpu).share, 0.7);
        const PlacementMap cold({layer(0, {0, 0})});
        QVERIFY(!cold.hasHeat());
        QCOMPARE(cold.heatLevel(0, 1), 0);
        QCOMPARE(cold.summary(Tier::memory).share, 0.0);
        QVERIFY(PlacementMap().isEmpty());
        QVERIFY(PlacementMap({ExpertLayer{0, 1, {Tier::gpu}, {}}}).isEmpty()); // tiers and calls contradict
    }
};

QTEST_APPLESS_MAIN(ProfileTest)
#include "profile_test.moc"
