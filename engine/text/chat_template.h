// ChatTemplate: the Jinja text that turns a list of messages into a prompt.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

// Everything a template can see. JSON as text: parsed with insertion order kept, depth limited.
struct TemplateInput {
    std::string messages_json = "[]"; // [{"role", "content", ...}]
    std::string tools_json;           // empty: `tools` is none
    std::string bos_token, eos_token; // trusted text
    bool add_generation_prompt = false;
    std::map<std::string, std::string> variables; // name -> JSON; overrides everything above
    int64_t now_unix_seconds = 0;                 // what strftime_now() shows, with the next
    int32_t utc_offset_seconds = 0;
};

// The prompt with the origin of every byte: text that came out of messages, tools or variables is not
// trusted, literals of the template and bos / eos are. A message's role is trusted when it is one of the
// words that all programs use ("user", ...): some templates build their markers from it.
struct RenderedPrompt {
    std::string text;
    struct Stretch {
        size_t begin = 0, end = 0; // byte range of text
        bool trusted = false;
    };
    std::vector<Stretch> stretches; // in order, without gaps
    std::vector<Stretch> assistant; // inside {% generation %} blocks (trusted has no meaning here)

    std::vector<Span> spans() const; // for Tokenizer::encode; views into `text`
};

struct TemplateLimits {
    int64_t steps = 5'000'000;        // evaluated nodes
    int64_t output_bytes = 64 << 20;  // and the size of any one string on the way
    int32_t depth = 200;              // nesting of calls and of values
    int64_t memory_bytes = 256 << 20; // of all values alive at once
};

// Immutable after parsing; render() may be called from any thread.
class ChatTemplate {
 public:
    // Errors: bad_template with "line N: reason".
    static Result<ChatTemplate> parse(std::string_view source);
    // Errors: bad_template with "line N: reason" (also raise_exception and limits), invalid_argument (JSON).
    Result<RenderedPrompt> render(const TemplateInput& input, const TemplateLimits& limits = {}) const;

    ~ChatTemplate();
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;

 private:
    ChatTemplate();
    struct Program;
    std::unique_ptr<const Program> program_;
};

} // namespace engine::text
