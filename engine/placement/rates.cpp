// From a profile to rates; the assumptions for what was not measured.
#include "engine/placement/rates.h"

#include <algorithm>
#include <cmath>

namespace engine::placement {

using platform::Gpu;
using platform::MachineProfile;

namespace {

constexpr double kGiga = 1e9;

// What whole models reach of the memory's and the kernels' speed: between the products stand norms, routing,
// combining, and workers that meet. Measured with plan_bench on the built-in model and 8 layers of
// Qwen3-30B-A3B (two cores, AVX-512).
constexpr double kVectorShare = 0.9, kMatrixShare = 0.79;

// One thread's rates by instruction set: {weights GB/s, matrix GFLOP/s} of each family. Rounded from a
// server of 2023 (Zen 4) for AVX-512; the others stand to it as their widths do.
struct KindRates {
    double vector[kFamilies];
    double matrix[kFamilies];
};
constexpr KindRates kAmx = {{9, 8, 7, 6, 3, 6}, {250, 250, 450, 450, 350, 350}};
constexpr KindRates kAvx512 = {{9, 8, 7, 6, 3, 6}, {70, 60, 130, 130, 100, 60}};
constexpr KindRates kAvx2 = {{8, 5, 5, 4, 2, 4}, {40, 35, 35, 35, 30, 35}};
constexpr KindRates kReference = {{0.8, 0.4, 0.4, 0.3, 0.2, 0.3}, {1, 0.7, 0.7, 0.7, 0.5, 0.7}};

const KindRates& kind_rates(const CpuFeatures& f) {
    if (f.amx_bf16 && f.avx512) return kAmx;
    if (f.avx512) return kAvx512;
    return f.avx2 ? kAvx2 : kReference;
}

double last_cache(const platform::Topology& topology) {
    double bytes = 0;
    for (const platform::Core& core : topology.cores) {
        const platform::Cache& cache = core.l3.bytes > 0 ? core.l3 : core.l2;
        const auto threads = static_cast<double>(std::max<size_t>(core.processors.size(), 1));
        bytes += static_cast<double>(cache.bytes) * threads / std::max(cache.processors, 1);
    }
    return bytes;
}

// Two channels give 40 GB/s; every memory node of a server about 150.
double assumed_bandwidth(const MachineProfile& machine, int threads) {
    const platform::Topology& topology = machine.machine.topology;
    const auto nodes = static_cast<double>(std::max<size_t>(topology.nodes.size(), 1));
    const double most = topology.cores.size() > 24 ? 150 * nodes : 40 * nodes;
    return std::min(12.0 * threads, most) * kGiga;
}

int fastest_threads(const MachineProfile& machine) {
    const int cores = std::max(machine.machine.usable_cores, 1);
    if (!machine.calibration || machine.calibration->read_gb_per_s.empty()) return cores;
    const auto& list = machine.calibration->read_gb_per_s;
    const auto best = std::max_element(list.begin(), list.end());
    // More threads cost nothing where memory is the limit and help where kernels are.
    return std::max(cores, std::min(static_cast<int>(best - list.begin()) + 1, cores));
}

// Bounded, because it is learnt from few models and hits all others: what is past a factor of four is no
// error of the prediction but a machine that was busy with something else, or weights that were read from
// disk.
double bounded(double ratio) {
    constexpr double kMost = 4;
    return std::isfinite(ratio) && ratio > 0 ? std::clamp(ratio, 1 / kMost, kMost) : 1;
}

void take_calibration(const MachineProfile& machine, Rates& rates) {
    if (!machine.calibration || machine.calibration->read_gb_per_s.empty()) return;
    const platform::Calibration& c = *machine.calibration;
    const size_t at = std::min(static_cast<size_t>(rates.threads), c.read_gb_per_s.size()) - 1;
    const double read = c.read_gb_per_s[at];
    if (!std::isfinite(read) || read <= 0) return;
    rates.memory = read * kGiga;
    rates.measured = true;
    rates.correction = {bounded(c.corrected_by.prompt), bounded(c.corrected_by.generate)};
    for (const platform::FormatRates& own : c.rates) {
        const auto family = static_cast<size_t>(own.family);
        if (family >= kFamilies) continue;
        if (std::isfinite(own.vector_gb_per_s) && own.vector_gb_per_s > 0)
            rates.vector[family] = own.vector_gb_per_s * kGiga * rates.threads;
        if (std::isfinite(own.matrix_gflop_per_s) && own.matrix_gflop_per_s > 0)
            rates.matrix[family] = own.matrix_gflop_per_s * kGiga * rates.threads;
    }
}

double assumed_gpu_bandwidth(const Gpu& gpu) {
    const double gigabytes = static_cast<double>(gpu.memory_bytes) / kGiga;
    if (gpu.compute_major >= 9 && gigabytes > 60) return 3300;
    if (gigabytes > 36) return 1300;
    if (gigabytes > 20) return 850;
    if (gigabytes > 11) return 450;
    return gigabytes > 7 ? 300 : 200;
}

double assumed_link(const Gpu& gpu) {
    if (gpu.pcie_generation <= 0 || gpu.pcie_lanes <= 0) return 10;
    return 0.8 * gpu.pcie_lanes * std::exp2(std::min(gpu.pcie_generation, 7) - 3);
}

GpuRates gpu_rates(const Gpu& gpu) {
    const auto or_assumed = [](double measured, double assumed) {
        return std::isfinite(measured) && measured > 0 ? measured : assumed;
    };
    const double memory = or_assumed(gpu.memory_gb_per_s, assumed_gpu_bandwidth(gpu));
    GpuRates rates;
    rates.memory = 0.7 * memory * kGiga; // kernels of one token reach some 70 % of a copy's speed
    rates.matrix = 0.4e12 * or_assumed(gpu.matrix_tflop_per_s, memory / 10);
    rates.to_device = or_assumed(gpu.to_device_gb_per_s, assumed_link(gpu)) * kGiga;
    rates.layer = 40e-6;
    rates.crossing = 15e-6;
    return rates;
}

double disk_rate(const MachineProfile& machine) {
    double best = 0;
    for (const platform::Disk& disk : machine.disks)
        if (std::isfinite(disk.read_gb_per_s)) best = std::max(best, disk.read_gb_per_s);
    return (best > 0 ? best : 1) * kGiga;
}

} // namespace

double Rates::cached_share(double bytes) const {
    if (cache <= 0 || bytes <= 0) return 0;
    return std::clamp((1.5 * cache - bytes) / (0.75 * cache), 0.0, 1.0);
}

double Rates::vector_seconds(const Work& work, double times, double cached) const {
    double compute = 0;
    for (size_t f = 0; f < kFamilies; ++f)
        compute += static_cast<double>(work.bytes[f]) / vector[f];
    const double from_memory = static_cast<double>(work.all_bytes()) * (1 - cached) / memory;
    return times * std::max(compute, from_memory) / kVectorShare;
}

double Rates::matrix_seconds(const Work& work, double rows) const {
    double seconds = 0;
    for (size_t f = 0; f < kFamilies; ++f)
        seconds += 2 * static_cast<double>(work.parameters[f]) * rows / matrix[f];
    return seconds / kMatrixShare;
}

Rates rates_of(const MachineProfile& machine, int threads) {
    Rates rates;
    rates.threads = threads > 0 ? threads : fastest_threads(machine);
    const KindRates& kind = kind_rates(machine.machine.features);
    // Threads past the cores share them.
    const int cores = std::max(machine.machine.usable_cores, 1);
    const double busy = std::min(rates.threads, cores);
    for (size_t f = 0; f < kFamilies; ++f) {
        rates.vector[f] = kind.vector[f] * kGiga * busy;
        rates.matrix[f] = kind.matrix[f] * kGiga * busy;
    }
    rates.memory = assumed_bandwidth(machine, static_cast<int>(busy));
    take_calibration(machine, rates);
    rates.cache = last_cache(machine.machine.topology);
    rates.disk = disk_rate(machine);
    rates.layer = 13e-6;
    for (const Gpu& gpu : machine.gpus)
        rates.gpus.push_back(gpu_rates(gpu));
    return rates;
}

} // namespace engine::placement
