// The SQL of conversations.
#include "app/chat/conversation_store.h"

#include "app/chat/conversation_search.h"
#include "app/chat/message_json.h"
#include "app/chat/message_rows.h"
#include "app/storage/instance_lock.h"
#include "app/storage/migrations.h"

namespace app::chat {

using storage::Connection;
using storage::Durability;
using storage::Failure;
using storage::Outcome;
using storage::Row;

namespace {

constexpr qint64 kUndoSpanMs = 60'000; // longer than any window offers undo
constexpr int kMostHits = 200;

const QString kHeaderColumns =
    QStringLiteral("c.id, c.title, c.titled_by_person, c.pinned, c.created, c.updated, c.deleted");

ConversationHeader headerAt(const Row& row) {
    return {row.integer(0), row.text(1),    row.integer(2) != 0, row.integer(3) != 0,
            timeAt(row, 4), timeAt(row, 5), timeAt(row, 6)};
}

Durability durabilityOf(const Message& message) {
    return message.state == MessageState::streaming ? Durability::process : Durability::power;
}

Outcome<ConversationRecord> readRecord(Connection& connection, ConversationId id) {
    ConversationRecord record;
    STORAGE_TRY(connection.each(
        QStringLiteral("SELECT %1, c.selected_root, c.settings, c.draft FROM conversations c WHERE c.id = ?")
            .arg(kHeaderColumns),
        {id}, [&](const Row& row) {
            record.header = headerAt(row);
            record.selectedRoot = row.integer(7);
            record.settings = settings::ChatSettings::fromJson(parseObject(row.text(8)));
            record.draft = row.text(9);
        }));
    if (record.header.id == 0)
        return Failure{Failure::Kind::missing,
                       ConversationStore::tr("This conversation is not there any more.")};
    STORAGE_TRY(connection.each(
        QStringLiteral("SELECT %1 FROM messages WHERE conversation = ? AND deleted IS NULL ORDER BY id")
            .arg(kMessageColumns),
        {id}, [&](const Row& row) { record.messages.append(messageAt(row)); }));
    return record;
}

Outcome<QList<SearchHit>> titleHits(Connection& connection, const QStringList& terms) {
    const SearchCondition condition =
        searchCondition(terms, QStringLiteral("title_index"), QStringLiteral("c.title"));
    QList<SearchHit> hits;
    STORAGE_TRY(connection.each(
        QStringLiteral("SELECT %1 FROM %2 WHERE c.deleted IS NULL AND %3 ORDER BY c.updated DESC LIMIT %4")
            .arg(kHeaderColumns,
                 condition.usesIndex
                     ? QStringLiteral("title_index t CROSS JOIN conversations c ON c.id = t.rowid")
                     : QStringLiteral("conversations c"),
                 condition.sql, QString::number(kMostHits)),
        condition.values, [&](const Row& row) {
            const ConversationHeader header = headerAt(row);
            hits.append({header, 0, {}, searchMarks(header.title, terms)});
        }));
    return hits;
}

// The newest message of each conversation in which all terms occur.
Outcome<QList<SearchHit>> textHits(Connection& connection, const QStringList& terms) {
    const SearchCondition condition =
        searchCondition(terms, QStringLiteral("text_index"), QStringLiteral("m.text"));
    QList<SearchHit> hits;
    STORAGE_TRY(connection.each(
        QStringLiteral(
            "SELECT %1, newest.id, m2.text FROM (SELECT m.conversation, max(m.id) AS id FROM %2 "
            "WHERE m.deleted IS NULL AND %3 GROUP BY m.conversation) newest "
            "JOIN conversations c ON c.id = newest.conversation JOIN messages m2 ON m2.id = newest.id "
            "WHERE c.deleted IS NULL ORDER BY c.updated DESC LIMIT %4")
            .arg(kHeaderColumns,
                 condition.usesIndex ? QStringLiteral("text_index t CROSS JOIN messages m ON m.id = t.rowid")
                                     : QStringLiteral("messages m"),
                 condition.sql, QString::number(kMostHits)),
        condition.values, [&](const Row& row) {
            const QString snippet = searchSnippet(row.text(8), terms);
            hits.append({headerAt(row), row.integer(7), snippet, searchMarks(snippet, terms)});
        }));
    return hits;
}

} // namespace

ConversationStore::ConversationStore(storage::Database& database, QObject* parent)
    : QObject(parent), m_database(database) {
    connect(&database, &storage::Database::changedElsewhere, this, &ConversationStore::changedElsewhere);
}

QString ConversationStore::instanceId() const {
    return m_database.instance().id();
}

void ConversationStore::list(QObject* receiver, Reader<QList<ConversationHeader>> done) {
    m_database.read<QList<ConversationHeader>>(
        [](Connection& connection) -> Outcome<QList<ConversationHeader>> {
            QList<ConversationHeader> headers;
            STORAGE_TRY(connection.each(
                QStringLiteral("SELECT %1 FROM conversations c WHERE c.deleted IS NULL").arg(kHeaderColumns),
                {}, [&](const Row& row) { headers.append(headerAt(row)); }));
            return headers;
        },
        receiver, std::move(done));
}

void ConversationStore::load(ConversationId id, QObject* receiver, Reader<ConversationRecord> done) {
    m_database.read<ConversationRecord>([id](Connection& connection) { return readRecord(connection, id); },
                                        receiver, std::move(done));
}

void ConversationStore::search(const QString& typed, QObject* receiver, Reader<QList<SearchHit>> done) {
    const QStringList terms = searchTerms(typed);
    searchOnce(terms, receiver, [=, this](const Outcome<QList<SearchHit>>& hits) {
        if (hits.ok() || hits.failure().kind != Failure::Kind::corrupt) {
            done(hits);
            return;
        }
        // Damage in the index alone is mended out of the texts; anything else fails again.
        const QPointer<QObject> guard(receiver);
        write(storage::rebuildSearch, Durability::process, receiver, [=, this] {
            if (guard) searchOnce(terms, guard, done);
        });
    });
}

void ConversationStore::searchOnce(const QStringList& terms, QObject* receiver,
                                   Reader<QList<SearchHit>> done) {
    m_database.read<QList<SearchHit>>(
        [terms](Connection& connection) -> Outcome<QList<SearchHit>> {
            if (terms.isEmpty()) return QList<SearchHit>();
            Outcome<QList<SearchHit>> hits = titleHits(connection, terms);
            if (!hits.ok()) return hits;
            QSet<ConversationId> found;
            for (const SearchHit& hit : hits.value())
                found.insert(hit.header.id);
            const Outcome<QList<SearchHit>> texts = textHits(connection, terms);
            if (!texts.ok()) return texts;
            for (const SearchHit& hit : texts.value())
                if (!found.contains(hit.header.id)) hits.value().append(hit);
            return hits;
        },
        receiver, std::move(done));
}

void ConversationStore::write(storage::Database::Job job, Durability durability, QObject* receiver,
                              std::function<void()> done) {
    ++m_begun;
    ++m_pending;
    const QPointer<QObject> guard(receiver);
    m_database.write(std::move(job), durability, this,
                     [this, guard, done = std::move(done)](const Outcome<void>& outcome) {
                         --m_pending;
                         if (guard && done) done();
                         if (outcome.ok()) {
                             m_toldFailure.clear();
                         } else if (m_database.isOpen() && m_toldFailure != outcome.failure().message) {
                             m_toldFailure = outcome.failure().message;
                             Q_EMIT writeFailed(m_toldFailure);
                         }
                     });
}

void ConversationStore::insert(const ConversationRecord& record) {
    write([record](Connection& connection) -> Outcome<void> {
        const ConversationHeader& header = record.header;
        STORAGE_TRY(connection.run(
            QStringLiteral(
                "INSERT INTO conversations (id, title, titled_by_person, pinned, created, updated, deleted, "
                "selected_root, settings, draft) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
            {header.id, header.title, header.titledByPerson, header.pinned, milliseconds(header.created),
             milliseconds(header.updated), milliseconds(header.deleted), reference(record.selectedRoot),
             compact(record.settings.toJson()), record.draft}));
        STORAGE_TRY(connection.run(QStringLiteral("PRAGMA defer_foreign_keys = ON")));
        for (const Message& message : record.messages)
            STORAGE_TRY(insertMessage(connection, header.id, message));
        return {};
    });
}

void ConversationStore::saveHeader(const ConversationHeader& header) {
    write([header](Connection& connection) {
        return connection.run(
            QStringLiteral("UPDATE conversations SET title = ?, titled_by_person = ?, pinned = ?, "
                           "updated = max(updated, ?) WHERE id = ?"),
            {header.title, header.titledByPerson, header.pinned, milliseconds(header.updated), header.id});
    });
}

void ConversationStore::saveUpdated(ConversationId id, const QDateTime& when) {
    write([id, when](Connection& connection) {
        return connection.run(
            QStringLiteral("UPDATE conversations SET updated = max(updated, ?) WHERE id = ?"),
            {milliseconds(when), id});
    });
}

void ConversationStore::saveSettings(ConversationId id, const settings::ChatSettings& settings) {
    write([id, json = compact(settings.toJson())](Connection& connection) {
        return connection.run(QStringLiteral("UPDATE conversations SET settings = ? WHERE id = ?"),
                              {json, id});
    });
}

void ConversationStore::saveDraft(ConversationId id, const QString& draft) {
    write([id, draft](Connection& connection) {
        return connection.run(QStringLiteral("UPDATE conversations SET draft = ? WHERE id = ?"), {draft, id});
    });
}

void ConversationStore::select(ConversationId id, MessageId parent, MessageId child) {
    write([=](Connection& connection) { return choose(connection, id, parent, child); });
}

void ConversationStore::addMessage(ConversationId id, const Message& message) {
    write(
        [id, message](Connection& connection) -> Outcome<void> {
            STORAGE_TRY(connection.run(
                QStringLiteral(
                    "UPDATE conversations SET updated = max(updated, ?), deleted = NULL WHERE id = ?"),
                {milliseconds(message.created), id}));
            if (connection.changedRows() == 0)
                return Failure{Failure::Kind::missing,
                               tr("The conversation was deleted in another window. Copy what you need "
                                  "from here into a new chat.")};
            STORAGE_TRY(insertMessage(connection, id, message));
            return choose(connection, id, message.parent, message.id);
        },
        durabilityOf(message));
}

void ConversationStore::saveMessage(const Message& message, QObject* receiver, std::function<void()> done) {
    write(
        [message, own = instanceId()](Connection& connection) -> Outcome<void> {
            STORAGE_TRY(updateMessage(connection, message, QStringLiteral("writer IN ('', ?)"), {own}));
            if (connection.changedRows() != 0) return {};
            const Outcome<bool> there = isThere(connection, message.id);
            if (!there.ok()) return there.failure();
            if (!there.value()) return {}; // deleted for good in another window: nothing to keep
            return Failure{Failure::Kind::invalid,
                           tr("Another window is writing this reply. Wait for it, or stop it there.")};
        },
        durabilityOf(message), receiver, std::move(done));
}

void ConversationStore::saveContinued(ConversationId id, const Message& message, const ContinuedFrom& start,
                                      QObject* receiver, std::function<void(bool asVersion)> done) {
    const auto kept = std::make_shared<bool>(false);
    const QPointer<QObject> guard(receiver);
    write(
        [id, message, start, kept, own = instanceId()](Connection& connection) -> Outcome<void> {
            *kept = false;
            Message version = message;
            version.id = start.spare;
            version.selectedChild = 0;
            STORAGE_TRY(updateMessage(connection, version));
            if (connection.changedRows() != 0) return {};
            STORAGE_TRY(
                updateMessage(connection, message,
                              QStringLiteral("(writer = ? OR (writer = '' AND text = ? AND reasoning = ?))"),
                              {own, start.text, start.reasoning}));
            if (connection.changedRows() != 0) return {};
            const Outcome<bool> there = isThere(connection, message.id);
            if (!there.ok()) return there.failure();
            if (!there.value()) return {};
            *kept = true;
            STORAGE_TRY(insertMessage(connection, id, version));
            return choose(connection, id, version.parent, version.id);
        },
        durabilityOf(message), this,
        [this, kept, guard, done = std::move(done)] {
            if (guard && done) done(*kept);
            if (*kept) Q_EMIT keptAsVersion();
        });
}

void ConversationStore::move(ConversationId id, MessageId message, MessageId parent) {
    write([=](Connection& connection) -> Outcome<void> {
        STORAGE_TRY(connection.run(QStringLiteral("UPDATE messages SET parent = ? WHERE id = ?"),
                                   {reference(parent), message}));
        return choose(connection, id, parent, message);
    });
}

void ConversationStore::setMessagesDeleted(const QList<MessageId>& ids, const QDateTime& when) {
    write([ids, when](Connection& connection) -> Outcome<void> {
        for (const MessageId id : ids)
            STORAGE_TRY(connection.run(QStringLiteral("UPDATE messages SET deleted = ? WHERE id = ?"),
                                       {milliseconds(when), id}));
        return {};
    });
}

void ConversationStore::setDeleted(ConversationId id, const QDateTime& when) {
    write([id, when](Connection& connection) {
        return connection.run(QStringLiteral("UPDATE conversations SET deleted = ? WHERE id = ?"),
                              {milliseconds(when), id});
    });
}

void ConversationStore::purge(ConversationId id) {
    // Still marked: undone in another window meanwhile means kept.
    write([id](Connection& connection) {
        return connection.run(
            QStringLiteral("DELETE FROM conversations WHERE id = ? AND deleted IS NOT NULL"), {id});
    });
}

void ConversationStore::purgeDeleted() {
    write([before =
               QDateTime::currentMSecsSinceEpoch() - kUndoSpanMs](Connection& connection) -> Outcome<void> {
        STORAGE_TRY(connection.run(QStringLiteral("DELETE FROM conversations WHERE deleted < ?"), {before}));
        return connection.run(QStringLiteral("DELETE FROM messages WHERE deleted < ?"), {before});
    });
}

void ConversationStore::recoverInterrupted() {
    const auto changed = std::make_shared<qint64>(0);
    const storage::InstanceLock* instance = &m_database.instance();
    write(
        [changed, instance](Connection& connection) -> Outcome<void> {
            QStringList writers;
            STORAGE_TRY(connection.each(
                QStringLiteral("SELECT DISTINCT writer FROM messages WHERE state = 'streaming'"), {},
                [&](const Row& row) { writers.append(row.text(0)); }));
            *changed = 0;
            for (const QString& writer : writers) {
                if (instance->isAlive(writer)) continue;
                STORAGE_TRY(connection.run(QStringLiteral("UPDATE messages SET state = 'stopped', writer = "
                                                          "'' WHERE state = 'streaming' AND writer = ?"),
                                           {writer}));
                *changed += connection.changedRows();
            }
            return {};
        },
        Durability::process, this,
        [this, changed] {
            if (*changed > 0) Q_EMIT recovered();
        });
}

} // namespace app::chat
