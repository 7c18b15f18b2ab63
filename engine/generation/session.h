// Session: one conversation with a model: its KV cache, and the loop that reads a prompt and writes a reply.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/base/result.h"
#include "engine/generation/prompt.h"
#include "engine/generation/turn.h"
#include "engine/runtime/decoder.h"
#include "engine/runtime/kv_cache.h"
#include "engine/text/chat_template.h"
#include "engine/text/tokenizer.h"

namespace engine::generation {

// What sessions of one model share. The decoder serves one forward() at a time; sessions take turns by the
// mutex, a micro-batch at most each, so that a long prompt of one cannot hold up another's cancel.
struct Speaker {
    std::shared_ptr<const text::Tokenizer> tokenizer;
    std::shared_ptr<const text::ChatTemplate>
        chat_template;          // nullptr: the file has none, or `template_error` says why
    std::string template_error; // "" or why the file's template cannot be parsed
    std::unique_ptr<runtime::Decoder> decoder;
    std::mutex decoder_mutex;
};

class Session {
 public:
    static Result<std::unique_ptr<Session>> create(std::shared_ptr<Speaker> speaker, int64_t context,
                                                   std::optional<runtime::KvPrecision> precision = {});

    // See api::Session::respond.
    Result<Reply> respond(const Turn& turn, const EventSink& sink, const StopToken& stop);
    int64_t context_size() const { return cache_.capacity(); }
    int64_t cache_bytes() const { return cache_.bytes(); } // held now

 private:
    Session(std::shared_ptr<Speaker> speaker, runtime::KvCache cache);

    Result<void> forward(std::span<const int32_t> tokens, runtime::LogitsFor logits_for,
                         const StopToken& stop, const Progress& progress);
    Result<void> read_prompt(const Prompt& prompt, const EventSink& sink, const StopToken& stop,
                             ReplyMetrics& metrics);
    Result<void> write_reply(const Turn& turn, const Prompt& prompt, const EventSink& sink,
                             const StopToken& stop, double started, Reply& reply);
    const std::vector<uint8_t>& dry_breaks();

    std::shared_ptr<Speaker> speaker_;
    runtime::KvCache cache_;
    std::vector<int32_t> held_; // the tokens whose keys and values are in the cache
    std::vector<float> logits_; // of the last token read
    std::vector<uint8_t> dry_breaks_;
};

} // namespace engine::generation
