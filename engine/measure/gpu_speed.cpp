// The three copies take turns, so that a moment's disturbance spoils no number.
#include "engine/measure/gpu_speed.h"

#include <algorithm>

#include "engine/measure/statistics.h"
#include "engine/platform/cuda/device_copies.h"
#include "engine/platform/cuda/gpus.h"

namespace engine::measure {

namespace {

using platform::cuda::DeviceCopies;

// A copy over the link takes some milliseconds; one within the card leaves its caches behind.
constexpr int64_t kHostBytes = int64_t{64} << 20, kDeviceBytes = int64_t{256} << 20;
constexpr int kMostRounds = 20;

// GB/s; 0: the driver refused.
template <typename Copy>
double speed_of(Copy&& copy, double bytes) {
    const double begun = seconds_now();
    return copy() ? bytes / std::max(seconds_now() - begun, 1e-9) / 1e9 : 0;
}

void measure(const platform::GpuLibraries& libraries, const std::string& bus, double until,
             const StopToken& stop, platform::Gpu& gpu) {
    const int64_t device_bytes = std::min(kDeviceBytes, gpu.available_bytes / 8);
    const int64_t host_bytes = std::min(kHostBytes, device_bytes);
    if (host_bytes <= 0) return;
    auto copies = DeviceCopies::open(libraries, bus, host_bytes, device_bytes);
    if (!copies.ok()) return;
    const auto over_link = static_cast<double>(host_bytes), within = 2 * static_cast<double>(device_bytes);
    std::vector<double> to, from, inside;
    for (int round = 0; round <= kMostRounds && !stop.requested(); ++round) {
        const double speeds[] = {speed_of([&] { return copies->to_device(); }, over_link),
                                 speed_of([&] { return copies->from_device(); }, over_link),
                                 speed_of([&] { return copies->within_device(); }, within)};
        if (*std::min_element(std::begin(speeds), std::end(speeds)) == 0) return;
        if (round == 0) continue; // pages come, clocks rise
        to.push_back(speeds[0]);
        from.push_back(speeds[1]);
        inside.push_back(speeds[2]);
        if (seconds_now() >= until) break;
    }
    if (to.empty()) return;
    gpu.to_device_gb_per_s = undisturbed(to);
    gpu.from_device_gb_per_s = undisturbed(from);
    gpu.memory_gb_per_s = undisturbed(inside);
}

} // namespace

Result<void> measure_gpus(const platform::GpuLibraries& libraries, double until,
                          const std::function<Result<void>()>& go_on, const StopToken& stop,
                          std::vector<platform::Gpu>& gpus) {
    if (gpus.empty()) return {};
    const auto survey = platform::cuda::survey_gpus(libraries, "");
    const double begun = seconds_now();
    for (size_t g = 0; g < gpus.size(); ++g) {
        ENGINE_TRY(go_on());
        if (g >= survey.gpus.size() || survey.gpus[g].name != gpus[g].name) continue;
        const double share = static_cast<double>(g + 1) / static_cast<double>(gpus.size());
        measure(libraries, survey.buses[g], begun + share * (until - begun), stop, gpus[g]);
    }
    return go_on();
}

} // namespace engine::measure
