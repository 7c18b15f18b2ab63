// Matching by path, then by file.
#include "app/library/reconcile.h"

#include <QRandomGenerator>
#include <QSet>
#include <algorithm>

namespace app::library {

namespace {

using Identity = std::pair<quint64, quint64>;

// Zeros where files have no numbers.
Identity identityOf(const Entry& entry) {
    if (entry.files.isEmpty()) return {};
    return {entry.files.first().stamp.device, entry.files.first().stamp.inode};
}

EntryId newId() {
    return static_cast<EntryId>(QRandomGenerator::system()->generate64() >> 2) + 1;
}

// The first of several ways to a file counts, the others are told.
QList<Entry> withoutDoubles(const QList<Entry>& found) {
    QList<Entry> entries;
    QHash<Identity, qsizetype> byFile;
    QSet<QString> paths;
    for (const Entry& entry : found) {
        const Identity identity = identityOf(entry);
        const bool numbered = identity.second != 0;
        if (numbered && byFile.contains(identity)) {
            Entry& first = entries[byFile.value(identity)];
            const QString name = entry.manifest.isEmpty() ? entry.path : entry.name;
            if (name != first.path && name != first.name && !first.alsoKnownAs.contains(name))
                first.alsoKnownAs.append(name);
            first.hasOuterTemplate = first.hasOuterTemplate || entry.hasOuterTemplate;
            continue;
        }
        if (paths.contains(entry.path)) continue;
        paths.insert(entry.path);
        if (numbered) byFile.insert(identity, entries.size());
        entries.append(entry);
    }
    return entries;
}

// What was read of the same files is still true; where they were found may not be.
void keepFacts(Entry& entry, const Entry& known) {
    const bool judged = entry.state == Entry::State::incomplete || entry.state == Entry::State::damaged;
    inherit(entry, known);
    if (judged) return;
    entry.state = known.state;
    entry.info = known.info;
    entry.name = known.name;
    entry.problem = known.problem;
    entry.hint = known.hint;
    entry.fingerprint = known.fingerprint;
    entry.verification = known.verification;
}

bool isRead(const Entry& entry) {
    return entry.state != Entry::State::unread && entry.state != Entry::State::arriving;
}

bool wantsReading(const Entry& entry) {
    return entry.state == Entry::State::unread || entry.state == Entry::State::arriving;
}

} // namespace

void inherit(Entry& entry, const Entry& from) {
    entry.id = from.id;
    entry.lastUsed = from.lastUsed;
}

Reconciled reconcile(const QList<Entry>& known, const QList<Entry>& found) {
    Reconciled result;
    QHash<QString, qsizetype> byPath;
    QHash<Identity, qsizetype> byFile;
    for (qsizetype i = 0; i < known.size(); ++i) {
        byPath.insert(known[i].path, i);
        if (const Identity identity = identityOf(known[i]); identity.second != 0) byFile.insert(identity, i);
    }
    result.entries = withoutDoubles(found);
    QSet<qsizetype> used;
    QList<qsizetype> homeless; // of result.entries: no known entry has their path
    for (qsizetype i = 0; i < result.entries.size(); ++i) {
        Entry& entry = result.entries[i];
        const qsizetype at = byPath.value(entry.path, -1);
        if (at < 0) {
            homeless.append(i);
            continue;
        }
        used.insert(at);
        if (entry.hasFilesOf(known[at]) && isRead(known[at]))
            keepFacts(entry, known[at]);
        else
            inherit(entry, known[at]);
        if (wantsReading(entry)) result.toRead.append(entry.id);
    }
    for (const qsizetype i : std::as_const(homeless)) {
        Entry& entry = result.entries[i];
        const qsizetype at = byFile.value(identityOf(entry), -1);
        if (at >= 0 && identityOf(entry).second != 0 && !used.contains(at)) {
            used.insert(at);
            inherit(entry, known[at]);
            result.moved.append({known[at].path, entry.path});
        } else {
            entry.id = newId();
        }
        if (wantsReading(entry)) result.toRead.append(entry.id);
    }
    for (qsizetype i = 0; i < known.size(); ++i)
        if (!used.contains(i)) result.gone.append(known[i]);
    return result;
}

const Entry* sameContent(const QList<Entry>& gone, const Entry& entry) {
    if (entry.fingerprint.isEmpty()) return nullptr;
    const auto same = std::find_if(gone.begin(), gone.end(), [&](const Entry& other) {
        return other.fingerprint == entry.fingerprint && other.bytes() == entry.bytes();
    });
    return same == gone.end() ? nullptr : &*same;
}

} // namespace app::library
