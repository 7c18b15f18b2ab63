// Prompt: from the messages of a turn to the token ids that the model reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/generation/turn.h"
#include "engine/text/chat_template.h"
#include "engine/text/tokenizer.h"

namespace engine::generation {

struct Prompt {
    std::vector<int32_t> ids;
    std::string text;               // as rendered: its end tells whether the reply begins inside the thinking
    std::vector<std::string> stops; // that come with the way of prompting, beside the turn's own
    int64_t dropped_messages = 0;   // left out by Overflow::drop_oldest
};

// `context`: tokens that prompt and reply may use together. `chat_template` may be nullptr (the file has
// none). `now`, `utc_offset`: seconds, for templates that write the date. Errors: context_full (says how many
// tokens are too many), not_found (no template), bad_template, invalid_argument.
Result<Prompt> build_prompt(const Turn& turn, const text::Tokenizer& tokenizer,
                            const text::ChatTemplate* chat_template, int64_t context, int64_t now,
                            int32_t utc_offset);

} // namespace engine::generation
