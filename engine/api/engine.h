// The only staircase up: Engine opens models, Model answers questions about one, Session holds a
// conversation's KV cache.
//
// Threads: every call blocks its caller, so callers use worker threads. An Engine and a Model may be used
// from several threads at once; a Session from one at a time. Work of several sessions is done one after the
// other.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "engine/api/types.h"

namespace engine::api {

// Tokenizer and chat template of a file; vocabulary-only files serve.
class Vocabulary {
 public:
    virtual ~Vocabulary() = default;
    // `with_special`: BOS / EOS as the file says and control tokens in the text parsed; otherwise neither.
    virtual std::vector<int32_t> tokenize(std::string_view bytes, bool with_special) const = 0;
    virtual std::string detokenize(std::span<const int32_t> ids) const = 0;
    virtual int64_t count_tokens(std::string_view text) const = 0; // plain text, nothing added
    // The model's own template. Errors: not_found (no template), bad_template (line and reason),
    // invalid_argument.
    virtual Result<std::string> render_template(const TemplateRequest& request) const = 0;
};

class Session {
 public:
    virtual ~Session() = default;
    // Writes one reply. Pieces go to `sink` as they come; `stop` ends within one token (250 ms while reading
    // a prompt) and gives a Reply with StopReason::cancelled, not an Error. Errors: context_full (with how
    // much is missing), bad_template, invalid_argument. After an error the session can be used on.
    virtual Result<Reply> respond(const Turn& turn, const EventSink& sink, const StopToken& stop) = 0;
    virtual int64_t context_size() const = 0;
};

// Some rows of logits, {rows.size() / columns, columns}; the span is dead after the call.
using LogitsSink = std::function<Result<void>(std::span<const float> rows, int64_t columns)>;

class Model {
 public:
    virtual ~Model() = default;
    virtual const ModelSummary& summary() const = 0;
    virtual const Vocabulary& vocabulary() const = 0;
    virtual std::string placement()
        const = 0; // one line for people: "all 28 layers on CPU (avx512, 2 threads)"
    virtual LoadFacts load_facts() const { return {}; }
    // The layers with experts; at any time, also while somebody generates.
    virtual std::vector<ExpertLayer> expert_layers() const { return {}; }
    virtual Result<std::unique_ptr<Session>> start_session() = 0;
    // Logits of every position, handed over in order; an Error from the sink ends it and is returned.
    virtual Result<void> logits(std::span<const int32_t> ids, const LogitsSink& sink,
                                const StopToken& stop) = 0;
    // The text's tokens (BOS / EOS as the file says) in non-overlapping windows of `window` tokens (0: the
    // smaller of the model's context and 2048); mean over all tokens that are predicted inside a window.
    virtual Result<PerplexityReport> perplexity(std::string_view text, int64_t window,
                                                const Progress& progress, const StopToken& stop) = 0;
};

class Engine {
 public:
    virtual ~Engine() = default;
    virtual MachineSummary machine() const = 0;
    virtual Result<ModelSummary> inspect(const std::string& path) = 0;
    virtual Result<std::shared_ptr<const Vocabulary>> open_vocabulary(const std::string& path) = 0;
    // Progress in bytes. A stop gives back everything and returns cancelled. The Model outlives the Engine
    // safely.
    virtual Result<std::shared_ptr<Model>> load(const LoadRequest& request, const Progress& progress,
                                                const StopToken& stop) = 0;
};

// Errors: unsupported (a forced instruction set that this machine lacks).
Result<std::unique_ptr<Engine>> create_engine(const EngineOptions& options);

// Like Engine::inspect() without an engine and without building the tokenizer: milliseconds, from any thread.
Result<ModelSummary> inspect_header(const std::string& path);

// A template on its own (a .jinja file): bos_token / eos_token are empty unless set in the variables.
Result<std::string> render_template_text(std::string_view source, const TemplateRequest& request);

} // namespace engine::api
