// Messages as rows of the database: reading, adding, changing and choosing one.
#pragma once

#include "app/chat/message.h"
#include "app/storage/connection.h"

namespace app::chat {

QVariant milliseconds(const QDateTime& time);          // NULL for an invalid one
QDateTime timeAt(const storage::Row& row, int column); // and back
QVariant reference(qint64 id);                         // NULL for 0

extern const QString kMessageColumns; // in the order of messageAt()
Message messageAt(const storage::Row& row);

storage::Outcome<void> insertMessage(storage::Connection& connection, ConversationId conversation,
                                     const Message& message);
// Everything that changes while it is written, where `condition` holds too; changedRows() tells whether.
storage::Outcome<void> updateMessage(storage::Connection& connection, const Message& message,
                                     const QString& condition = QStringLiteral("true"),
                                     const QVariantList& values = {});
storage::Outcome<bool> isThere(storage::Connection& connection, MessageId id);
// Shows `child` of `parent`; of the conversation for parent 0.
storage::Outcome<void> choose(storage::Connection& connection, ConversationId conversation, MessageId parent,
                              MessageId child);

} // namespace app::chat
