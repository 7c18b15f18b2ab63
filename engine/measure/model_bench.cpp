// Timing a decoder, with the memory's speed measured in between.
#include "engine/measure/model_bench.h"

#include <algorithm>
#include <optional>

#include "engine/base/random.h"
#include "engine/generation/logits_hash.h"
#include "engine/measure/read_bandwidth.h"
#include "engine/measure/token_traffic.h"
#include "engine/platform/process_memory.h"

namespace engine::measure {

namespace {

using runtime::KvCache;
using runtime::LogitsFor;

Result<void> check(const ModelBenchRequest& request) {
    const auto refuse = [](const char* what) { return Error{ErrorCode::invalid_argument, what, ""}; };
    if (request.prompt_tokens < 0 || request.generate_tokens < 0 || request.depth < 0)
        return refuse("numbers of tokens cannot be negative");
    if (request.prompt_tokens + request.generate_tokens == 0) return refuse("there is nothing to measure");
    if (request.sequences < 1 || request.sequences > 4096)
        return refuse("the number of sequences must be from 1 to 4096");
    if (request.repetitions < 1) return refuse("at least one repetition is needed");
    return {};
}

// Which experts each step of a repetition touched.
class ExpertCount {
 public:
    ExpertCount(const model::ModelSpec& spec, const TokenTraffic& traffic)
        : traffic_(traffic), touched_(static_cast<size_t>(spec.experts())) {}

    void add(int32_t layer, std::span<const int32_t> experts) {
        std::fill(touched_.begin(), touched_.end(), uint8_t{0});
        int64_t distinct = 0;
        for (const int32_t e : experts) {
            if (std::exchange(touched_[static_cast<size_t>(e)], uint8_t{1}) == 0) ++distinct;
        }
        bytes_ += distinct * traffic_.expert_bytes[static_cast<size_t>(layer)];
        distinct_ += distinct;
        ++layers_;
    }

    int64_t bytes() const { return bytes_; }
    double per_layer() const {
        return layers_ > 0 ? static_cast<double>(distinct_) / static_cast<double>(layers_) : 0;
    }

 private:
    const TokenTraffic& traffic_;
    std::vector<uint8_t> touched_; // experts of one layer
    int64_t bytes_ = 0, distinct_ = 0, layers_ = 0;
};

class ModelBench {
 public:
    ModelBench(runtime::Decoder& decoder, ops::ExecContext& context, const ModelBenchRequest& request,
               const StopToken& stop)
        : decoder_(decoder),
          context_(context),
          request_(request),
          stop_(stop),
          traffic_(traffic_of(decoder.spec(), decoder.weights().inventory())),
          random_(request.seed) {}

    Result<ModelBenchReport> run(const Progress& progress) {
        ENGINE_TRY(prepare());
        ENGINE_TRY(repetition(nullptr)); // warm-up
        prompt_seconds_.clear();
        step_seconds_.clear();
        generate_gb_per_s_.clear();
        distinct_.clear();
        ModelBenchReport report;
        report.peak_rss_bytes = platform::peak_resident_bytes();
        ENGINE_ASSIGN(ReadBandwidth bandwidth,
                      ReadBandwidth::create(context_.pool(), request_.bandwidth_bytes));
        for (int r = 0; r < request_.repetitions; ++r) {
            if (progress) progress(r, request_.repetitions);
            ENGINE_TRY(repetition(&bandwidth));
        }
        fill(report);
        return report;
    }

 private:
    std::vector<int32_t> random_tokens(int64_t count) {
        std::vector<int32_t> tokens(static_cast<size_t>(count));
        for (int32_t& token : tokens)
            token =
                static_cast<int32_t>(random_.next_u32() % static_cast<uint32_t>(decoder_.spec().vocabulary));
        return tokens;
    }

    Result<KvCache> make_cache(int64_t tokens) const {
        return KvCache::create(
            decoder_.spec(), std::max<int64_t>(tokens, 1),
            request_.kv_precision.value_or(runtime::default_kv_precision(decoder_.weights())));
    }

    // Everything random is drawn here, in a fixed order.
    Result<void> prepare() {
        prompt_ = random_tokens(request_.prompt_tokens);
        ENGINE_ASSIGN(prompt_cache_, make_cache(request_.prompt_tokens));
        for (int64_t s = 0; s < request_.sequences; ++s) {
            ENGINE_ASSIGN(KvCache cache, make_cache(request_.depth + request_.generate_tokens));
            const auto before = random_tokens(request_.depth);
            ENGINE_TRY(decoder_.forward(before, cache, LogitsFor::none, logits_, stop_));
            caches_.push_back(std::move(cache));
        }
        for (KvCache& cache : caches_)
            cache_pointers_.push_back(&cache);
        generated_ = random_tokens(request_.generate_tokens * request_.sequences);
        return {};
    }

    Result<void> repetition(ReadBandwidth* bandwidth) {
        if (request_.prompt_tokens > 0) {
            if (bandwidth != nullptr) speeds_.push_back(bandwidth->measure());
            ENGINE_TRY(read_prompt());
        }
        if (request_.generate_tokens > 0) {
            if (bandwidth != nullptr) speeds_.push_back(bandwidth->measure());
            ENGINE_TRY(generate());
        }
        return {};
    }

    Result<void> read_prompt() {
        prompt_cache_->truncate(0);
        const double begun = seconds_now();
        ENGINE_TRY(decoder_.forward(prompt_, *prompt_cache_, LogitsFor::last, logits_, stop_));
        prompt_seconds_.push_back(seconds_now() - begun);
        return compare_hash();
    }

    Result<void> compare_hash() {
        const uint64_t hash = generation::logits_hash(logits_);
        if (!hash_) hash_ = hash;
        if (*hash_ == hash) return {};
        return Error{ErrorCode::internal, "the same tokens gave different logits in two repetitions",
                     "Memory or processor may be faulty; please report this."};
    }

    Result<void> generate() {
        for (KvCache& cache : caches_)
            cache.truncate(request_.depth);
        ExpertCount experts(decoder_.spec(), traffic_);
        decoder_.set_routing_observer([&](int32_t layer, auto chosen) { experts.add(layer, chosen); });
        int64_t bytes = 0;
        const double begun = seconds_now();
        Result<void> done;
        for (int64_t i = 0; i < request_.generate_tokens && done.ok(); ++i) {
            done = step(i);
            bytes += traffic_.shared_bytes +
                     request_.sequences * kv_bytes_read(decoder_.spec(), caches_[0], request_.depth + i + 1);
            if (i == 0 && done.ok() && request_.prompt_tokens == 0) done = compare_hash();
        }
        const double seconds = seconds_now() - begun;
        decoder_.set_routing_observer({});
        ENGINE_TRY(std::move(done));
        step_seconds_.push_back(seconds / static_cast<double>(request_.generate_tokens));
        generate_gb_per_s_.push_back(static_cast<double>(bytes + experts.bytes()) / seconds / 1e9);
        distinct_.push_back(experts.per_layer());
        return {};
    }

    Result<void> step(int64_t i) {
        const auto tokens = std::span(generated_)
                                .subspan(static_cast<size_t>(i * request_.sequences),
                                         static_cast<size_t>(request_.sequences));
        if (request_.sequences == 1)
            return decoder_.forward(tokens, caches_[0], LogitsFor::last, logits_, stop_);
        return decoder_.step(tokens, cache_pointers_, logits_, stop_);
    }

    void fill(ModelBenchReport& report) const {
        const auto rates = [](const std::vector<double>& seconds, int64_t tokens) {
            std::vector<double> list;
            for (const double s : seconds)
                list.push_back(static_cast<double>(tokens) / s);
            return spread_of(list);
        };
        report.prompt_tokens_per_s = rates(prompt_seconds_, request_.prompt_tokens);
        report.generate_tokens_per_s = rates(step_seconds_, request_.sequences);
        report.read_bandwidth_gb_per_s = spread_of(speeds_);
        report.generate_gb_per_s = spread_of(generate_gb_per_s_).median;
        if (const double limit = report.read_bandwidth_gb_per_s.median; limit > 0)
            report.share_of_bandwidth = report.generate_gb_per_s / limit;
        report.prompt_tflops =
            2 * static_cast<double>(traffic_.prompt_parameters) * report.prompt_tokens_per_s.median / 1e12;
        report.distinct_experts = spread_of(distinct_).median;
        report.active_parameters = decoder_.weights().inventory().active_parameters(decoder_.spec());
        report.logits_hash = *hash_;
    }

    runtime::Decoder& decoder_;
    ops::ExecContext& context_;
    const ModelBenchRequest& request_;
    const StopToken& stop_;
    const TokenTraffic traffic_;
    Random random_;
    std::vector<int32_t> prompt_, generated_; // generated_ is {steps, sequences}
    std::optional<KvCache> prompt_cache_;
    std::vector<KvCache> caches_;
    std::vector<KvCache*> cache_pointers_;
    std::vector<float> logits_;
    std::optional<uint64_t> hash_;
    std::vector<double> prompt_seconds_, step_seconds_, generate_gb_per_s_, distinct_, speeds_;
};

} // namespace

Result<ModelBenchReport> bench_model(runtime::Decoder& decoder, ops::ExecContext& context,
                                     const ModelBenchRequest& request, const Progress& progress,
                                     const StopToken& stop) {
    ENGINE_TRY(check(request));
    return ModelBench(decoder, context, request, stop).run(progress);
}

} // namespace engine::measure
