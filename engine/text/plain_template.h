// The plain template: "User: ... Assistant: ...", for models without a usable template of their own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/chat_template.h"

namespace engine::text {

struct PlainMessage {
    std::string_view role, content; // a role other than system, user, assistant is written as it stands
};

struct PlainPrompt {
    RenderedPrompt prompt;          // ends with "Assistant:"; nothing in it is trusted
    std::vector<std::string> stops; // a model that goes on to speak for the user is stopped there
};

PlainPrompt render_plain_template(std::span<const PlainMessage> messages);

} // namespace engine::text
