// The branch as turns.
#include "app/chat/reply_request.h"

#include "app/chat/message_json.h"

namespace app::chat {

QList<bridge::TurnMessage> turnMessages(const MessageTree& tree, MessageId last) {
    QList<bridge::TurnMessage> turns;
    MessageRole previous = MessageRole::assistant;
    for (const MessageId id : tree.ancestors(last)) {
        const Message& message = *tree.find(id);
        const bool user = message.role == MessageRole::user;
        if (!user && id != last && message.text.trimmed().isEmpty()) continue;
        if (!turns.isEmpty() && message.role == previous) {
            turns.last().content += QStringLiteral("\n\n") + message.text;
            continue;
        }
        turns.append({wordOf(message.role), message.text, message.reasoning});
        previous = message.role;
    }
    return turns;
}

} // namespace app::chat
