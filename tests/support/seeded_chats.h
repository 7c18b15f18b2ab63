// seedChats: conversations put into a data folder before a window opens on it.
#pragma once

#include <QList>

#include "app/chat/conversation_store.h"

namespace tests {

struct SeededChat {
    QString title;
    int minutesAgo = 0;
    bool pinned = false;
    QStringList texts{QStringLiteral("A question"), QStringLiteral("An answer.")}; // person and model in turn
};

// Gives back their ids, in order; everything is on the disk when it returns.
QList<app::chat::ConversationId> seedChats(const app::storage::Paths& paths, const QList<SeededChat>& chats);

} // namespace tests
