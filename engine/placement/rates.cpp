// From a profile to rates; the assumptions for what was not measured.
#include "engine/placement/rates.h"

#include <algorithm>
#include <cmath>

namespace engine::placement {

using platform::FormatFamily;
using platform::Gpu;
using platform::MachineProfile;

namespace {

constexpr double kGiga = 1e9;

// Loops over all threads that a token's layer takes: products, attention, and some of what stands between.
constexpr double kLoops = 13;
constexpr double kMostLoop = 10; // us; what takes longer was a machine that was busy with something else
// Seconds that workers wait for the last range of a loop over a prompt, whose ranges are longer than a
// token's.
constexpr double kLastRange = 10e-6;

// One thread's rates by instruction set, of each family: weights of the vector path in GB/s, the matrix path
// at kManyTokens and kFewTokens in GFLOP/s, each out of the cache; how much of the shorter of computing and
// reading adds to the longer. AMX is seven tenths of what a Xeon of the fifth generation reached with nobody
// beside it, AVX-512 and AVX2 seven tenths of a Zen 4 at 3.6 GHz, for older cores and lower clocks; grids
// there, and what AVX2 gained since, in the proportion of the Xeon.
struct KindRates {
    double vector[kFamilies], many[kFamilies], few[kFamilies];
    double vector_waits, matrix_waits;
    double elementwise, prompt_attention, token_attention; // GB/s, GFLOP/s, GB/s
    double group;                                          // tokens that the matrix path takes at a time
};
// clang-format off
constexpr KindRates kAmx = {{20, 18, 13, 15, 12, 10, 16, 3},
                            {220, 490, 520, 760, 760, 510, 820, 330},
                            {200, 240, 360, 540, 540, 290, 470, 210}, 0.1, 1, 16, 110, 6, 16};
constexpr KindRates kAvx512 = {{38, 30, 15, 17, 14, 11, 15, 3.5},
                               {72, 195, 195, 195, 195, 195, 145, 180},
                               {70, 185, 190, 190, 190, 190, 138, 150}, 0.15, 2, 40, 100, 6, 8};
constexpr KindRates kAvx2 = {{38, 24, 12, 14, 9, 9, 13, 2.5},
                             {72, 105, 155, 155, 99, 157, 127, 100},
                             {70, 94, 150, 150, 92, 150, 122, 88}, 0.15, 2, 40, 54, 5, 8};
constexpr KindRates kReference = {{0.8, 0.4, 0.4, 0.3, 0.2, 0.3, 0.3, 0.2},
                                  {1, 0.7, 0.7, 0.7, 0.5, 0.7, 0.7, 0.5},
                                  {1, 0.6, 0.6, 0.6, 0.4, 0.6, 0.6, 0.4}, 0.3, 0.3, 4, 0.5, 0.2, 1};
// clang-format on

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

bool known(double rate) {
    return std::isfinite(rate) && rate > 0;
}

// Seconds of two things of which the shorter hides behind the longer but for a share.
double together(double a, double b, double waits) {
    return std::max(a, b) + waits * std::min(a, b);
}

// That share, from how long both took. More than 1 where short pieces that come from memory are waited for
// longer than their bytes take: 2 at panels of Q4_K on a Zen 4.
double waits_of(double a, double b, double both) {
    return std::clamp((both - std::max(a, b)) / std::min(a, b), 0.0, 3.0);
}

// What the matrix path takes one thread for one weight.
struct MatrixCost {
    double product = 0, decode = 0; // seconds: for each token, once

    double seconds(double tokens) const { return decode + product * tokens; }
};

double weight_seconds(double tokens, double gflop_per_s) {
    return 2 * tokens / (gflop_per_s * kGiga);
}

MatrixCost matrix_cost(double many_gflop, double few_gflop) {
    using platform::kFewTokens;
    using platform::kManyTokens;
    const double many = weight_seconds(kManyTokens, many_gflop), few = weight_seconds(kFewTokens, few_gflop);
    const double most = many / kManyTokens; // where nothing is left for decoding
    const double product = std::clamp((many - few) / (kManyTokens - kFewTokens), most / 2, most);
    return {product, std::max(few - kFewTokens * product, 0.0)};
}

void set_matrix(Rates& rates, size_t family, const MatrixCost& cost, int threads) {
    rates.matrix[family] = 2 * threads / cost.product;
    rates.decode_seconds[family] = cost.decode / threads;
}

// As measured, or where one of two numbers is missing in proportion to what is assumed.
MatrixCost matrix_cost(const platform::FormatRates& own, MatrixCost assumed) {
    const auto scaled = [&](double tokens, double gflop) {
        const double by = weight_seconds(tokens, gflop) / assumed.seconds(tokens);
        return MatrixCost{assumed.product * by, assumed.decode * by};
    };
    if (known(own.few_gflop_per_s) && known(own.matrix_gflop_per_s))
        return matrix_cost(own.matrix_gflop_per_s, own.few_gflop_per_s);
    if (known(own.few_gflop_per_s)) return scaled(platform::kFewTokens, own.few_gflop_per_s);
    if (known(own.matrix_gflop_per_s)) return scaled(platform::kFormerTokens, own.matrix_gflop_per_s);
    return assumed;
}

// `read_seconds`: of a byte and thread, when all threads that were measured read at once.
void take_family(const platform::FormatRates& own, double read_seconds, const KindRates& kind, int threads,
                 Rates& rates) {
    const auto family = static_cast<size_t>(own.family);
    if (family >= kFamilies) return;
    if (known(own.vector_gb_per_s)) {
        rates.vector[family] = own.vector_gb_per_s * kGiga * threads;
        if (known(own.vector_memory_gb_per_s))
            rates.vector_waits[family] = waits_of(1 / (own.vector_gb_per_s * kGiga), read_seconds,
                                                  1 / (own.vector_memory_gb_per_s * kGiga));
    }
    set_matrix(rates, family, matrix_cost(own, matrix_cost(kind.many[family], kind.few[family])), threads);
    if (!known(own.few_gflop_per_s) || !known(own.few_memory_gflop_per_s)) return;
    const base::DTypeTraits& type = traits(measured_type(own.family));
    const double weight_bytes = static_cast<double>(type.block_bytes) / type.block_size;
    rates.matrix_waits[family] =
        waits_of(weight_seconds(platform::kFewTokens, own.few_gflop_per_s), weight_bytes * read_seconds,
                 weight_seconds(platform::kFewTokens, own.few_memory_gflop_per_s));
}

void take_calibration(const MachineProfile& machine, const KindRates& kind, int threads, Rates& rates) {
    if (!machine.calibration || machine.calibration->read_gb_per_s.empty()) return;
    const platform::Calibration& c = *machine.calibration;
    const size_t at = std::min(static_cast<size_t>(rates.threads), c.read_gb_per_s.size()) - 1;
    if (!known(c.read_gb_per_s[at]) || !known(c.read_gb_per_s.back())) return;
    rates.memory = c.read_gb_per_s[at] * kGiga;
    rates.measured = true;
    rates.correction = {bounded(c.corrected_by.prompt), bounded(c.corrected_by.generate)};
    // Of a byte and thread, when all that were measured read at once.
    const double read_seconds =
        static_cast<double>(c.read_gb_per_s.size()) / (c.read_gb_per_s.back() * kGiga);
    // Calibrations of versions that did not know k_quants_16 measured Q4_K for it.
    for (platform::FormatRates own : c.rates) {
        if (own.family != FormatFamily::k_quants) continue;
        own.family = FormatFamily::k_quants_16;
        take_family(own, read_seconds, kind, threads, rates);
    }
    for (const platform::FormatRates& own : c.rates)
        take_family(own, read_seconds, kind, threads, rates);
    const auto take = [&](double gigas, double& rate) {
        if (known(gigas)) rate = gigas * kGiga * threads;
    };
    take(c.between.elementwise_gb_per_s, rates.elementwise);
    take(c.between.prompt_attention_gflop_per_s, rates.prompt_attention);
    take(c.between.token_attention_gb_per_s, rates.token_attention);
    if (known(c.between.loop_us)) rates.layer = kLoops * std::min(c.between.loop_us, kMostLoop) * 1e-6;
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

double Rates::vector_seconds(const Work& work, double rows, double cached) const {
    double seconds = 0;
    for (size_t f = 0; f < kFamilies; ++f) {
        const auto bytes = static_cast<double>(work.bytes[f]);
        seconds += together(rows * bytes / vector[f], bytes * (1 - cached) / memory, vector_waits[f]);
    }
    return seconds;
}

double Rates::matrix_seconds(const Work& work, double rows, double cached) const {
    double seconds = 0;
    for (size_t f = 0; f < kFamilies; ++f) {
        const double computing =
            static_cast<double>(work.parameters[f]) * (2 * rows / matrix[f] + decode_seconds[f]);
        seconds +=
            together(computing, static_cast<double>(work.bytes[f]) * (1 - cached) / memory, matrix_waits[f]);
    }
    return seconds;
}

Rates rates_of(const MachineProfile& machine, int threads) {
    const KindRates& kind = kind_rates(machine.machine.features);
    // Threads past the cores share them.
    const int cores = std::max(machine.machine.usable_cores, 1);
    Rates rates;
    rates.threads = threads > 0 ? threads : fastest_threads(machine);
    const int busy = std::min(rates.threads, cores);
    for (size_t f = 0; f < kFamilies; ++f) {
        rates.vector[f] = kind.vector[f] * kGiga * busy;
        set_matrix(rates, f, matrix_cost(kind.many[f], kind.few[f]), busy);
    }
    rates.vector_waits.fill(kind.vector_waits);
    rates.matrix_waits.fill(kind.matrix_waits);
    rates.group = kind.group;
    rates.elementwise = kind.elementwise * kGiga * busy;
    rates.prompt_attention = kind.prompt_attention * kGiga * busy;
    rates.token_attention = kind.token_attention * kGiga * busy;
    rates.memory = assumed_bandwidth(machine, busy);
    rates.layer = kLoops * 1e-6;
    take_calibration(machine, kind, busy, rates);
    rates.prompt_layer = rates.layer + (busy > 1 ? kLoops * kLastRange : 0);
    rates.cache = last_cache(machine.machine.topology);
    rates.disk = disk_rate(machine);
    for (const Gpu& gpu : machine.gpus)
        rates.gpus.push_back(gpu_rates(gpu));
    return rates;
}

} // namespace engine::placement
