// The SQL of the library.
#include "app/library/entry_store.h"

#include <QJsonDocument>

namespace app::library {

using storage::Connection;
using storage::Outcome;
using storage::Row;

namespace {

constexpr qint64 kKeepGoneMs = qint64{183} * 24 * 3600 * 1000;

QVariant timeOrNull(const QDateTime& time) {
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant();
}

} // namespace

Outcome<StoredEntries> readEntries(Connection& connection) {
    StoredEntries stored;
    STORAGE_TRY(connection.each(
        QStringLiteral("SELECT id, path, facts, last_used, missing FROM library_entries"), {},
        [&](const Row& row) {
            Entry entry = entryFromJson(QJsonDocument::fromJson(row.text(2).toUtf8()).object());
            entry.id = row.integer(0);
            entry.path = row.text(1);
            entry.info.path = entry.path;
            if (!row.isNull(3)) entry.lastUsed = QDateTime::fromMSecsSinceEpoch(row.integer(3), Qt::UTC);
            (row.isNull(4) ? stored.there : stored.gone).append(entry);
        }));
    return stored;
}

Outcome<void> writeEntries(Connection& connection, const QList<EntryPointer>& entries) {
    for (const EntryPointer& entry : entries) {
        // Another entry may have had this path, as when two files changed their names with each other.
        STORAGE_TRY(connection.run(QStringLiteral("DELETE FROM library_entries WHERE path = ? AND id <> ?"),
                                   {entry->path, entry->id}));
        STORAGE_TRY(connection.run(
            QStringLiteral("INSERT INTO library_entries (id, path, facts, last_used, missing) "
                           "VALUES (?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET path = excluded.path, "
                           "facts = excluded.facts, last_used = excluded.last_used, missing = NULL"),
            {entry->id, entry->path,
             QString::fromUtf8(QJsonDocument(toJson(*entry)).toJson(QJsonDocument::Compact)),
             timeOrNull(entry->lastUsed)}));
    }
    return {};
}

Outcome<void> markGone(Connection& connection, const QList<EntryId>& ids) {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (const EntryId id : ids)
        STORAGE_TRY(connection.run(
            QStringLiteral("UPDATE library_entries SET missing = ? WHERE id = ? AND missing IS NULL"),
            {now, id}));
    return {};
}

Outcome<void> forgetLongGone(Connection& connection) {
    return connection.run(QStringLiteral("DELETE FROM library_entries WHERE missing < ?"),
                          {QDateTime::currentMSecsSinceEpoch() - kKeepGoneMs});
}

Outcome<KnownHash> readHash(Connection& connection, const QString& fingerprint) {
    KnownHash hash;
    STORAGE_TRY(
        connection.each(QStringLiteral("SELECT sha256, published FROM library_hashes WHERE fingerprint = ?"),
                        {fingerprint}, [&](const Row& row) {
                            hash = {row.text(0), row.integer(1) != 0};
                        }));
    return hash;
}

Outcome<void> writeHash(Connection& connection, const QString& fingerprint, const KnownHash& hash) {
    return connection.run(
        QStringLiteral("INSERT INTO library_hashes (fingerprint, sha256, published) VALUES (?, ?, ?) "
                       "ON CONFLICT (fingerprint) DO UPDATE SET sha256 = excluded.sha256, "
                       "published = excluded.published WHERE excluded.published >= published"),
        {fingerprint, hash.sha256, hash.published});
}

} // namespace app::library
