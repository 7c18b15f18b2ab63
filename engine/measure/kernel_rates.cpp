// Every worker multiplies the same weights for itself, in its own cache, by the same clock.
#include "engine/measure/kernel_rates.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "engine/base/random.h"
#include "engine/measure/layer_weights.h"
#include "engine/measure/statistics.h"
#include "engine/ops/matmul.h"

namespace engine::measure {

namespace {

using platform::FormatFamily;

constexpr std::array kFamilies = {
    MeasuredFamily{FormatFamily::floats, "BF16"},     MeasuredFamily{FormatFamily::bytes, "Q8_0"},
    MeasuredFamily{FormatFamily::legacy, "Q4_0"},     MeasuredFamily{FormatFamily::k_quants, "Q4_K"},
    MeasuredFamily{FormatFamily::i_quants, "IQ4_XS"}, MeasuredFamily{FormatFamily::groups, "MXFP4"},
};

constexpr int64_t kColumns = 2048;
constexpr int64_t kMatrixRows = 512, kMatrixTokens = 128;

// Fill half of the second cache of the least core: the other half is for everything else.
int64_t vector_rows(const platform::Machine& machine, int64_t row) {
    int64_t least = int64_t{1} << 20;
    for (const platform::Core& core : machine.topology.cores) {
        if (core.l2.bytes > 0) least = std::min(least, core.l2.bytes / std::max(core.l2.processors, 1));
    }
    return std::max<int64_t>(least / 2 / row, 16);
}

// Products a second and thread: the mean over the threads that finished one.
class ProductClock {
 public:
    ProductClock(platform::ThreadPool& pool, const kernels::KernelTable& kernels, const WeightMatrix& weight,
                 int64_t tokens)
        : pool_(pool), kernels_(kernels), weight_(weight), tokens_(tokens) {
        Random random(1, 3);
        x_.resize(static_cast<size_t>(tokens * kColumns));
        for (float& v : x_)
            v = static_cast<float>(3.4641 * (random.uniform() - 0.5));
    }

    double run(double until, const StopToken& stop) {
        std::vector<double> rates;
        std::mutex mutex;
        pool_.run(pool_.size(), 1, [&](int64_t, int64_t, int) {
            const double rate = run_one(until, stop);
            const std::lock_guard lock(mutex);
            if (rate > 0) rates.push_back(rate);
        });
        double sum = 0;
        for (const double rate : rates)
            sum += rate;
        return rates.empty() ? 0 : sum / static_cast<double>(rates.size());
    }

 private:
    double run_one(double until, const StopToken& stop) const {
        platform::ThreadPool alone(1);
        ops::ExecContext context(alone, kernels_);
        std::vector<float> y(static_cast<size_t>(tokens_ * weight_.shape[0]));
        const auto x = ops::matrix(x_.data(), tokens_, kColumns);
        const auto call = [&] {
            return ops::matmul(context, x, weight_, nullptr, ops::matrix(y.data(), tokens_, weight_.shape[0]))
                .ok();
        };
        const double before = seconds_now();
        if (before >= until || !call()) return 0; // warm-up: scratch memory comes and stays
        const double begun = seconds_now();
        int64_t calls = 0;
        double now = begun;
        while (now < until && !stop.requested()) {
            if (!call()) return 0;
            ++calls;
            now = seconds_now();
        }
        if (calls > 0) return static_cast<double>(calls) / (now - begun);
        // On a machine that is busy with other things the first product may take all the time there is.
        return stop.requested() ? 0 : 1 / (begun - before);
    }

    platform::ThreadPool& pool_;
    const kernels::KernelTable& kernels_;
    WeightMatrix weight_;
    int64_t tokens_;
    std::vector<float> x_;
};

Result<LayerWeights> make_weights(platform::ThreadPool& pool, int64_t rows, const char* type) {
    LayerBenchRequest request;
    request.kind = LayerKind::dense;
    request.hidden = kColumns;
    request.width = rows;
    request.type = type;
    request.weight_bytes = 1; // one copy
    return make_layer(pool, request);
}

} // namespace

std::span<const MeasuredFamily> measured_families() {
    return kFamilies;
}

Result<platform::FormatRates> kernel_rates(platform::ThreadPool& pool, const kernels::KernelTable& kernels,
                                           const platform::Machine& machine, const MeasuredFamily& family,
                                           double until, const StopToken& stop) {
    platform::FormatRates rates;
    rates.family = family.family;
    const double begun = seconds_now();
    if (begun >= until) return rates;
    const int64_t row = row_bytes(*dtype_from_name(family.type), kColumns);
    ENGINE_ASSIGN(const LayerWeights small, make_weights(pool, vector_rows(machine, row), family.type));
    const double vectors =
        ProductClock(pool, kernels, small.copies[0][0].gate, 1).run(begun + (until - begun) / 2, stop);
    rates.vector_gb_per_s = vectors * static_cast<double>(small.bytes) / 1e9;
    if (seconds_now() >= until) return rates;
    ENGINE_ASSIGN(const LayerWeights large, make_weights(pool, kMatrixRows, family.type));
    const double products =
        ProductClock(pool, kernels, large.copies[0][0].gate, kMatrixTokens).run(until, stop);
    rates.matrix_gflop_per_s = products * 2.0 * kMatrixTokens * kMatrixRows * kColumns / 1e9;
    return rates;
}

} // namespace engine::measure
