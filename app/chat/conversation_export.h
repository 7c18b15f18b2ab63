// Conversations as files for people (Markdown: the visible path) and for programs (JSON: the whole tree).
#pragma once

#include <QByteArray>

#include "app/chat/conversation_store.h"

namespace app::chat {

QByteArray toMarkdown(const ConversationRecord& record);

// {"format": "tandem-conversation", "version": 1, title, created, updated, settings, selected_root,
//  messages: [{id, parent, selected_child, role, text, reasoning, state, model, quantization, metrics,
//  failure, created}]}; times are ISO 8601 UTC, absent members are empty. fromJson(toJson(x)) gives x back,
//  but for the ids of
// instances.
QByteArray toJson(const ConversationRecord& record);
storage::Outcome<ConversationRecord> fromJson(const QByteArray& json); // names what is wrong

// The same conversation with new ids everywhere: a copy that can live beside the original.
ConversationRecord withNewIds(const ConversationRecord& record);

} // namespace app::chat
