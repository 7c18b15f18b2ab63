// Loading a model, and what can be asked of it.
#include "engine/api/loaded_model.h"

#include <algorithm>
#include <cmath>

#include "engine/api/inspect.h"
#include "engine/api/variants.h"
#include "engine/convert/quantized_inventory.h"
#include "engine/measure/token_traffic.h"
#include "engine/model/registry.h"
#include "engine/placement/plan_text.h"
#include "engine/placement/planner.h"
#include "engine/placement/weights.h"

namespace engine::api {

namespace {

constexpr int64_t kDefaultWindow = 2048;

class ModelSession final : public Session {
 public:
    ModelSession(std::shared_ptr<const void> model, std::unique_ptr<generation::Session> session,
                 placement::Ledger::Entry memory)
        : model_(std::move(model)), memory_(std::move(memory)), session_(std::move(session)) {}

    Result<Reply> respond(const Turn& turn, const EventSink& sink, const StopToken& stop) override {
        Result<Reply> reply = session_->respond(turn, sink, stop);
        memory_.set_touched(session_->cache_bytes());
        return reply;
    }
    int64_t context_size() const override { return session_->context_size(); }

 private:
    std::shared_ptr<const void> model_; // lives at least as long as its sessions
    placement::Ledger::Entry memory_;
    std::unique_ptr<generation::Session> session_;
};

// -log softmax(row)[id], in double: perplexity is a mean over many of them.
double negative_log_likelihood(std::span<const float> row, int32_t id) {
    const double highest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float x : row)
        sum += std::exp(x - highest);
    return highest + std::log(sum) - row[static_cast<size_t>(id)];
}

Error cancelled() {
    return {ErrorCode::cancelled, "loading was cancelled", ""};
}

} // namespace

// Weights, workspace and one session are looked at together; what is promised here leaves out the session,
// which asks for itself.
Result<void> LoadedModel::reserve_memory(const LoadRequest& request,
                                         std::span<const placement::Variant> variants) {
    placement::PlanRequest wanted;
    wanted.context = request.context;
    if (request.kv_precision) wanted.kv = dtype_of(*request.kv_precision);
    wanted.kv_offered = {DType::Q8_0};
    wanted.threads = workshop_->threads();
    wanted.guardrail = guardrail_;
    if (request.quantize != LoadRequest::kChosen) wanted.quantize = type_named(request.quantize);
    const auto decide = [&](int64_t outstanding) -> Result<int64_t> {
        platform::MachineProfile machine = workshop_->profile();
        machine.machine.available_bytes -= outstanding;
        machine.calibration = request.calibration;
        const placement::Plan plan = placement::plan(variants, machine, wanted);
        if (!plan.fits() && !anyway_) return Error{ErrorCode::out_of_memory, plan.sentence, plan.suggestion};
        context_ = plan.context;
        quantize_ = plan.quantize;
        footprint_ = std::find_if(variants.begin(), variants.end(), [&](const auto& variant) {
                         return variant.quantize == quantize_;
                     })->footprint;
        if (!kv_precision_ && plan.kv == DType::Q8_0) kv_precision_ = KvPrecision::q8_0;
        int64_t bytes = 0;
        for (const placement::PlanDevice& device : plan.devices)
            bytes += device.bytes.weights + device.bytes.experts + device.bytes.compute;
        return bytes;
    };
    ENGINE_ASSIGN(memory_, workshop_->ledger().reserve(decide));
    return {};
}

Result<placement::Ledger::Entry> LoadedModel::reserve_session() {
    const DType dtype =
        dtype_of(kv_precision_.value_or(runtime::default_kv_precision(speaker_->decoder->weights())));
    const auto shapes = footprint_.kv_shapes();
    const int64_t needed = placement::kv_bytes(shapes, context_, dtype);
    return workshop_->ledger().reserve([&](int64_t outstanding) -> Result<int64_t> {
        const platform::Machine machine = workshop_->profile().machine;
        const int64_t reserve =
            placement::reserve_bytes(guardrail_, placement::DeviceKind::processor, machine.memory_bytes);
        const int64_t room = std::max<int64_t>(machine.available_bytes - outstanding - reserve, 0);
        if (needed <= room || anyway_) return needed;
        const int64_t tokens =
            room / std::max<int64_t>(placement::kv_token_bytes(shapes, dtype), 1) / 256 * 256;
        return Error{ErrorCode::out_of_memory,
                     "a context of " + std::to_string(context_) + " tokens needs " +
                         placement::gigabytes(needed) + ", and " + placement::gigabytes(room) +
                         " are available",
                     tokens > 0 ? "Load the model with a context of " + std::to_string(tokens) +
                                      " tokens, or end another conversation."
                                : "Close other programs, or end another conversation."};
    });
}

Result<std::shared_ptr<Model>> LoadedModel::load(std::shared_ptr<Workshop> workshop,
                                                 const LoadRequest& request, const Progress& progress,
                                                 const StopToken& stop) {
    ENGINE_ASSIGN(formats::ModelFile opened, formats::open_model_file(request.path));
    const auto file = std::make_shared<const formats::ModelFile>(std::move(opened));
    ENGINE_ASSIGN(model::ModelSpec spec, model::read_spec(*file));
    ENGINE_ASSIGN(model::Inventory inventory, model::take_inventory(spec, *file));
    const bool chosen = request.quantize == LoadRequest::kChosen;
    ENGINE_ASSIGN(const auto variants,
                  variants_of(spec, inventory, chosen ? std::string_view() : request.quantize));
    if (stop.requested()) return cancelled();
    // The constructor is private, so make_shared cannot be used.
    auto loaded = std::shared_ptr<LoadedModel>(new LoadedModel);
    loaded->workshop_ = workshop;
    loaded->kv_precision_ = request.kv_precision;
    loaded->guardrail_ = request.guardrail;
    loaded->anyway_ = request.anyway;
    ENGINE_TRY(loaded->reserve_memory(request, variants));
    if (!loaded->quantize_.empty()) {
        ENGINE_ASSIGN(inventory, convert::quantized_inventory(spec, inventory, loaded->quantize_));
    }
    ENGINE_ASSIGN(loaded->vocabulary_, FileVocabulary::open(*file));
    const int64_t words = loaded->vocabulary_->tokenizer->size();
    if (words > spec.vocabulary) {
        return Error{ErrorCode::bad_file,
                     "the tokenizer has " + std::to_string(words) + " tokens, but the embedding only " +
                         std::to_string(spec.vocabulary) + " rows",
                     "Tokenizer and weights do not belong together; fetch the model again."};
    }
    loaded->summary_ = summarise(*file, loaded->vocabulary_->tokenizer.get());
    if (!loaded->quantize_.empty())
        loaded->summary_.quantization = loaded->quantize_ + " of " + loaded->summary_.quantization;
    loaded->exec_ = workshop->exec_context();
    if (stop.requested()) return cancelled();
    const placement::LoadOptions options{.pool = &workshop->pool(), .topology = &workshop->topology()};
    loaded->expert_bytes_ = measure::traffic_of(spec, inventory).expert_bytes;
    ENGINE_ASSIGN(auto weights, placement::load_weights(file, std::move(inventory), options, progress, stop));
    loaded->memory_.set_touched(weights->copied_bytes());
    ENGINE_ASSIGN(auto decoder,
                  runtime::Decoder::create(std::move(spec), std::move(weights), *loaded->exec_));
    loaded->count_experts(*decoder);
    loaded->speaker_ = std::make_shared<generation::Speaker>();
    loaded->speaker_->tokenizer = loaded->vocabulary_->tokenizer;
    loaded->speaker_->chat_template = loaded->vocabulary_->chat_template;
    loaded->speaker_->template_error = loaded->vocabulary_->template_error;
    loaded->speaker_->decoder = std::move(decoder);
    if (stop.requested()) return cancelled();
    return std::shared_ptr<Model>(std::move(loaded));
}

std::string LoadedModel::placement() const {
    const MachineSummary machine = workshop_->summary();
    return "all " + std::to_string(speaker_->decoder->spec().layers.size()) + " layers on CPU (" +
           machine.isa + ", " + std::to_string(machine.threads) +
           (machine.threads == 1 ? " thread" : " threads") +
           (machine.nodes > 1 ? ", " + std::to_string(machine.nodes) + " memory nodes)" : ")");
}

LoadFacts LoadedModel::load_facts() const {
    const KvPrecision kv =
        kv_precision_.value_or(runtime::default_kv_precision(speaker_->decoder->weights()));
    return {workshop_->summary().isa, workshop_->threads(), std::string(to_string(kv)), quantize_};
}

void LoadedModel::count_experts(runtime::Decoder& decoder) {
    if (decoder.spec().experts() == 0) return;
    std::vector<int64_t> experts;
    for (const model::LayerSpec& layer : decoder.spec().layers) {
        const auto* moe = std::get_if<model::MoeSpec>(&layer.feed_forward);
        experts.push_back(moe != nullptr ? moe->experts : 0);
    }
    calls_ = std::make_shared<runtime::ExpertCounter>(experts);
    decoder.set_routing_observer(
        [calls = calls_](int32_t layer, std::span<const int32_t> chosen) { calls->add(layer, chosen); });
}

std::vector<ExpertLayer> LoadedModel::expert_layers() const {
    std::vector<ExpertLayer> layers;
    for (size_t l = 0; calls_ != nullptr && l < expert_bytes_.size(); ++l) {
        ExpertLayer layer{
            static_cast<int64_t>(l), expert_bytes_[l], {}, calls_->calls(static_cast<int64_t>(l))};
        if (layer.calls.empty()) continue;
        layer.tiers.assign(layer.calls.size(), ExpertTier::memory);
        layers.push_back(std::move(layer));
    }
    return layers;
}

Result<std::unique_ptr<Session>> LoadedModel::start_session() {
    ENGINE_ASSIGN(placement::Ledger::Entry memory, reserve_session());
    ENGINE_ASSIGN(auto session, generation::Session::create(speaker_, context_, kv_precision_));
    return std::unique_ptr<Session>(
        std::make_unique<ModelSession>(shared_from_this(), std::move(session), std::move(memory)));
}

Result<void> LoadedModel::logits(std::span<const int32_t> ids, const LogitsSink& sink,
                                 const StopToken& stop) {
    const std::lock_guard lock(speaker_->decoder_mutex);
    runtime::Decoder& decoder = *speaker_->decoder;
    // F32 whatever the weights are, unless asked for otherwise: these numbers are for measuring and
    // comparing.
    ENGINE_ASSIGN(
        runtime::KvCache cache,
        runtime::KvCache::create(decoder.spec(), std::max<int64_t>(static_cast<int64_t>(ids.size()), 1),
                                 kv_precision_.value_or(KvPrecision::f32)));
    const auto on_rows = [&](int64_t, std::span<const float> rows) {
        return sink(rows, decoder.spec().vocabulary);
    };
    return decoder.forward(ids, cache, runtime::LogitsFor::all, on_rows, stop);
}

Result<PerplexityReport> LoadedModel::perplexity(std::string_view text, int64_t window,
                                                 const Progress& progress, const StopToken& stop) {
    const std::vector<int32_t> ids = vocabulary_->tokenize(text, true);
    const auto total = static_cast<int64_t>(ids.size());
    if (window <= 0)
        window = std::min(summary_.context > 0 ? summary_.context : kDefaultWindow, kDefaultWindow);
    if (window < 2 || total < 2) {
        return Error{ErrorCode::invalid_argument,
                     "perplexity needs at least two tokens: one to read and one to predict",
                     "Give a longer text or a larger window."};
    }
    PerplexityReport report;
    double sum = 0;
    for (int64_t begin = 0; begin + 1 < total; begin += window) {
        const std::span<const int32_t> part = std::span(ids).subspan(
            static_cast<size_t>(begin), static_cast<size_t>(std::min(window, total - begin)));
        size_t next = 1; // the token that the next row predicts
        ENGINE_TRY(logits(
            part,
            [&](std::span<const float> rows, int64_t columns) -> Result<void> {
                for (; !rows.empty() && next < part.size();
                     rows = rows.subspan(static_cast<size_t>(columns))) {
                    sum += negative_log_likelihood(rows.first(static_cast<size_t>(columns)), part[next++]);
                    ++report.predicted_tokens;
                }
                return {};
            },
            stop));
        ++report.windows;
        if (progress) progress(std::min(begin + window, total), total);
    }
    report.mean_negative_log_likelihood = sum / static_cast<double>(report.predicted_tokens);
    report.perplexity = std::exp(report.mean_negative_log_likelihood);
    return report;
}

} // namespace engine::api
