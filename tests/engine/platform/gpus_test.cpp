// GPUs by drivers that work, that are broken and that lie.
#include "engine/platform/cuda/gpus.h"

#include "engine/platform/cuda/gpu_monitor.h"
#include "tests/engine/platform/fake_root.h"

using namespace engine;
using namespace engine::platform;

namespace {
// Libraries built beside this test.
std::string library(const char* name) {
    return std::string(FAKE_DRIVER_FOLDER) + "/lib" + name + ".so";
}
GpuLibraries both(const char* name) {
    return {library(name), library(name)};
}
bool mentions(const std::string& text, const char* word) {
    return text.find(word) != std::string::npos;
}
} // namespace

class GpusTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void twoUnequalCards() {
        FakeRoot root;
        root.write(QStringLiteral("sys/bus/pci/devices/0000:01:00.0/max_link_speed"), "16.0 GT/s PCIe");
        root.write(QStringLiteral("sys/bus/pci/devices/0000:01:00.0/max_link_width"), "8");
        const auto survey = cuda::survey_gpus(both("fake_gpu_driver"), root.path());
        QCOMPARE(survey.note, std::string());
        QCOMPARE(survey.gpus.size(), size_t{2});
        const Gpu& large = survey.gpus[0];
        QCOMPARE(large.name, std::string("Fake GPU 0"));
        QCOMPARE(large.compute_major, 8);
        QCOMPARE(large.compute_minor, 9);
        QCOMPARE(large.memory_bytes, int64_t{24} << 30);
        QCOMPARE(large.available_bytes, int64_t{7} << 30);
        QCOMPARE(large.driver, std::string("570.86.15"));
        QCOMPARE(large.pcie_generation, 4);
        QCOMPARE(large.pcie_lanes, 0); // the driver's number was impossible, the system has none
        QCOMPARE(survey.gpus[1].memory_bytes, int64_t{8} << 30);
        QCOMPARE(survey.gpus[1].pcie_lanes, 8);
    }

    void withoutManagementMemoryCountsAsFree() {
        FakeRoot root;
        const auto survey =
            cuda::survey_gpus({library("fake_gpu_driver"), "/no/such/library.so"}, root.path());
        QCOMPARE(survey.gpus.size(), size_t{2});
        QCOMPARE(survey.gpus[0].available_bytes, int64_t{24} << 30);
        QVERIFY(mentions(survey.note, "is not on this computer"));
    }

    void noDriverIsAValue() {
        const auto survey = cuda::survey_gpus({"libno-such-driver.so.1", "libno-such-driver.so.1"}, "");
        QVERIFY(survey.gpus.empty());
        QVERIFY(mentions(survey.note, "No NVIDIA driver is installed"));
    }

    void brokenLibrariesAreSaidToBe_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("this is no library");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a cut header") << QByteArray("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0", 24);
        QTest::newRow("a folder") << QByteArray("folder");
    }
    void brokenLibrariesAreSaidToBe() {
        QFETCH(QByteArray, content);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("libcuda.so.1"));
        if (content == "folder") {
            QVERIFY(QDir().mkpath(path));
        } else {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        const auto survey = cuda::survey_gpus({path.toStdString(), path.toStdString()}, "");
        QVERIFY(survey.gpus.empty());
        QVERIFY2(mentions(survey.note, "broken"), survey.note.c_str());
    }

    void driversThatRefuse_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("no GPU") << QByteArray("fake_gpu_none") << QByteArray("finds no GPU");
        QTest::newRow("updated") << QByteArray("fake_gpu_updated") << QByteArray("restart");
        QTest::newRow("no functions") << QByteArray("fake_gpu_lacks") << QByteArray("lacks functions");
        QTest::newRow("too many") << QByteArray("fake_gpu_many") << QByteArray("broken");
        QTest::newRow("negative") << QByteArray("fake_gpu_negative") << QByteArray("broken");
    }
    void driversThatRefuse() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, word);
        const auto survey = cuda::survey_gpus(both(name.constData()), "");
        QVERIFY(survey.gpus.empty());
        QVERIFY2(mentions(survey.note, word.constData()), survey.note.c_str());
    }

    void liesAreNotBelieved() {
        const auto survey = cuda::survey_gpus(both("fake_gpu_lies"), "");
        QCOMPARE(survey.gpus.size(), size_t{1}); // the other has more memory than there is
        QCOMPARE(survey.gpus[0].name, std::string(256, '?'));
        QCOMPARE(survey.gpus[0].pcie_lanes, 0);
        QVERIFY(mentions(survey.note, "GPU 1"));
    }

    void whatCardsDoNow() {
        const auto monitor = cuda::GpuMonitor::open(both("fake_gpu_driver"));
        QVERIFY(monitor.ok());
        const auto states = monitor->sample();
        QCOMPARE(states.size(), size_t{2});
        QCOMPARE(states[1].load_percent, 42);
        QCOMPARE(states[1].celsius, 61);
        QCOMPARE(states[1].watts, 214.5);
        QCOMPARE(states[1].free_bytes, int64_t{7} << 30);
        QVERIFY(!cuda::GpuMonitor::open({"/no/such.so", "/no/such.so"}).ok());
        QVERIFY(!cuda::GpuMonitor::open(both("fake_gpu_none")).ok());
    }
};

QTEST_APPLESS_MAIN(GpusTest)
#include "gpus_test.moc"
