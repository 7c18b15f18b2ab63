// The values of chat: Message, ConversationHeader and their identifiers.
#pragma once

#include <QDateTime>
#include <QMetaType>
#include <QString>

#include "app/bridge/chat_turn.h"

namespace app::chat {

// Unique over instances and computers: milliseconds and random bits. 0: none.
using MessageId = qint64;
using ConversationId = qint64;
qint64 newId(); // any thread; grows within one process

enum class MessageRole { user, assistant };
enum class MessageState {
    finished,
    streaming, // being written now, here or in another window
    stopped,   // by the person, by closing the window, or by a crash: can be continued
    failed,    // failure says why; what was written before is there
};

struct Message {
    MessageId id = 0;
    MessageId parent = 0;        // 0: opens the conversation
    MessageId selectedChild = 0; // the version shown below this one
    MessageRole role = MessageRole::user;
    MessageState state = MessageState::finished;
    QString text;
    QString reasoning;
    QString model, quantization;  // who wrote it; empty for the person and for edited replies
    bridge::ReplyMetrics metrics; // of the last turn that wrote it
    bridge::UserMessage failure;
    QDateTime created;
    QString writer; // instance that streams it; empty otherwise

    bool operator==(const Message&) const = default;
};

struct ConversationHeader {
    ConversationId id = 0;
    QString title;
    bool titledByPerson = false;
    bool pinned = false;
    QDateTime created, updated;
    QDateTime deleted; // valid: waits for undo or removal

    bool operator==(const ConversationHeader&) const = default;
};

} // namespace app::chat
