// Rendering, tokenising and fitting of prompts.
#include "engine/generation/prompt.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/text/plain_template.h"

namespace engine::generation {

namespace {

using Json = nlohmann::ordered_json; // a handful of members per message: its slow lookup does not matter

// As Hugging Face's apply_chat_template hands messages to a template (transformers 5.24): what is null is
// left out, and thinking has the name that most templates read and the one that gpt-oss's reads.
Result<Json> to_json(const Message& message) {
    Json json;
    if (!message.reasoning.empty()) json["thinking"] = message.reasoning;
    json["role"] = message.role;
    json["content"] = message.content;
    if (!message.reasoning.empty()) json["reasoning_content"] = message.reasoning;
    if (message.extra_json.empty()) return json;
    const Json extra = Json::parse(message.extra_json, nullptr, /*allow_exceptions=*/false);
    if (!extra.is_object()) {
        return Error{ErrorCode::invalid_argument,
                     "the extra members of a " + message.role + " message are not a JSON object", ""};
    }
    for (const auto& [key, value] : extra.items())
        if (!value.is_null()) json[key] = value;
    return json;
}

Result<std::string> to_json(const std::vector<Message>& messages) {
    Json list = Json::array();
    for (const Message& message : messages) {
        ENGINE_ASSIGN(Json json, to_json(message));
        list.push_back(std::move(json));
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What an unfinished assistant message has said so far, as the model would have written it after `prompt`.
std::string unfinished_text(const Message& message, std::string_view prompt) {
    if (message.reasoning.empty()) return message.content;
    const size_t end = prompt.find_last_not_of(" \t\r\n");
    const bool open = end != std::string_view::npos && prompt.substr(0, end + 1).ends_with("<think>");
    std::string text = (open ? "" : "<think>\n") + message.reasoning;
    if (!message.content.empty()) text += "\n</think>\n\n" + message.content;
    return text;
}

class PromptBuilder {
 public:
    PromptBuilder(const Turn& turn, const text::Tokenizer& tokenizer, const text::ChatTemplate* chat_template,
                  int64_t now, int32_t utc_offset)
        : turn_(turn),
          tokenizer_(tokenizer),
          chat_template_(chat_template),
          now_(now),
          utc_offset_(utc_offset) {}

    Result<Prompt> raw() const {
        Prompt prompt;
        prompt.text = turn_.raw_prompt;
        prompt.ids = tokenizer_.encode(turn_.raw_prompt, {});
        return prompt;
    }

    Result<Prompt> from(std::vector<Message> messages) const {
        std::optional<Message> unfinished;
        if (turn_.continue_last && !messages.empty() && messages.back().role == "assistant") {
            unfinished = std::move(messages.back());
            messages.pop_back();
        }
        Prompt prompt;
        ENGINE_ASSIGN(text::RenderedPrompt rendered, render(messages, prompt.stops));
        if (unfinished) {
            const size_t begin = rendered.text.size();
            rendered.text += unfinished_text(*unfinished, rendered.text);
            rendered.stretches.push_back({begin, rendered.text.size(), false});
        }
        prompt.ids = tokenizer_.encode(rendered.spans());
        // Most templates write BOS themselves; a vocabulary that wants one gets it exactly once.
        const int32_t bos = tokenizer_.bos();
        if (tokenizer_.adds_bos() && bos >= 0 && (prompt.ids.empty() || prompt.ids.front() != bos)) {
            prompt.ids.insert(prompt.ids.begin(), bos);
        }
        prompt.text = std::move(rendered.text);
        return prompt;
    }

 private:
    Result<text::RenderedPrompt> render(const std::vector<Message>& messages,
                                        std::vector<std::string>& stops) const {
        if (turn_.chat_template == TemplateChoice::plain) {
            std::vector<text::PlainMessage> lines;
            for (const Message& message : messages)
                lines.push_back({message.role, message.content});
            text::PlainPrompt plain = text::render_plain_template(lines);
            stops = std::move(plain.stops);
            return std::move(plain.prompt);
        }
        if (chat_template_ == nullptr) {
            return Error{ErrorCode::not_found, "this model's file has no chat template",
                         "Choose the plain template, or a file of this model that was made for chatting."};
        }
        text::TemplateInput input;
        ENGINE_ASSIGN(input.messages_json, to_json(messages));
        input.tools_json = turn_.tools_json;
        if (tokenizer_.bos() >= 0) input.bos_token = tokenizer_.token(tokenizer_.bos());
        if (tokenizer_.eos() >= 0) input.eos_token = tokenizer_.token(tokenizer_.eos());
        input.add_generation_prompt = true;
        input.variables = turn_.template_variables;
        input.now_unix_seconds = now_;
        input.utc_offset_seconds = utc_offset_;
        return chat_template_->render(input);
    }

    const Turn& turn_;
    const text::Tokenizer& tokenizer_;
    const text::ChatTemplate* chat_template_;
    int64_t now_;
    int32_t utc_offset_;
};

bool is_system(const Message& message) {
    return message.role == "system" || message.role == "developer";
}

// Removes the oldest turn: a user message and all that answers it. False when only the system prompt and the
// last user message (with what follows it) are left.
bool drop_oldest_turn(std::vector<Message>& messages, int64_t& dropped) {
    const auto is_user = [](const Message& message) { return message.role == "user"; };
    const auto first = std::find_if_not(messages.begin(), messages.end(), is_system);
    if (first == messages.end()) return false;
    const auto next = std::find_if(first + 1, messages.end(), is_user);
    if (next == messages.end()) return false;
    dropped += next - first;
    messages.erase(first, next);
    return true;
}

Error does_not_fit(int64_t needed, int64_t context) {
    return {ErrorCode::context_full,
            "the conversation is " + std::to_string(needed) + " tokens long, but the context holds " +
                std::to_string(context),
            "Load the model with a larger context, let the oldest turns be left out, or start a new chat."};
}

} // namespace

Result<Prompt> build_prompt(const Turn& turn, const text::Tokenizer& tokenizer,
                            const text::ChatTemplate* chat_template, int64_t context, int64_t now,
                            int32_t utc_offset) {
    const PromptBuilder builder(turn, tokenizer, chat_template, now, utc_offset);
    std::vector<Message> messages = turn.messages;
    // Dropping makes room for a reply too: what was asked for, at most a quarter of the context.
    const bool drop = turn.overflow == Overflow::drop_oldest && turn.raw_prompt.empty();
    int64_t room = 1;
    if (drop)
        room = std::clamp(turn.max_tokens < 0 ? context / 4 : turn.max_tokens, int64_t{1},
                          std::max<int64_t>(context / 4, 1));
    int64_t dropped = 0;
    while (true) {
        ENGINE_ASSIGN(Prompt prompt, turn.raw_prompt.empty() ? builder.from(messages) : builder.raw());
        const auto needed = static_cast<int64_t>(prompt.ids.size());
        if (needed == 0) {
            return Error{ErrorCode::invalid_argument, "the prompt is empty: there is nothing to answer",
                         "Write a message first."};
        }
        const bool fits = needed + room <= context;
        if (!fits && drop && drop_oldest_turn(messages, dropped)) continue;
        if (needed + 1 > context) return does_not_fit(needed, context);
        prompt.dropped_messages = dropped;
        return prompt;
    }
}

} // namespace engine::generation
