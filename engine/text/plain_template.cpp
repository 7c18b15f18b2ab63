// Writing the plain prompt.
#include "engine/text/plain_template.h"

namespace engine::text {

namespace {
std::string_view speaker(std::string_view role) {
    if (role == "system") return "System";
    if (role == "user") return "User";
    if (role == "assistant") return "Assistant";
    return role;
}
} // namespace

PlainPrompt render_plain_template(std::span<const PlainMessage> messages) {
    PlainPrompt plain;
    std::string& text = plain.prompt.text;
    for (const PlainMessage& message : messages) {
        text.append(speaker(message.role)).append(": ").append(message.content).append("\n\n");
    }
    text += "Assistant:";
    plain.prompt.stretches = {{0, text.size(), false}};
    plain.stops = {"\nUser:", "\nSystem:"};
    return plain;
}

} // namespace engine::text
