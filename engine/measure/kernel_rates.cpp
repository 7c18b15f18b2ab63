// Every worker computes for itself, with its own weights, by the same clock.
#include "engine/measure/kernel_rates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>

#include "engine/base/random.h"
#include "engine/measure/statistics.h"
#include "engine/ops/attention.h"
#include "engine/ops/matmul.h"
#include "engine/ops/norm.h"
#include "engine/placement/footprint.h"

namespace engine::measure {

namespace {

using placement::kFamilies;
using platform::FormatFamily;
using platform::kFewTokens;
using platform::kManyTokens;

// Packing many tokens costs as much as multiplying them with some tens of rows; models have a thousand and
// more, experts some hundreds.
constexpr int64_t kColumns = 2048, kMatrixRows = 768;
constexpr int kRounds = 5;
constexpr double kLoopShare = 0.02; // of the time
constexpr double kPatience = 4;     // a call that takes longer than so many turns is left out

// A common shape of attention, over as many positions as a conversation soon has.
constexpr int64_t kHeads = 4, kKvHeads = 1, kHeadSize = 128;
constexpr int64_t kPromptTokens = 128, kBefore = 256, kPositions = 2048;

// What one thread would have of a model that fills half of the last cache, or its own second cache where that
// is larger; not more than some MiB, which are as far away.
int64_t cached_bytes(const platform::Machine& machine, int threads) {
    constexpr int64_t kMost = int64_t{4} << 20;
    int64_t least = int64_t{1} << 20, last = 0;
    for (const platform::Core& core : machine.topology.cores) {
        if (core.l2.bytes > 0) least = std::min(least, core.l2.bytes / std::max(core.l2.processors, 1));
        last = std::max(last, core.l3.bytes);
    }
    return std::clamp(last / 2 / threads, least / 2, kMost);
}

// One thread with its part of the memory.
class Worker {
 public:
    Worker(const kernels::KernelTable& kernels, std::span<const std::byte> memory)
        : context_(alone_, kernels), memory_(memory) {
        Random random(1, 3);
        x_.resize(static_cast<size_t>(kManyTokens * kColumns));
        for (float& v : x_)
            v = static_cast<float>(3.4641 * (random.uniform() - 0.5));
    }

    bool multiply(DType dtype, int64_t rows, int64_t tokens, bool from_memory) {
        y_.resize(std::max(y_.size(), static_cast<size_t>(rows * tokens)));
        const TensorView weight{
            next(rows * row_bytes(dtype, kColumns), from_memory), dtype, {{rows, kColumns}, 2}};
        const auto x = ops::matrix(static_cast<const float*>(x_.data()), tokens, kColumns);
        return ops::matmul(context_, x, weight, nullptr, ops::matrix(y_.data(), tokens, rows)).ok();
    }

    // As many activations as a second cache does not hold.
    bool normalise() {
        y_.resize(std::max(y_.size(), x_.size()));
        ops::rms_norm(context_, ops::matrix(static_cast<const float*>(x_.data()), kManyTokens, kColumns),
                      nullptr, 1e-6f, ops::matrix(y_.data(), kManyTokens, kColumns));
        return true;
    }

    // Of the last `tokens` of so many positions.
    bool attend(int64_t tokens, int64_t positions, bool from_memory) {
        y_.resize(std::max(y_.size(), static_cast<size_t>(tokens * kHeads * kHeadSize)));
        constexpr int64_t kRow = kHeadSize * 2; // F16
        const ops::AttentionShape shape{
            kHeads, kKvHeads, kHeadSize, kHeadSize, 1 / std::sqrt(static_cast<float>(kHeadSize)), 0, true};
        const ops::KvLayout layout{DType::F16, kRow, kRow, kRow, kRow};
        const std::byte* const keys = next(2 * positions * kRow, from_memory);
        const ops::KvSegment segment{keys, keys + positions * kRow, positions};
        const auto q = ops::matrix(static_cast<const float*>(x_.data()), tokens, kHeads * kHeadSize);
        return ops::attention(context_, shape, q, positions - tokens, layout, {&segment, 1},
                              ops::matrix(y_.data(), tokens, kHeads * kHeadSize))
            .ok();
    }

 private:
    // The beginning of this worker's memory, again and again; or one piece of it after the other.
    const std::byte* next(int64_t bytes, bool from_memory) {
        if (!from_memory) return memory_.data();
        if (at_ + bytes > static_cast<int64_t>(memory_.size())) at_ = 0;
        return memory_.data() + std::exchange(at_, at_ + (bytes + kLine - 1) / kLine * kLine);
    }

    static constexpr int64_t kLine = 64;
    platform::ThreadPool alone_{1};
    ops::ExecContext context_;
    std::span<const std::byte> memory_;
    int64_t at_ = 0;
    std::vector<float> x_, y_;
};

// A number that is measured: what a worker does, and how much that is.
struct Kernel {
    std::function<bool(Worker&)> call;
    double amount = 0; // of a call, in 1e9 of what the number counts
    std::vector<double> speeds = {};

    // Of five rounds the second best.
    double speed() const { return undisturbed(speeds); }
};

struct FormatKernels { // those of FormatRates
    Kernel vector, few, many, vector_memory, few_memory;
    std::array<Kernel*, 5> all() { return {&vector, &few, &many, &vector_memory, &few_memory}; }
};

// Seconds that loops take longer than their work, split as matmul splits a matrix for one token.
void time_loops(platform::ThreadPool& pool, double until, const StopToken& stop,
                std::vector<double>& longer) {
    constexpr double kRange = 5e-6;
    constexpr int kRanges = 8; // of each worker
    while (seconds_now() < until && !stop.requested()) {
        const double begun = seconds_now();
        pool.run(kRanges * pool.size(), 1, [](int64_t begin, int64_t end, int) {
            const double done = seconds_now() + kRange * static_cast<double>(end - begin);
            while (seconds_now() < done) {
            }
        });
        longer.push_back(seconds_now() - begun - kRanges * kRange);
    }
}

// Others' work on the machine makes loops longer, many times so, and nothing makes them shorter.
double loop_seconds(std::vector<double> longer) {
    std::sort(longer.begin(), longer.end());
    return longer.empty() ? 0 : std::max(longer[longer.size() / 10], 0.0);
}

struct BetweenKernels { // those of BetweenRates
    Kernel elementwise, prompt_attention, token_attention;
    std::array<Kernel*, 3> all() { return {&elementwise, &prompt_attention, &token_attention}; }
};

// `bytes`: of the weights, at most.
Kernel vector_kernel(DType dtype, int64_t bytes, bool from_memory) {
    const int64_t row = row_bytes(dtype, kColumns), rows = std::max<int64_t>(bytes / row, 1);
    return {[=](Worker& w) { return w.multiply(dtype, rows, 1, from_memory); },
            1e-9 * static_cast<double>(rows * row)};
}

Kernel matrix_kernel(DType dtype, int64_t bytes, int64_t tokens, bool from_memory) {
    const int64_t rows = std::clamp<int64_t>(bytes / row_bytes(dtype, kColumns), 1, kMatrixRows);
    return {[=](Worker& w) { return w.multiply(dtype, rows, tokens, from_memory); },
            2e-9 * static_cast<double>(rows * kColumns * tokens)};
}

FormatKernels format_kernels(DType dtype, int64_t cache, int64_t memory) {
    return {vector_kernel(dtype, std::min(cache, memory), false),
            matrix_kernel(dtype, memory, kFewTokens, false), matrix_kernel(dtype, memory, kManyTokens, false),
            vector_kernel(dtype, std::min(cache, memory), true),
            matrix_kernel(dtype, memory, kFewTokens, true)};
}

BetweenKernels between_kernels() {
    constexpr double kPair = 2 * kHeads * 2 * kHeadSize; // flops of a token and a position
    return {
        {[](Worker& w) { return w.normalise(); }, 1e-9 * 2 * sizeof(float) * kManyTokens * kColumns},
        {[](Worker& w) { return w.attend(kPromptTokens, kBefore + kPromptTokens, false); },
         1e-9 * kPair * kPromptTokens * (kBefore + kPromptTokens / 2)},
        {[](Worker& w) { return w.attend(1, kPositions, true); },
         1e-9 * kPositions * kKvHeads * 2 * kHeadSize * 2},
    };
}

} // namespace

struct KernelRates::State {
    platform::ThreadPool& pool;
    std::vector<std::unique_ptr<Worker>> workers;
    std::vector<FormatKernels> formats; // by family
    BetweenKernels between = between_kernels();
    std::vector<double> loops; // seconds

    explicit State(platform::ThreadPool& all) : pool(all) {}

    // Calls a second: the mean over the threads that finished one.
    double run(const Kernel& kernel, double until, const StopToken& stop) {
        std::vector<double> rates;
        std::mutex mutex;
        pool.run(pool.size(), 1, [&](int64_t, int64_t, int worker) {
            const double rate = run_one(kernel, *workers[static_cast<size_t>(worker)], until, stop);
            const std::lock_guard lock(mutex);
            if (rate > 0) rates.push_back(rate);
        });
        double sum = 0;
        for (const double rate : rates)
            sum += rate;
        return rates.empty() ? 0 : sum / static_cast<double>(rates.size());
    }

    static double run_one(const Kernel& kernel, Worker& worker, double until, const StopToken& stop) {
        double begun = seconds_now(), first = 0;
        if (kernel.speeds.empty()) { // warm-up: scratch memory comes and stays
            if (begun >= until || !kernel.call(worker)) return 0;
            first = seconds_now() - begun;
            begun += first;
        }
        int64_t calls = 0;
        double now = begun;
        while (now < until && !stop.requested()) {
            if (!kernel.call(worker)) return 0;
            ++calls;
            now = seconds_now();
        }
        if (calls > 0) return static_cast<double>(calls) / (now - begun);
        // On a machine that is busy with other things the first call may take all the time there is.
        return stop.requested() || first == 0 ? 0 : 1 / first;
    }
};

KernelRates::KernelRates(platform::ThreadPool& pool, const kernels::KernelTable& kernels,
                         const platform::Machine& machine, const ReadBandwidth& memory)
    : state_(std::make_unique<State>(pool)) {
    auto least = std::numeric_limits<int64_t>::max();
    for (int w = 0; w < pool.size(); ++w) {
        state_->workers.push_back(std::make_unique<Worker>(kernels, memory.part_of(w)));
        least = std::min(least, static_cast<int64_t>(memory.part_of(w).size()));
    }
    for (size_t f = 0; f < kFamilies; ++f) {
        const DType dtype = placement::measured_type(static_cast<FormatFamily>(f));
        state_->formats.push_back(format_kernels(dtype, cached_bytes(machine, pool.size()), least));
    }
}

KernelRates::~KernelRates() = default;

Result<void> KernelRates::measure(double end, const std::function<Result<void>()>& go_on,
                                  const StopToken& stop) {
    struct Step {
        Kernel* kernel;
        const Kernel* like; // foretells how long it takes, or null
    };
    std::vector<Step> steps;
    for (int round = 0; round < kRounds; ++round) {
        for (FormatKernels& format : state_->formats) {
            for (Kernel* const kernel : format.all())
                steps.push_back({kernel, kernel == &format.many ? &format.few : nullptr});
        }
        for (Kernel* const kernel : state_->between.all())
            steps.push_back({kernel, nullptr});
    }
    const double loops_each = kLoopShare / kRounds * (end - seconds_now());
    for (size_t i = 0; i < steps.size(); ++i) {
        ENGINE_TRY(go_on());
        if (i % (steps.size() / kRounds) == 0)
            time_loops(state_->pool, seconds_now() + loops_each, stop, state_->loops);
        const auto [kernel, like] = steps[i];
        // What one takes too long, all others have less of: none is passed over in every round.
        const double begun = seconds_now(), each = (end - begun) / static_cast<double>(steps.size() - i);
        if (like != nullptr && kernel->amount > kPatience * each * like->speed()) continue;
        const double rate = state_->run(*kernel, begun + each, stop);
        if (rate > 0) kernel->speeds.push_back(rate * kernel->amount);
    }
    return {};
}

std::vector<platform::FormatRates> KernelRates::formats() const {
    std::vector<platform::FormatRates> list;
    for (size_t f = 0; f < kFamilies; ++f) {
        const FormatKernels& of = state_->formats[f];
        list.push_back({static_cast<FormatFamily>(f), of.vector.speed(), of.many.speed(), of.few.speed(),
                        of.vector_memory.speed(), of.few_memory.speed()});
    }
    return list;
}

platform::BetweenRates KernelRates::between() const {
    const BetweenKernels& of = state_->between;
    return {of.elementwise.speed(), of.prompt_attention.speed(), of.token_attention.speed(),
            1e6 * loop_seconds(state_->loops)};
}

} // namespace engine::measure
