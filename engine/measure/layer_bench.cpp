// Repetitions of a tenth of a second, interleaved over the numbers of tokens and with the memory's speed.
#include "engine/measure/layer_bench.h"

#include <algorithm>
#include <vector>

#include "engine/base/random.h"
#include "engine/measure/layer_weights.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/ops/matmul.h"

namespace engine::measure {

namespace {

constexpr double kRepetitionSeconds = 0.1;

// Tokens of one call: where they go and with what.
struct Batch {
    std::vector<float> x, y, weights;
    std::vector<int32_t> experts;
    std::vector<uint8_t> touched;
    int64_t distinct = 0;
};

class LayerBench {
 public:
    LayerBench(ops::ExecContext& context, const LayerBenchRequest& request, const LayerWeights& layer)
        : context_(context), request_(request), layer_(layer), random_(request.seed, 1) {}

    Result<LayerBenchReport> run(ReadBandwidth& bandwidth) {
        LayerBenchReport report;
        report.copies = static_cast<int64_t>(layer_.copies.size());
        report.layer_bytes = layer_.bytes;
        const size_t kinds = request_.tokens.size();
        std::vector<std::vector<double>> times(kinds);
        std::vector<Totals> totals(kinds);
        std::vector<double> speeds;
        for (const int64_t tokens : request_.tokens) { // warm-up
            Batch batch = make_batch(tokens);
            ENGINE_TRY(call(batch, tokens));
        }
        for (int r = 0; r < request_.repetitions; ++r) {
            for (size_t k = 0; k < kinds; ++k) {
                speeds.push_back(bandwidth.measure());
                ENGINE_ASSIGN(const double seconds, repetition(request_.tokens[k], totals[k]));
                times[k].push_back(1e6 * seconds);
            }
        }
        report.read_bandwidth_gb_per_s = spread_of(speeds);
        for (size_t k = 0; k < kinds; ++k)
            report.timings.push_back(timing(request_.tokens[k], spread_of(times[k]), totals[k],
                                            report.read_bandwidth_gb_per_s.median));
        return report;
    }

 private:
    struct Totals {
        int64_t calls = 0, distinct = 0;
    };

    bool moe() const { return request_.kind == LayerKind::moe; }

    Batch make_batch(int64_t tokens) {
        Batch batch;
        batch.x.resize(static_cast<size_t>(tokens * request_.hidden));
        for (float& v : batch.x) // of variance 1
            v = static_cast<float>(3.4641 * (random_.uniform() - 0.5));
        batch.y.resize(static_cast<size_t>(tokens * (moe() ? request_.hidden : request_.width)));
        batch.distinct = 1;
        if (!moe()) return batch;
        batch.weights.assign(static_cast<size_t>(tokens * request_.used),
                             1.0f / static_cast<float>(request_.used));
        batch.experts.resize(batch.weights.size());
        reroute(batch, tokens);
        return batch;
    }

    // New experts for every token, different ones for each.
    void reroute(Batch& batch, int64_t tokens) {
        batch.touched.assign(static_cast<size_t>(request_.experts), 0);
        std::vector<int32_t> order(static_cast<size_t>(request_.experts));
        for (size_t e = 0; e < order.size(); ++e)
            order[e] = static_cast<int32_t>(e);
        auto* to = batch.experts.data();
        for (int64_t t = 0; t < tokens; ++t) {
            for (int64_t k = 0; k < request_.used; ++k) { // the beginning of a shuffle (Fisher and Yates)
                const auto left = static_cast<uint32_t>(request_.experts - k);
                std::swap(order[static_cast<size_t>(k)],
                          order[static_cast<size_t>(k) + random_.next_u32() % left]);
                *to++ = order[static_cast<size_t>(k)];
                batch.touched[static_cast<size_t>(order[static_cast<size_t>(k)])] = 1;
            }
        }
        batch.distinct = std::count(batch.touched.begin(), batch.touched.end(), 1);
    }

    Result<void> call(Batch& batch, int64_t tokens) {
        const auto& experts = layer_.copies[next_copy_++ % layer_.copies.size()];
        const auto x = ops::matrix(static_cast<const float*>(batch.x.data()), tokens, request_.hidden);
        if (!moe())
            return ops::matmul(context_, x, experts[0].gate, nullptr,
                               ops::matrix(batch.y.data(), tokens, request_.width));
        return ops::moe(context_, x, {request_.used, batch.experts.data(), batch.weights.data()}, experts,
                        ops::matrix(batch.y.data(), tokens, request_.hidden));
    }

    // Mean seconds of a call.
    Result<double> repetition(int64_t tokens, Totals& totals) {
        Batch batch = make_batch(tokens);
        read_once(context_.pool(), layer_.all());
        double spent = 0;
        int64_t calls = 0;
        for (; spent < kRepetitionSeconds; ++calls) {
            if (moe() && calls > 0) reroute(batch, tokens);
            const double begun = seconds_now();
            ENGINE_TRY(call(batch, tokens));
            spent += seconds_now() - begun;
            totals.distinct += batch.distinct;
        }
        totals.calls += calls;
        return spent / static_cast<double>(calls);
    }

    LayerTiming timing(int64_t tokens, const Spread& microseconds, const Totals& totals,
                       double bandwidth) const {
        LayerTiming out;
        out.tokens = tokens;
        out.microseconds = microseconds;
        const double distinct = static_cast<double>(totals.distinct) / static_cast<double>(totals.calls);
        out.distinct_experts = moe() ? distinct : 0;
        const double seconds = microseconds.median / 1e6;
        const double matrices = moe() ? 3.0 * static_cast<double>(request_.used) : 1.0;
        const double flops = 2.0 * matrices * static_cast<double>(request_.hidden) *
                             static_cast<double>(request_.width) * static_cast<double>(tokens);
        out.gb_per_s = distinct * static_cast<double>(layer_.expert_bytes) / seconds / 1e9;
        out.gflop_per_s = flops / seconds / 1e9;
        out.share_of_bandwidth = bandwidth > 0 ? out.gb_per_s / bandwidth : 0;
        return out;
    }

    ops::ExecContext& context_;
    const LayerBenchRequest& request_;
    const LayerWeights& layer_;
    Random random_;
    size_t next_copy_ = 0;
};

} // namespace

Result<LayerBenchReport> bench_layer(ops::ExecContext& context, const LayerBenchRequest& request,
                                     const StopToken& stop) {
    if (request.tokens.empty())
        return Error{ErrorCode::invalid_argument, "no number of tokens was given", ""};
    ENGINE_ASSIGN(const LayerWeights layer, make_layer(context.pool(), request));
    ENGINE_ASSIGN(ReadBandwidth bandwidth, ReadBandwidth::create(context.pool(), request.bandwidth_bytes));
    context.set_stop(&stop);
    auto report = LayerBench(context, request, layer).run(bandwidth);
    context.set_stop(nullptr);
    return report;
}

} // namespace engine::measure
