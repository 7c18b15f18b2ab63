// End markers by their text, for files that do not name them all.
#include "engine/text/end_tokens.h"

#include <algorithm>

namespace engine::text {
namespace {

constexpr std::string_view kEndTexts[] = {
    "</s>",
    "<eos>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|eot|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|calls|>",
    "<|flush|>",
    "<end_of_turn>",
    "<turn|>",
    "<|tool_response>",
    "<end_of_utterance>",
    "<|END_OF_TURN_TOKEN|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "[e~[",
    "<\xEF\xBD\x9C"
    "end\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>", // DeepSeek's <｜end▁of▁sentence｜>
    // A base model that continues with the next file of a repository has finished this one.
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
};

} // namespace

std::vector<TokenId> find_end_tokens(const Vocabulary& vocabulary, std::vector<TokenId> named) {
    const auto marker = [&](std::string_view text) -> TokenId {
        const TokenId id = vocabulary.tokens.find(text);
        if (id < 0) return -1;
        const TokenKind kind = vocabulary.kind(id);
        return kind == TokenKind::control || kind == TokenKind::user_defined ? id : -1;
    };
    const auto is_named = [&](TokenId id) {
        return std::find(named.begin(), named.end(), id) != named.end();
    };
    // In gpt-oss's format <|end|> closes a message, and another message of the same reply follows; the reply
    // ends with <|return|> or <|call|>. The same with <|flush|> and <|calls|>.
    const bool messages_end_before_reply = (marker("<|return|>") >= 0 && marker("<|call|>") >= 0) ||
                                           (marker("<|flush|>") >= 0 && marker("<|calls|>") >= 0);
    // Where turns end with <turn|>, </s> is an HTML tag.
    const bool has_turns = marker("<|tool_response>") >= 0;
    std::vector<TokenId> ends;
    for (const std::string_view text : kEndTexts) {
        const TokenId id = marker(text);
        if (id < 0 || is_named(id)) continue;
        if (text == "<|end|>" && messages_end_before_reply) continue;
        if (text == "</s>" && has_turns) continue;
        ends.push_back(id);
    }
    for (const TokenId id : named)
        if (id >= 0 && id < vocabulary.size()) ends.push_back(id);
    return ends;
}

} // namespace engine::text
