// Writing conversations as the program does.
#include "tests/support/seeded_chats.h"

namespace tests {

using namespace app;

QList<chat::ConversationId> seedChats(const storage::Paths& paths, const QList<SeededChat>& chats) {
    storage::Database database(paths);
    database.open();
    chat::ConversationStore store(database);
    QList<chat::ConversationId> ids;
    for (const SeededChat& seeded : chats) {
        chat::ConversationRecord record;
        record.header.id = chat::newId();
        record.header.title = seeded.title;
        record.header.titledByPerson = true;
        record.header.pinned = seeded.pinned;
        record.header.created = QDateTime::currentDateTimeUtc().addSecs(-60 * seeded.minutesAgo);
        record.header.updated = record.header.created;
        for (const QString& text : seeded.texts) {
            chat::Message message;
            message.id = chat::newId();
            message.parent = record.messages.isEmpty() ? 0 : record.messages.last().id;
            const bool person = record.messages.size() % 2 == 0;
            message.role = person ? chat::MessageRole::user : chat::MessageRole::assistant;
            message.text = text;
            message.created = record.header.created;
            if (!person) {
                message.model = QStringLiteral("Qwen3-30B-A3B");
                message.quantization = QStringLiteral("Q4_K_M");
            }
            if (!record.messages.isEmpty()) record.messages.last().selectedChild = message.id;
            record.messages.append(message);
        }
        if (!record.messages.isEmpty()) record.selectedRoot = record.messages.first().id;
        store.insert(record);
        ids.append(record.header.id);
    }
    return ids; // the database finishes what is queued
}

} // namespace tests
