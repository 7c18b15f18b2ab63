// Parsing and rendering chat templates: the boundary between the room's callers and the template language.
#include "engine/text/chat_template.h"

#include <algorithm>
#include <new>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/json.h"
#include "engine/text/jinja/lexer.h"
#include "engine/text/jinja/parser.h"
#include "engine/text/jinja/resolver.h"
#include "engine/text/utf8.h"

namespace engine::text {

struct ChatTemplate::Program {
    jinja::Template tree;
};

namespace {

using jinja::Fault;
using jinja::Heap;
using jinja::Value;

Error template_error(const Fault& fault, int line) {
    return {
        ErrorCode::bad_template,
        "line " + std::to_string(fault.line != 0 ? fault.line : line) + ": " + fault.reason,
        "The chat template of this model cannot be used as it is; the plain template works with any model."};
}

Error out_of_memory() {
    return {ErrorCode::out_of_memory, "there is not enough memory to render the chat template", ""};
}

// JSON that the caller passes. `name` says which.
Value read_input(Heap& heap, std::string_view json, std::string_view name) {
    try {
        return jinja::parse_json(heap, json);
    } catch (Fault& fault) {
        throw Fault{fault.kind, std::string(name) + ": " + fault.reason};
    }
}

bool is_customary_role(std::string_view role) {
    static constexpr std::string_view kRoles[] = {"assistant", "developer", "function", "ipython",
                                                  "model",     "system",    "tool",     "user"};
    return std::binary_search(std::begin(kRoles), std::end(kRoles), role);
}

// Some templates build their markers from the role ('<|' + message['role'] + '|>'): the words that every
// program uses for roles count as the template's own text, whatever else a role says does not.
Value with_trusted_roles(Heap& heap, const Value& messages) {
    if (!messages.is(jinja::Kind::list)) return messages;
    jinja::Values result;
    for (const Value& message : messages.as<jinja::Sequence>().items) {
        const Value* role = message.is(jinja::Kind::dict) ? message.as<jinja::Dict>().find("role") : nullptr;
        if (role != nullptr && role->is(jinja::Kind::text) && is_customary_role(jinja::bytes_of(*role))) {
            for (const jinja::Dict::Entry& entry : message.as<jinja::Dict>().entries()) {
                if (entry.key.is(jinja::Kind::text) && jinja::bytes_of(entry.key) == "role") {
                    message.as<jinja::Dict>().set(
                        entry.key, jinja::make_text(heap, jinja::bytes_of(*role), jinja::kTrusted));
                    break;
                }
            }
        }
        result.push_back(message);
    }
    return jinja::make_list(heap, std::move(result), true);
}

Value make_context(Heap& heap, const TemplateInput& input) {
    auto* context = heap.make<jinja::Context>(0);
    Value value(context);
    auto& variables = context->variables;
    variables["messages"] = with_trusted_roles(heap, read_input(heap, input.messages_json, "messages"));
    variables["tools"] =
        input.tools_json.empty() ? Value::none() : read_input(heap, input.tools_json, "tools");
    variables["documents"] = Value::none();
    variables["add_generation_prompt"] = Value::boolean(input.add_generation_prompt);
    for (const auto& [name, token] :
         {std::pair("bos_token", &input.bos_token), {"eos_token", &input.eos_token}}) {
        if (!is_utf8(*token)) jinja::value_error(std::string(name) + " is not valid UTF-8");
        variables[name] = jinja::make_text(heap, *token, jinja::kTrusted);
    }
    for (const auto& [name, json] : input.variables) {
        Value variable = read_input(heap, json, name);
        variables[name] = name == "messages" ? with_trusted_roles(heap, variable) : std::move(variable);
    }
    return value;
}

RenderedPrompt to_prompt(const jinja::TextBuilder& out) {
    RenderedPrompt prompt;
    prompt.text = out.bytes();
    const auto add = [](std::vector<RenderedPrompt::Stretch>& stretches, size_t begin, size_t end,
                        bool trusted) {
        if (!stretches.empty() && stretches.back().end == begin && stretches.back().trusted == trusted)
            stretches.back().end = end;
        else
            stretches.push_back({begin, end, trusted});
    };
    size_t begin = 0;
    for (const jinja::Run& run : out.runs()) {
        add(prompt.stretches, begin, run.end, (run.origin & jinja::kTrusted) != 0);
        if ((run.origin & jinja::kAssistant) != 0) add(prompt.assistant, begin, run.end, false);
        begin = run.end;
    }
    return prompt;
}

} // namespace

std::vector<Span> RenderedPrompt::spans() const {
    std::vector<Span> spans;
    for (const Stretch& stretch : stretches)
        spans.push_back(
            {std::string_view(text).substr(stretch.begin, stretch.end - stretch.begin), stretch.trusted});
    return spans;
}

ChatTemplate::ChatTemplate() = default;
ChatTemplate::~ChatTemplate() = default;
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;

Result<ChatTemplate> ChatTemplate::parse(std::string_view source) {
    try {
        auto program = std::make_unique<Program>();
        program->tree = jinja::Parser(jinja::tokenize(source)).parse();
        jinja::resolve(program->tree);
        ChatTemplate result;
        result.program_ = std::move(program);
        return result;
    } catch (const Fault& fault) {
        return template_error(fault, 1);
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

Result<RenderedPrompt> ChatTemplate::render(const TemplateInput& input, const TemplateLimits& limits) const {
    Heap heap(limits.memory_bytes, limits.output_bytes, limits.depth, limits.steps);
    Value context;
    try {
        context = make_context(heap, input);
    } catch (const Fault& fault) {
        return Error{ErrorCode::invalid_argument, fault.reason, ""};
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
    jinja::Interpreter interpreter(heap, program_->tree, std::move(context),
                                   {input.now_unix_seconds, input.utc_offset_seconds}, limits);
    try {
        jinja::TextBuilder out(heap);
        interpreter.render(out);
        return to_prompt(out);
    } catch (const Fault& fault) {
        return template_error(fault, interpreter.line());
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

} // namespace engine::text
