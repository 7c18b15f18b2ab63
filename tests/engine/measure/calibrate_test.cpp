// Calibration: what it fills in, on any machine and topology, and that a stop changes nothing. No number here
// says how fast the machine has to be.
#include "engine/measure/calibrate.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "engine/kernels/cpu/select.h"
#include "engine/kernels/reference/reference.h"
#include "engine/measure/disk_speed.h"
#include "engine/measure/kernel_rates.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/measure/statistics.h"
#include "engine/placement/footprint.h"
#include "engine/platform/cpu_features.h"
#include "engine/platform/uncached_file.h"

using namespace engine;
using namespace engine::measure;

namespace {

constexpr int64_t kSmall = int64_t{16} << 20;

const kernels::KernelTable& best() {
    return **kernels::select_table(platform::detect_cpu_features(), "");
}

platform::MachineProfile this_machine(const std::string& folder) {
    return platform::take_profile({"", {"/no/driver.so", "/no/driver.so"}, {folder}});
}

CalibrationRequest quick(const std::string& folder) {
    CalibrationRequest request;
    request.seconds = 1;
    request.threads = 5; // more than there are, most likely
    request.folders = {folder};
    request.unix_seconds = 1'700'000'000;
    request.bandwidth_bytes = kSmall;
    return request;
}

bool plausible(double speed) {
    return std::isfinite(speed) && speed > 0;
}

} // namespace

class CalibrateTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void everythingIsMeasured() {
        QTemporaryDir folder;
        auto profile = this_machine(folder.path().toStdString());
        double last = 0;
        bool rising = true;
        std::vector<CalibrationStep> steps;
        const auto progress = [&](CalibrationStep step, double share) {
            rising = rising && share >= last && share <= 1;
            last = share;
            if (steps.empty() || steps.back() != step) steps.push_back(step);
        };
        const auto done = calibrate(profile, best(), quick(folder.path().toStdString()), progress, {});
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        QVERIFY(rising);
        QVERIFY(steps ==
                (std::vector{CalibrationStep::memory, CalibrationStep::kernels, CalibrationStep::disks}));
        QVERIFY(profile.calibration.has_value());
        QCOMPARE(profile.calibration->unix_seconds, int64_t{1'700'000'000});
        QCOMPARE(profile.calibration->isa, std::string(best().name));
        QCOMPARE(profile.calibration->read_gb_per_s.size(), size_t{5}); // 3 lies between 2 and 4
        for (const double speed : profile.calibration->read_gb_per_s)
            QVERIFY(plausible(speed));
        QCOMPARE(profile.calibration->rates.size(), placement::kFamilies);
        QCOMPARE(profile.calibration->rates[3].family, platform::FormatFamily::k_quants);
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void aStopLeavesTheProfileAsItWas() {
        QTemporaryDir folder;
        auto profile = this_machine("/");
        for (const CalibrationStep at :
             {CalibrationStep::memory, CalibrationStep::kernels, CalibrationStep::disks}) {
            const StopToken stop;
            const auto progress = [&](CalibrationStep step, double) {
                if (step == at) stop.request();
            };
            const auto done = calibrate(profile, best(), quick(folder.path().toStdString()), progress, stop);
            QCOMPARE(done.error().code, ErrorCode::cancelled);
            QVERIFY(!profile.calibration.has_value());
            QCOMPARE(profile.disks[0].read_gb_per_s, 0.0);
        }
        auto request = quick("");
        request.seconds = std::nan("");
        QCOMPARE(calibrate(profile, best(), request, {}, {}).error().code, ErrorCode::invalid_argument);
    }

    // A budget that is over before anything was measured still gives the one number that must be there.
    void noTimeAtAll() {
        auto profile = this_machine("/");
        auto request = quick("/");
        request.seconds = 1e-9;
        QVERIFY(calibrate(profile, best(), request, {}, {}).ok());
        QCOMPARE(profile.calibration->read_gb_per_s.size(), size_t{5});
        QVERIFY(plausible(profile.calibration->read_gb_per_s[4]));
        QCOMPARE(profile.calibration->rates[0].vector_gb_per_s, 0.0);
    }

    void bandwidthOnSeveralNodes() {
        for (const int nodes : {1, 2, 3, 7}) {
            const auto topology = platform::emulate_nodes(this_machine("/").machine.topology, nodes);
            platform::ThreadPool pool(topology, 4);
            auto bandwidth = ReadBandwidth::create(pool, int64_t{40} << 20);
            QVERIFY(bandwidth.ok());
            QVERIFY(plausible(bandwidth->measure()));
            for (const int threads : {1, 2, 3, 9}) {
                platform::ThreadPool some(topology, threads);
                QVERIFY(plausible(bandwidth->measure(some, 1)));
            }
        }
    }

    void ratesOfEveryKernelTable() {
        platform::ThreadPool pool(2);
        const auto machine = this_machine("/").machine;
        const auto memory = ReadBandwidth::create(pool, kSmall);
        QVERIFY(memory.ok());
        const auto on = [] { return Result<void>(); };
        for (const auto* table : kernels::available_tables(platform::detect_cpu_features())) {
            KernelRates none(pool, *table, machine, *memory);
            // Stopped before the first product ends: no rate, but no error either.
            QVERIFY(none.measure(seconds_now() + 60, on, stopped_).ok());
            for (const platform::FormatRates& rates : none.formats())
                QCOMPARE(rates.vector_gb_per_s, 0.0);
            KernelRates some(pool, *table, machine, *memory);
            QVERIFY(some.measure(seconds_now() + 2, on, {}).ok());
            const auto rates = some.formats();
            QCOMPARE(rates.size(), placement::kFamilies);
            for (const platform::FormatRates& of : rates)
                QVERIFY(plausible(of.vector_gb_per_s) || table == &kernels::reference_table());
            QVERIFY(plausible(rates[0].vector_gb_per_s) && plausible(rates[0].few_gflop_per_s));
        }
        const auto wrong = [] { return Error{ErrorCode::cancelled, "", ""}; };
        KernelRates none(pool, best(), machine, *memory);
        QCOMPARE(none.measure(seconds_now() + 60, wrong, {}).error().code, ErrorCode::cancelled);
    }

    // Each worker has its own part of what its node holds.
    void partsOfTheBuffer() {
        for (const int nodes : {1, 2, 3}) {
            const auto topology = platform::emulate_nodes(this_machine("/").machine.topology, nodes);
            platform::ThreadPool pool(topology, 5);
            const auto memory = ReadBandwidth::create(pool, int64_t{80} << 20);
            QVERIFY(memory.ok());
            std::vector<std::span<const std::byte>> parts;
            for (int w = 0; w < pool.size(); ++w)
                parts.push_back(memory->part_of(w));
            std::sort(parts.begin(), parts.end(), [](auto a, auto b) { return a.data() < b.data(); });
            for (size_t i = 0; i < parts.size(); ++i) {
                QVERIFY(!parts[i].empty());
                if (i > 0) QVERIFY(parts[i - 1].data() + parts[i - 1].size() <= parts[i].data());
            }
        }
    }

    void disks() {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("model.gguf")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(70 << 20));
        file.close();
        QVERIFY(plausible(disk_read_speed(folder.path().toStdString(), seconds_now() + 5, {})));
        // No file to read, and none can be made.
        QCOMPARE(disk_read_speed("/proc/self/fdinfo", seconds_now() + 5, {}), 0.0);
        QCOMPARE(disk_read_speed("/no/such/folder", seconds_now() + 5, {}), 0.0);
        QCOMPARE(disk_read_speed(folder.path().toStdString(), seconds_now() - 1, {}), 0.0);
        QVERIFY(!platform::UncachedFile::open(folder.path().toStdString()).ok());
        QCOMPARE(platform::UncachedFile::open("/no/such/file").error().code, ErrorCode::not_found);
    }

 private:
    static StopToken requested() {
        StopToken token;
        token.request();
        return token;
    }
    StopToken stopped_ = requested();
};

QTEST_APPLESS_MAIN(CalibrateTest)
#include "calibrate_test.moc"
