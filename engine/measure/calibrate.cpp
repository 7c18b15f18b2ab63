// Each part has its share of the time and ends by the clock.
#include "engine/measure/calibrate.h"

#include <algorithm>

#include "engine/measure/disk_speed.h"
#include "engine/measure/gpu_speed.h"
#include "engine/measure/kernel_rates.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/measure/statistics.h"
#include "engine/platform/disks.h"

namespace engine::measure {

namespace {

// Ends of the parts; the rest is slack for what cannot be cut short: one product, one pass, one block.
constexpr double kMemoryEnd = 0.32, kKernelsEnd = 0.8, kDisksEnd = 0.94;
constexpr double kGpus = 0.12; // where there are any, before the same end; the others have so much less

class Calibrator {
 public:
    Calibrator(const platform::MachineProfile& profile, const kernels::KernelTable& kernels,
               const CalibrationRequest& request, const CalibrationProgress& progress, const StopToken& stop)
        : profile_(profile), kernels_(kernels), request_(request), progress_(progress), stop_(stop) {}

    Result<platform::MachineProfile> run() {
        platform::Calibration& calibration = profile_.calibration.emplace();
        calibration.unix_seconds = request_.unix_seconds;
        calibration.isa = kernels_.name;
        const platform::Topology& topology = profile_.machine.topology;
        const int threads = request_.threads > 0 ? request_.threads : profile_.machine.usable_cores;
        platform::ThreadPool pool(topology, std::max(threads, 1));
        ENGINE_TRY(go_on(CalibrationStep::memory));
        // Half of what benches read, and not much even beside a large cache: fresh pages come at less than a
        // gigabyte per second on some virtual machines, and on machines that are busy with other things.
        constexpr int64_t kLeast = int64_t{256} << 20, kMost = int64_t{768} << 20;
        const int64_t bytes = request_.bandwidth_bytes > 0 ? request_.bandwidth_bytes
                                                           : std::min(bytes_beyond_caches(kLeast), kMost);
        ENGINE_ASSIGN(ReadBandwidth memory, ReadBandwidth::create(pool, bytes));
        ENGINE_TRY(measure_memory(pool, memory));
        ENGINE_TRY(measure_kernels(pool, memory));
        ENGINE_TRY(measure_disks());
        if (!profile_.gpus.empty()) {
            ENGINE_TRY(measure_gpus(
                request_.gpu_libraries, at_last(), [&] { return go_on(CalibrationStep::gpus); }, stop_,
                profile_.gpus));
        }
        return std::move(profile_);
    }

 private:
    double at(double share) const {
        const double all = profile_.gpus.empty() ? 1 : 1 - kGpus / kDisksEnd;
        return begun_ + all * share * request_.seconds;
    }
    double at_last() const { return begun_ + kDisksEnd * request_.seconds; }

    // Tells how far it is, too.
    Result<void> go_on(CalibrationStep step) {
        if (stop_.requested()) return Error{ErrorCode::cancelled, "the measurement was stopped", ""};
        const double share = (seconds_now() - begun_) / (kDisksEnd * request_.seconds);
        if (progress_) progress_(step, std::clamp(share, 0.0, 1.0));
        return {};
    }

    // With all threads, one, two, four, ...; in rounds, so that a moment's disturbance spoils no number.
    Result<void> measure_memory(platform::ThreadPool& pool, ReadBandwidth& memory) {
        std::vector<int> counts = {pool.size()};
        for (int t = 1; t < pool.size(); t *= 2)
            counts.push_back(t);
        std::vector<std::vector<double>> speeds(counts.size());
        do {
            for (size_t i = 0; i < counts.size(); ++i) {
                ENGINE_TRY(go_on(CalibrationStep::memory));
                if (!speeds[0].empty() && seconds_now() >= at(kMemoryEnd)) break;
                platform::ThreadPool some(profile_.machine.topology, counts[i]);
                speeds[i].push_back(memory.measure(some, 1));
            }
        } while (seconds_now() < at(kMemoryEnd));
        put_speeds(counts, speeds);
        return {};
    }

    // Between the measured numbers of threads, speed grows evenly.
    void put_speeds(const std::vector<int>& counts, const std::vector<std::vector<double>>& speeds) {
        std::vector<std::pair<int, double>> known;
        for (size_t i = 0; i < counts.size(); ++i) {
            if (!speeds[i].empty()) known.emplace_back(counts[i], undisturbed(speeds[i]));
        }
        std::sort(known.begin(), known.end());
        size_t k = 0;
        for (int t = 1; t <= known.back().first; ++t) {
            while (known[k].first < t)
                ++k;
            const auto [upper, speed] = known[k];
            const auto [lower, less] = k > 0 ? known[k - 1] : std::pair<int, double>(0, 0.0);
            profile_.calibration->read_gb_per_s.push_back(less +
                                                          (speed - less) * (t - lower) / (upper - lower));
        }
    }

    Result<void> measure_kernels(platform::ThreadPool& pool, const ReadBandwidth& memory) {
        KernelRates rates(pool, kernels_, profile_.machine, memory);
        ENGINE_TRY(rates.measure(
            at(kKernelsEnd), [&] { return go_on(CalibrationStep::kernels); }, stop_));
        profile_.calibration->rates = rates.formats();
        profile_.calibration->between = rates.between();
        return {};
    }

    Result<void> measure_disks() {
        const double begun = seconds_now();
        const auto disks = static_cast<double>(profile_.disks.size());
        for (size_t d = 0; d < profile_.disks.size(); ++d) {
            ENGINE_TRY(go_on(CalibrationStep::disks));
            const double until = begun + static_cast<double>(d + 1) / disks * (at(kDisksEnd) - begun);
            const double speed = disk_read_speed(folder_on(profile_.disks[d]), until, stop_);
            if (speed > 0) profile_.disks[d].read_gb_per_s = speed;
        }
        return go_on(CalibrationStep::disks);
    }

    std::string folder_on(const platform::Disk& disk) const {
        for (const std::string& folder : request_.folders) {
            const auto found = platform::disks_of({folder}, "");
            if (!found.empty() && found.front().mount == disk.mount) return folder;
        }
        return disk.mount;
    }

    platform::MachineProfile profile_;
    const kernels::KernelTable& kernels_;
    const CalibrationRequest& request_;
    const CalibrationProgress& progress_;
    const StopToken& stop_;
    double begun_ = seconds_now();
};

} // namespace

Result<void> calibrate(platform::MachineProfile& profile, const kernels::KernelTable& kernels,
                       const CalibrationRequest& request, const CalibrationProgress& progress,
                       const StopToken& stop) {
    if (!(request.seconds > 0))
        return Error{ErrorCode::invalid_argument, "a measurement needs more than 0 seconds", ""};
    ENGINE_ASSIGN(profile, Calibrator(profile, kernels, request, progress, stop).run());
    return {};
}

} // namespace engine::measure
