// The words of one turn: what is asked (Turn), what comes back (Reply) and what is told on the way
// (TokenEvent). Plain values over std types and base, so that api can hand them up as they are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/stop.h"

namespace engine::generation {

struct Message {
    std::string role; // "system", "user", "assistant", "tool"
    std::string content;
    std::string
        reasoning; // an assistant's thinking, for templates reasoning_content and thinking; may be empty
    std::string extra_json; // "" or an object whose members are added to the message (tool_calls, name, ...)
};

struct Sampling {
    bool greedy = false;      // overrides all but the penalties and the bias
    uint64_t seed = 0;        // the same seed, prompt and settings give the same reply
    double temperature = 0.8; // 0 is greedy
    int32_t top_k = 40;       // 0: off
    double top_p = 0.95;      // 1: off
    double min_p = 0.05;      // 0: off
    double typical_p = 1.0;   // 1: off
    double xtc_probability = 0.0, xtc_threshold = 0.1;
    double repetition_penalty = 1.0; // 1: off
    double frequency_penalty = 0.0, presence_penalty = 0.0;
    int32_t penalty_window = 64; // last tokens that the penalties look at; -1: all
    double dry_multiplier = 0.0; // 0: off
    double dry_base = 1.75;
    int32_t dry_allowed_length = 2;
    int32_t dry_window = -1;
    std::vector<std::pair<int32_t, double>> logit_bias; // token id, added to its logit
};

// What to do when prompt + reply do not fit the context.
enum class Overflow {
    stop,        // a prompt that is too long is an error; a reply ends with StopReason::context_full
    drop_oldest, // leave out the oldest turns (never the system prompt, never the last user turn) and say how
                 // many
};

enum class TemplateChoice {
    model, // the file's own; an error when it has none or it cannot be rendered
    plain, // "User: ...\nAssistant: ...": works with every model, the person's choice
};

// One request for a reply: the whole conversation so far. The session finds out by itself how much of it its
// KV cache already holds.
struct Turn {
    std::vector<Message> messages;
    std::string
        raw_prompt; // when not empty: this text is the prompt, no template, BOS as the vocabulary says
    bool continue_last = false; // the last message is an unfinished assistant's: go on writing it
    TemplateChoice chat_template = TemplateChoice::model;
    std::string tools_json;
    std::map<std::string, std::string> template_variables; // name -> JSON, e.g. enable_thinking -> false
    Sampling sampling;
    int64_t max_tokens = -1; // -1: until the model ends or the context is full
    std::vector<std::string> stop;
    Overflow overflow = Overflow::stop;
};

enum class StopReason { end_of_turn, stop_string, max_tokens, context_full, cancelled };
const char* to_string(StopReason reason); // "end", "stop", "length", "context", "cancelled"

struct ReplyMetrics {
    int64_t prompt_tokens = 0;
    int64_t cached_tokens = 0; // of them, found in the KV cache
    int64_t generated_tokens = 0;
    int64_t reasoning_tokens = 0;   // of the generated
    double prompt_seconds = 0;      // reading the tokens that were not cached
    double generate_seconds = 0;    // from the first generated token to the last
    double first_token_seconds = 0; // from the call to the first piece
    int64_t context_used = 0, context_size = 0;
    int64_t dropped_messages = 0; // by Overflow::drop_oldest

    std::optional<double> prompt_tokens_per_s() const;   // nullopt for nothing read or no time passed
    std::optional<double> generate_tokens_per_s() const; // from the second token on
};

// Sent on the thread that called respond().
struct TokenEvent {
    enum class Kind {
        prompt_progress, // done of total prompt tokens are in the cache
        text,            // whole characters of the answer
        reasoning,       // whole characters of the thinking before it
    };
    Kind kind = Kind::text;
    std::string text;
    int64_t done = 0, total = 0;
    int64_t generated_tokens = 0; // so far
};
using EventSink = std::function<void(const TokenEvent&)>;

struct Reply {
    std::string text;      // without the stop string or end token
    std::string reasoning; // without its markers
    StopReason stop_reason = StopReason::end_of_turn;
    ReplyMetrics metrics;
    uint64_t logits_hash = 0; // FNV-1a over the bits of the last logits: a fingerprint of the arithmetic
};

} // namespace engine::generation
