// How a UserMessage is worded for banners and messages: one running text, and the label of its button.
#pragma once

#include "app/bridge/user_message.h"

namespace ui::chat {

// What happened and what to do, as sentences.
QString problemText(const app::bridge::UserMessage& message);
// Empty for problems that no button fixes.
QString problemActionLabel(app::bridge::UserMessage::Action action);

} // namespace ui::chat
