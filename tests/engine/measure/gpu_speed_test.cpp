// Speeds of GPUs by drivers that copy, that refuse, that are full and that lack functions; and that nothing
// is left on a card.
#include "engine/measure/gpu_speed.h"

#include <QTest>
#include <cmath>

#include "engine/kernels/cpu/select.h"
#include "engine/measure/calibrate.h"
#include "engine/measure/statistics.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/cuda/gpus.h"
#include "engine/platform/dynamic_library.h"

using namespace engine;
using namespace engine::measure;

namespace {

platform::GpuLibraries driver(const char* name) {
    const std::string path = std::string(FAKE_DRIVER_FOLDER) + "/lib" + name + ".so";
    return {path, path};
}

// The cards of a driver, with little room, so that buffers are small.
std::vector<platform::Gpu> cards(const platform::GpuLibraries& libraries) {
    auto gpus = platform::cuda::survey_gpus(libraries, "").gpus;
    for (platform::Gpu& gpu : gpus)
        gpu.available_bytes = int64_t{32} << 20;
    return gpus;
}

int left_over(const platform::GpuLibraries& libraries) {
    const auto library = platform::DynamicLibrary::open(libraries.driver);
    int (*count)() = nullptr;
    return library.ok() && library->find("fake_left_over", count) ? count() : -1;
}

const std::function<Result<void>()> kGoOn = [] { return Result<void>(); };

bool is_unmeasured(const platform::Gpu& gpu) {
    return gpu.memory_gb_per_s == 0 && gpu.to_device_gb_per_s == 0 && gpu.from_device_gb_per_s == 0;
}

} // namespace

class GpuSpeedTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everyCardIsMeasured() {
        const auto libraries = driver("fake_gpu_driver");
        auto gpus = cards(libraries);
        QCOMPARE(gpus.size(), size_t{2});
        QVERIFY(measure_gpus(libraries, seconds_now() + 0.2, kGoOn, {}, gpus).ok());
        for (const platform::Gpu& gpu : gpus) {
            for (const double speed : {gpu.memory_gb_per_s, gpu.to_device_gb_per_s, gpu.from_device_gb_per_s})
                QVERIFY(std::isfinite(speed) && speed > 0);
        }
        QCOMPARE(left_over(libraries), 0);
    }

    void aDriverThatCannotLeavesThemUnmeasured_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("refuses to copy") << QByteArray("fake_gpu_refuses");
        QTest::newRow("has no memory left") << QByteArray("fake_gpu_full");
        QTest::newRow("lacks functions") << QByteArray("fake_gpu_copies_lack");
    }
    void aDriverThatCannotLeavesThemUnmeasured() {
        QFETCH(QByteArray, name);
        const auto libraries = driver(name.constData());
        auto gpus = cards(libraries);
        QCOMPARE(gpus.size(), size_t{2});
        QVERIFY(measure_gpus(libraries, seconds_now() + 0.2, kGoOn, {}, gpus).ok());
        QVERIFY(is_unmeasured(gpus[0]) && is_unmeasured(gpus[1]));
        QVERIFY(left_over(libraries) <= 0);
    }

    void cardsThatAreGoneAndFullOnesStayAsTheyWere() {
        const auto libraries = driver("fake_gpu_driver");
        auto gpus = cards(libraries);
        gpus[0].available_bytes = 0;
        gpus[1].name = "another card";
        gpus[1].memory_gb_per_s = 7;
        QVERIFY(measure_gpus(libraries, seconds_now() + 0.2, kGoOn, {}, gpus).ok());
        QVERIFY(is_unmeasured(gpus[0]));
        QCOMPARE(gpus[1].memory_gb_per_s, 7.0);
        gpus = cards(libraries);
        QVERIFY(measure_gpus({"/no/driver.so", "/no/driver.so"}, seconds_now() + 0.2, kGoOn, {}, gpus).ok());
        QVERIFY(is_unmeasured(gpus[0]));
    }

    void aStopEndsIt() {
        const auto libraries = driver("fake_gpu_driver");
        auto gpus = cards(libraries);
        const auto stopped = [] { return Result<void>(Error{ErrorCode::cancelled, "stopped", ""}); };
        const auto result = measure_gpus(libraries, seconds_now() + 60, stopped, {}, gpus);
        QVERIFY(!result.ok() && result.error().code == ErrorCode::cancelled);
        QVERIFY(is_unmeasured(gpus[0]));
        QCOMPARE(left_over(libraries), 0);
    }

    // The whole, in the time that was asked for, and some.
    void calibrationsHaveThemLast() {
        platform::MachineProfile profile;
        profile.machine = platform::detect_machine();
        CalibrationRequest request;
        request.seconds = 1;
        request.bandwidth_bytes = int64_t{16} << 20;
        request.gpu_libraries = driver("fake_gpu_driver");
        profile.gpus = cards(request.gpu_libraries);
        std::vector<CalibrationStep> steps;
        const auto progress = [&](CalibrationStep step, double) {
            if (steps.empty() || steps.back() != step) steps.push_back(step);
        };
        const auto& best = **kernels::select_table(platform::detect_cpu_features(), "");
        QVERIFY(calibrate(profile, best, request, progress, {}).ok());
        QCOMPARE(steps.back(), CalibrationStep::gpus);
        QVERIFY(profile.gpus[1].to_device_gb_per_s > 0);
    }
};

QTEST_APPLESS_MAIN(GpuSpeedTest)
#include "gpu_speed_test.moc"
