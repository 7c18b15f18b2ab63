// ConversationStore: conversations as rows of the database. Every call returns at once; writes are in order.
#pragma once

#include <QObject>
#include <functional>

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

    bool operator==(const ConversationRecord&) const = default;
};

// What a reply was when it was continued here.
struct ContinuedFrom {
    QString text, reasoning;
    MessageId spare = 0;
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
    void list(QObject* receiver, Reader<QList<ConversationHeader>> done); // without deleted ones
    void load(ConversationId id, QObject* receiver, Reader<ConversationRecord> done);
    void search(const QString& typed, QObject* receiver,
                Reader<QList<SearchHit>> done); // newest first, titles first

    void insert(const ConversationRecord& record); // with its messages
    void saveHeader(const ConversationHeader& header);
    void saveUpdated(ConversationId id, const QDateTime& when);
    void saveSettings(ConversationId id, const settings::ChatSettings& settings);
    void saveDraft(ConversationId id, const QString& draft);
    void select(ConversationId id, MessageId parent, MessageId child);

    // And chooses it under its parent. Writing in a conversation that another window deleted a moment ago
    // takes it back; one that is gone for good is a failure that says so.
    void addMessage(ConversationId id, const Message& message);
    // Text, state and figures; refused while another instance is its writer. `done` tells when it is on the
    // disk.
    void saveMessage(const Message& message, QObject* receiver = nullptr, std::function<void()> done = {});
    // The same for a reply that goes on after `start`. Where another instance writes it too, or has written
    // since, both are kept: this one as a version of its own with the id `start.spare`; `done` tells so.
    void saveContinued(ConversationId id, const Message& message, const ContinuedFrom& start,
                       QObject* receiver, std::function<void(bool asVersion)> done);
    void move(ConversationId id, MessageId message, MessageId parent);           // and chooses it there
    void setMessagesDeleted(const QList<MessageId>& ids, const QDateTime& when); // invalid: back again
    void setDeleted(ConversationId id, const QDateTime& when);                   // invalid: back again
    void purge(ConversationId id);
    void purgeDeleted();       // everything deleted longer ago than any undo lasts
    void recoverInterrupted(); // replies whose writer is dead become stopped

    QString instanceId() const;
    // Nothing of this window's is on its way to the disk.
    bool isSettled() const { return m_pending == 0; }
    // Taken with the question; what is read misses nothing of this window's while the mark is current, that
    // is when nothing was on its way to the disk at the question and nothing was sent there before the
    // answer.
    qint64 readMark() const { return m_begun - m_pending; }
    bool isCurrent(qint64 mark) const { return mark == m_begun; }
    bool isStuck() const { return m_database.isStuck(); }

 Q_SIGNALS:
    void recovered(); // recoverInterrupted() changed something
    // A write will not be tried again. Told once per reason, until one succeeds; and not when the database
    // could not be opened at all, which was told by it.
    void writeFailed(const QString& reason);
    void changedElsewhere();
    void keptAsVersion(); // by saveContinued()

 private:
    void write(storage::Database::Job job, storage::Durability durability = storage::Durability::process,
               QObject* receiver = nullptr, std::function<void()> done = {});

    void searchOnce(const QStringList& terms, QObject* receiver, Reader<QList<SearchHit>> done);

    storage::Database& m_database;
    qint64 m_begun = 0, m_pending = 0; // writes
    QString m_toldFailure;
};

} // namespace app::chat
