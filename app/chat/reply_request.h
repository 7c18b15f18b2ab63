// What the engine is asked for a reply: the branch that leads to it, in the engine's order of turns.
#pragma once

#include "app/bridge/chat_turn.h"
#include "app/chat/message_tree.h"

namespace app::chat {

// Everything from the opening message to `last`. Replies that failed before their first word are left out,
// and messages of the person that then follow each other become one, because many templates want strict
// turns.
QList<bridge::TurnMessage> turnMessages(const MessageTree& tree, MessageId last);

} // namespace app::chat
