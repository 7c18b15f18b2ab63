// ConversationStore: conversations as rows of the database. Every call returns at once; writes are in order.
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/chat/message.h"
#include "app/settings/chat_settings.h"
#include "app/storage/database.h"

namespace app::chat {

// Everything that is stored of one conversation.
struct ConversationRecord {
    ConversationHeader header;
    settings::ChatSettings settings;
    QString draft;
    MessageId selectedRoot = 0;
    QList<Message> messages;
};

struct SearchHit {
    ConversationHeader header;
    MessageId message = 0;        // 0: found in the title
    QString snippet;              // one line around the first hit; empty for a hit in the title
    QList<QPair<int, int>> marks; // start and length of the words found, in the snippet or else in the title
};

class ConversationStore : public QObject {
    Q_OBJECT
 public:
    explicit ConversationStore(storage::Database& database, QObject* parent = nullptr);

    template <typename T>
    using Reader = std::function<void(const storage::Outcome<T>&)>;
    void list(QObject* receiver, Reader<QList<ConversationHeader>> done);
    void load(ConversationId id, QObject* receiver, Reader<ConversationRecord> done);
    void search(const QString& words, QObject* receiver, Reader<QList<SearchHit>> done);

    void insert(const ConversationRecord& record); // with its messages
    void saveHeader(const ConversationHeader& header);
    void saveSettings(ConversationId id, const settings::ChatSettings& settings);
    void saveDraft(ConversationId id, const QString& draft);
    void select(ConversationId id, MessageId parent, MessageId child);

    void addMessage(ConversationId id, const Message& message); // and chooses it under its parent
    // Text, state and metrics. Only while nobody else is its writer. `done` tells when it is on the disk.
    void saveMessage(ConversationId id, const Message& message, QObject* receiver = nullptr,
                     std::function<void()> done = {});
    void setMessageDeleted(MessageId id, bool deleted);        // with all below
    void setDeleted(ConversationId id, const QDateTime& when); // invalid: back again
    void purge(ConversationId id);
    void purgeDeleted();       // all that waits since before this start
    void recoverInterrupted(); // replies whose writer is dead become stopped

    storage::Database& database() { return m_database; }
    QString instanceId() const;

 Q_SIGNALS:
    void recovered(); // recoverInterrupted() changed something

 private:
    storage::Database& m_database;
};

} // namespace app::chat
