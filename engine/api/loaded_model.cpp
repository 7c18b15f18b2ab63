// Loading a model, and what can be asked of it.
#include "engine/api/loaded_model.h"

#include <algorithm>
#include <cmath>

#include "engine/api/inspect.h"
#include "engine/model/registry.h"
#include "engine/placement/weights.h"
#include "engine/platform/machine.h"

namespace engine::api {

namespace {

constexpr int64_t kDefaultContext = 8192;
constexpr int64_t kDefaultWindow = 2048;

class ModelSession final : public Session {
 public:
    ModelSession(std::shared_ptr<const void> model, std::unique_ptr<generation::Session> session)
        : model_(std::move(model)), session_(std::move(session)) {}

    Result<Reply> respond(const Turn& turn, const EventSink& sink, const StopToken& stop) override {
        return session_->respond(turn, sink, stop);
    }
    int64_t context_size() const override { return session_->context_size(); }

 private:
    std::shared_ptr<const void> model_; // lives at least as long as its sessions
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

} // namespace

Result<std::shared_ptr<Model>> LoadedModel::load(std::shared_ptr<Workshop> workshop,
                                                 const LoadRequest& request, const Progress& progress,
                                                 const StopToken& stop) {
    ENGINE_ASSIGN(formats::ModelFile opened, formats::open_model_file(request.path));
    const auto file = std::make_shared<const formats::ModelFile>(std::move(opened));
    ENGINE_ASSIGN(model::ModelSpec spec, model::read_spec(*file));
    ENGINE_ASSIGN(model::Inventory inventory, model::take_inventory(spec, *file));
    // From here on the constructor is private, so make_shared cannot be used.
    auto loaded = std::shared_ptr<LoadedModel>(new LoadedModel);
    ENGINE_ASSIGN(loaded->vocabulary_, FileVocabulary::open(*file));
    const int64_t words = loaded->vocabulary_->tokenizer->size();
    if (words > spec.vocabulary) {
        return Error{ErrorCode::bad_file,
                     "the tokenizer has " + std::to_string(words) + " tokens, but the embedding only " +
                         std::to_string(spec.vocabulary) + " rows",
                     "Tokenizer and weights do not belong together; fetch the model again."};
    }
    loaded->summary_ = summarise(*file, loaded->vocabulary_->tokenizer.get());
    loaded->context_ = request.context > 0 ? request.context
                       : spec.context > 0  ? std::min(spec.context, kDefaultContext)
                                           : kDefaultContext;
    loaded->kv_precision_ = request.kv_precision;
    loaded->workshop_ = workshop;
    loaded->exec_ = workshop->exec_context();
    // Looked at now: what was free when the engine was made may be in use.
    const placement::LoadOptions options{.memory_limit = platform::detect_machine().available_bytes,
                                         .pool = &workshop->pool(),
                                         .topology = &workshop->topology()};
    ENGINE_ASSIGN(auto weights, placement::load_weights(file, std::move(inventory), options, progress, stop));
    ENGINE_ASSIGN(auto decoder,
                  runtime::Decoder::create(std::move(spec), std::move(weights), *loaded->exec_));
    loaded->speaker_ = std::make_shared<generation::Speaker>();
    loaded->speaker_->tokenizer = loaded->vocabulary_->tokenizer;
    loaded->speaker_->chat_template = loaded->vocabulary_->chat_template;
    loaded->speaker_->template_error = loaded->vocabulary_->template_error;
    loaded->speaker_->decoder = std::move(decoder);
    if (stop.requested()) return Error{ErrorCode::cancelled, "loading was cancelled", ""};
    return std::shared_ptr<Model>(std::move(loaded));
}

std::string LoadedModel::placement() const {
    const MachineSummary machine = workshop_->summary();
    return "all " + std::to_string(speaker_->decoder->spec().layers.size()) + " layers on CPU (" +
           machine.isa + ", " + std::to_string(machine.threads) +
           (machine.threads == 1 ? " thread" : " threads") +
           (machine.nodes > 1 ? ", " + std::to_string(machine.nodes) + " memory nodes)" : ")");
}

Result<std::unique_ptr<Session>> LoadedModel::start_session() {
    ENGINE_ASSIGN(auto session, generation::Session::create(speaker_, context_, kv_precision_));
    return std::unique_ptr<Session>(std::make_unique<ModelSession>(shared_from_this(), std::move(session)));
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
