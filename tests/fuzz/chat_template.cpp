// Fuzzes chat templates: a template and, behind a line of "---", the messages as JSON and the tools. Any
// bytes give a prompt whose stretches cover it, or an error with words, within small limits.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/text/chat_template.h"
#include "engine/text/utf8.h"

using namespace engine::text;

namespace {

void require(bool condition) {
    if (!condition) __builtin_trap();
}

std::string_view take_part(std::string_view& rest) {
    constexpr std::string_view kLine = "\n---\n";
    const size_t end = rest.find(kLine);
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + kLine.size());
    return part;
}

void check(const RenderedPrompt& prompt) {
    require(is_utf8(prompt.text));
    size_t end = 0;
    for (const auto& stretch : prompt.stretches) {
        require(stretch.begin == end && stretch.end > stretch.begin);
        end = stretch.end;
    }
    require(end == prompt.text.size());
    end = 0;
    for (const auto& stretch : prompt.assistant) {
        require(stretch.begin >= end && stretch.end > stretch.begin);
        end = stretch.end;
    }
    require(end <= prompt.text.size());
    for (const auto& span : prompt.spans())
        require(is_utf8(span.text));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view source = take_part(rest);
    const auto parsed = ChatTemplate::parse(source);
    if (!parsed.ok()) {
        require(parsed.error().message.starts_with("line ") && is_utf8(parsed.error().message));
        return 0;
    }
    TemplateInput input;
    if (const auto messages = take_part(rest); !messages.empty()) input.messages_json = messages;
    input.tools_json = take_part(rest);
    input.bos_token = "<s>";
    input.eos_token = "</s>";
    input.add_generation_prompt = size % 2 == 0;
    input.variables["d"] = R"({"a": 1, "b": [1.5, null, true], "c": "é"})";
    input.now_unix_seconds = 1732812345;
    TemplateLimits limits;
    limits.steps = 20'000;
    limits.output_bytes = 1 << 18;
    limits.memory_bytes = 8 << 20;
    const auto prompt = parsed->render(input, limits);
    if (prompt.ok())
        check(*prompt);
    else
        require(!prompt.error().message.empty() && is_utf8(prompt.error().message));
    return 0;
}
