// The library's tables: entries as they were last seen, and known hashes.
#pragma once

#include "app/library/entry.h"
#include "app/storage/connection.h"

namespace app::library {

struct StoredEntries {
    QList<Entry> there;
    QList<Entry> gone; // not found at the last look
};

storage::Outcome<StoredEntries> readEntries(storage::Connection& connection);
storage::Outcome<void> writeEntries(storage::Connection& connection, const QList<EntryPointer>& entries);
// Kept for half a year, so that they are known when they come back.
storage::Outcome<void> markGone(storage::Connection& connection, const QList<EntryId>& ids);
storage::Outcome<void> forgetLongGone(storage::Connection& connection);

struct KnownHash {
    QString sha256;         // empty: not known
    bool published = false; // by whoever made the file; else as it was at the first look
};
storage::Outcome<KnownHash> readHash(storage::Connection& connection, const QString& fingerprint);
storage::Outcome<void> writeHash(storage::Connection& connection, const QString& fingerprint,
                                 const KnownHash& hash);

} // namespace app::library
