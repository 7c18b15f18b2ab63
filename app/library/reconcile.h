// reconcile: what a walk found held against what was known: which models stay, which are new, changed, moved
// or gone.
#pragma once

#include <QHash>

#include "app/library/entry.h"

namespace app::library {

struct Reconciled {
    QList<Entry> entries;                     // all that are there now, each with the id that it keeps
    QList<EntryId> toRead;                    // of them: new, changed or moved
    QList<std::pair<QString, QString>> moved; // from one path to another
    QList<Entry> gone;                        // known, but not there any more
};

// `known` holds what was there at the last look and what was gone already. One file by several ways is one
// entry.
Reconciled reconcile(const QList<Entry>& known, const QList<Entry>& found);

// The one of `gone` whose content is that of `entry`; nullptr: none.
const Entry* sameContent(const QList<Entry>& gone, const Entry& entry);
// What belongs to a model and not to its place.
void inherit(Entry& entry, const Entry& from);

} // namespace app::library
