// Reading prompts and writing replies.
#include "engine/generation/session.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "engine/generation/logits_hash.h"
#include "engine/generation/reasoning_splitter.h"
#include "engine/generation/sampling/sampler.h"
#include "engine/generation/stop_matcher.h"
#include "engine/platform/local_time.h"
#include "engine/text/stream_decoder.h"

namespace engine::generation {

namespace {

double seconds_now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// Tokens -> whole characters -> without stop strings -> thinking and answer -> reply and sink.
class Writer {
 public:
    Writer(const text::Tokenizer& tokenizer, const Turn& turn, const Prompt& prompt, const EventSink& sink,
           Reply& reply)
        : decoder_(tokenizer, /*render_control=*/false),
          stops_(stops_of(turn, prompt)),
          splitter_(prompt.text),
          sink_(sink),
          reply_(reply) {}

    void push(int32_t id) {
        ++reply_.metrics.generated_tokens;
        if (splitter_.reasoning_now()) ++reply_.metrics.reasoning_tokens;
        send(splitter_.push(stops_.push(decoder_.push(id))));
    }

    void finish() {
        std::string rest = stops_.push(decoder_.finish());
        if (!stops_.stopped()) rest += stops_.finish();
        ReasoningSplitter::Piece piece = splitter_.push(rest);
        const ReasoningSplitter::Piece last = splitter_.finish();
        piece.reasoning += last.reasoning;
        piece.answer += last.answer;
        send(piece);
    }

    bool stopped() const { return stops_.stopped(); }

 private:
    static std::vector<std::string> stops_of(const Turn& turn, const Prompt& prompt) {
        std::vector<std::string> stops = turn.stop;
        stops.insert(stops.end(), prompt.stops.begin(), prompt.stops.end());
        return stops;
    }

    void send(const ReasoningSplitter::Piece& piece) {
        reply_.reasoning += piece.reasoning;
        reply_.text += piece.answer;
        send(TokenEvent::Kind::reasoning, piece.reasoning);
        send(TokenEvent::Kind::text, piece.answer);
    }

    void send(TokenEvent::Kind kind, const std::string& text) {
        if (text.empty() || !sink_) return;
        TokenEvent event;
        event.kind = kind;
        event.text = text;
        event.generated_tokens = reply_.metrics.generated_tokens;
        sink_(event);
    }

    text::StreamDecoder decoder_;
    StopMatcher stops_;
    ReasoningSplitter splitter_;
    const EventSink& sink_;
    Reply& reply_;
};

} // namespace

Session::Session(std::shared_ptr<Speaker> speaker, runtime::KvCache cache)
    : speaker_(std::move(speaker)), cache_(std::move(cache)) {}

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<Speaker> speaker, int64_t context,
                                                 std::optional<runtime::KvPrecision> precision) {
    ENGINE_ASSIGN(runtime::KvCache cache,
                  runtime::KvCache::create(
                      speaker->decoder->spec(), context,
                      precision.value_or(runtime::default_kv_precision(speaker->decoder->weights()))));
    return std::unique_ptr<Session>(new Session(std::move(speaker), std::move(cache)));
}

Result<Reply> Session::respond(const Turn& turn, const EventSink& sink, const StopToken& stop) {
    const double started = seconds_now();
    ENGINE_TRY(check_sampling(turn.sampling));
    if (turn.raw_prompt.empty() && turn.chat_template == TemplateChoice::model &&
        !speaker_->template_error.empty()) {
        return Error{ErrorCode::bad_template, speaker_->template_error,
                     "Choose the plain template for this model."};
    }
    const std::time_t now = std::time(nullptr);
    ENGINE_ASSIGN(const Prompt prompt,
                  build_prompt(turn, *speaker_->tokenizer, speaker_->chat_template.get(), context_size(),
                               static_cast<int64_t>(now), platform::utc_offset_seconds(now)));
    Reply reply;
    reply.metrics.context_size = context_size();
    reply.metrics.dropped_messages = prompt.dropped_messages;

    Result<void> done = read_prompt(prompt, sink, stop, reply.metrics);
    if (done.ok()) done = write_reply(turn, prompt, sink, stop, started, reply);
    reply.metrics.context_used = cache_.length();
    if (!done.ok()) {
        if (done.error().code != ErrorCode::cancelled) return std::move(done).error();
        reply.stop_reason = StopReason::cancelled;
    }
    reply.logits_hash = logits_hash(logits_);
    return reply;
}

Result<void> Session::forward(std::span<const int32_t> tokens, runtime::LogitsFor logits_for,
                              const StopToken& stop, const Progress& progress) {
    const int64_t before = cache_.length();
    const std::lock_guard lock(speaker_->decoder_mutex);
    Result<void> done = speaker_->decoder->forward(tokens, cache_, logits_for, logits_, stop, progress);
    const auto read = static_cast<size_t>(cache_.length() - before); // fewer than tokens.size() after a stop
    held_.insert(held_.end(), tokens.begin(), tokens.begin() + static_cast<int64_t>(read));
    return done;
}

Result<void> Session::read_prompt(const Prompt& prompt, const EventSink& sink, const StopToken& stop,
                                  ReplyMetrics& metrics) {
    const std::span<const int32_t> ids = prompt.ids;
    const auto total = static_cast<int64_t>(ids.size());
    const auto same = std::mismatch(held_.begin(), held_.end(), ids.begin(), ids.end()).first - held_.begin();
    const int64_t cached =
        std::min<int64_t>(same, total - 1); // the last token is read again: its logits are needed
    cache_.truncate(cached);
    held_.resize(static_cast<size_t>(cached));
    metrics.prompt_tokens = total;
    metrics.cached_tokens = cached;

    const auto tell = [&](int64_t done) {
        if (!sink) return;
        TokenEvent event;
        event.kind = TokenEvent::Kind::prompt_progress;
        event.done = done;
        event.total = total;
        sink(event);
    };
    tell(cached);
    const double started = seconds_now();
    // In one call: a rope that depends on the length needs the whole of it.
    ENGINE_TRY(forward(ids.subspan(static_cast<size_t>(cached)), runtime::LogitsFor::last, stop,
                       [&](int64_t done, int64_t) { tell(cached + done); }));
    metrics.prompt_seconds = seconds_now() - started;
    return {};
}

Result<void> Session::write_reply(const Turn& turn, const Prompt& prompt, const EventSink& sink,
                                  const StopToken& stop, double started, Reply& reply) {
    Writer writer(*speaker_->tokenizer, turn, prompt, sink, reply);
    Sampler sampler(turn.sampling, turn.sampling.dry_multiplier > 0 ? dry_breaks() : std::vector<uint8_t>{},
                    prompt.ids);
    ReplyMetrics& metrics = reply.metrics;
    double first = 0;
    Result<void> done;
    std::vector<float> scratch;
    while (true) {
        if (turn.max_tokens >= 0 && metrics.generated_tokens >= turn.max_tokens) {
            reply.stop_reason = StopReason::max_tokens;
            break;
        }
        if (stop.requested()) {
            reply.stop_reason = StopReason::cancelled;
            break;
        }
        scratch = logits_; // the sampler works in place; logits_ stay as the model gave them, for the hash
        const int32_t id = sampler.sample(scratch);
        if (id < 0) {
            done = Error{ErrorCode::internal, "the model's output is not a number",
                         "The file may be damaged, or its number format loses too much for this model."};
            break;
        }
        if (speaker_->tokenizer->ends_generation(id)) {
            reply.stop_reason = StopReason::end_of_turn;
            break;
        }
        sampler.accept(id);
        writer.push(id);
        if (metrics.generated_tokens == 1) {
            first = seconds_now();
            metrics.first_token_seconds = first - started;
        } else {
            metrics.generate_seconds = seconds_now() - first;
        }
        if (writer.stopped()) {
            reply.stop_reason = StopReason::stop_string;
            break;
        }
        if (cache_.length() >= cache_.capacity()) {
            reply.stop_reason = StopReason::context_full;
            break;
        }
        if (turn.max_tokens >= 0 && metrics.generated_tokens >= turn.max_tokens)
            continue; // its logits are not needed
        done = forward(std::span(&id, 1), runtime::LogitsFor::last, stop, {});
        if (!done.ok()) break;
    }
    writer.finish();
    return done;
}

// Sequences that DRY compares do not go across these characters, so that lists and dialogue may keep their
// form.
const std::vector<uint8_t>& Session::dry_breaks() {
    const text::Tokenizer& tokenizer = *speaker_->tokenizer;
    if (dry_breaks_.empty()) {
        dry_breaks_.resize(static_cast<size_t>(tokenizer.size()));
        for (int32_t id = 0; id < tokenizer.size(); ++id) {
            const bool breaks = tokenizer.kind(id) == text::TokenKind::control ||
                                tokenizer.piece(id, true).find_first_of("\n:\"*") != std::string::npos;
            dry_breaks_[static_cast<size_t>(id)] = breaks ? 1 : 0;
        }
    }
    return dry_breaks_;
}

} // namespace engine::generation
