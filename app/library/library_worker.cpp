// Looking, reading and watching.
#include "app/library/library_worker.h"

#include <QFileInfo>
#include <algorithm>

#include "app/library/reconcile.h"
#include "app/library/staging.h"
#include "app/storage/fingerprint.h"
#include "app/storage/free_space.h"

namespace app::library {

namespace {

constexpr int kReaders = 3;              // files open at once: more would only fight for the disk
constexpr qsizetype kMostWatched = 4000; // folders; the system's limit is for all programs together
constexpr int kPauseMs = 400;
constexpr int kAgainMs = 120'000;
constexpr int kArrivingMs = 2000;
constexpr int kArrivingSeconds = 8;
constexpr int kPublishMs = 100;

void setTimer(QTimer& timer, int ms) {
    timer.setSingleShot(true);
    timer.setInterval(ms);
}

} // namespace

LibraryWorker::LibraryWorker(bridge::HeaderReader reader)
    : m_reader(std::move(reader)), m_watcher(this), m_pause(this), m_again(this), m_publish(this) {
    m_readers.setMaxThreadCount(kReaders);
    setTimer(m_pause, kPauseMs);
    setTimer(m_again, kAgainMs);
    setTimer(m_publish, kPublishMs);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (!m_pause.isActive()) m_pause.start(); // not restarted: a long download would put it off for ever
    });
    connect(&m_pause, &QTimer::timeout, this, &LibraryWorker::scan);
    connect(&m_again, &QTimer::timeout, this, &LibraryWorker::scan);
    connect(&m_publish, &QTimer::timeout, this, &LibraryWorker::publish);
}

LibraryWorker::~LibraryWorker() {
    m_stop = true;
    m_readers.clear();
    m_readers.waitForDone();
}

void LibraryWorker::start(const StoredEntries& stored, const QList<Folder>& folders) {
    for (const Entry& entry : stored.there)
        m_entries.insert(entry.id, entry);
    m_gone = stored.gone;
    m_folders = folders;
    for (const Folder& folder : folders)
        if (!folder.isForeign()) Staging::sweep(folder.path);
    scan();
}

void LibraryWorker::setFolders(const QList<Folder>& folders) {
    m_folders = folders;
    scan();
}

void LibraryWorker::scan() {
    m_pause.stop();
    QList<Entry> found;
    QStringList folders;
    QList<FolderReport> reports;
    for (const Folder& folder : std::as_const(m_folders))
        if (folder.enabled) reports.append(look(folder, found, folders));
    if (m_stop) return;
    take(found);
    watch(folders);
    publish();
    m_again.start();
    Q_EMIT scanned(reports);
    if (m_reading.isEmpty()) Q_EMIT settled();
}

FolderReport LibraryWorker::look(const Folder& folder, QList<Entry>& found, QStringList& folders) {
    const Walk walked = walk(folder, m_stop);
    found += walked.found;
    folders += walked.folders;
    const bool own =
        folder.owner == Folder::Owner::own; // made with the first model: its room is known before
    return {folder.path, walked.reachable, walked.cutShort, static_cast<int>(walked.unreadable.size()),
            own || walked.reachable ? storage::freeSpaceAt(folder.path).value_or(0) : 0};
}

void LibraryWorker::take(const QList<Entry>& found) {
    const Reconciled now = reconcile(m_entries.values() + m_gone, found);
    QList<EntryId> removedIds;
    for (const Entry& entry : now.gone)
        if (m_entries.contains(entry.id)) removedIds.append(entry.id);
    QHash<EntryId, Entry> entries;
    entries.reserve(now.entries.size());
    for (const Entry& entry : now.entries) {
        entries.insert(entry.id, entry);
        const auto before = m_entries.constFind(entry.id);
        if (before == m_entries.constEnd() || *before != entry) m_changed.insert(entry.id);
    }
    m_entries = entries;
    m_gone = now.gone;
    if (!removedIds.isEmpty()) Q_EMIT removed(removedIds);
    for (const auto& [from, to] : now.moved)
        Q_EMIT moved(from, to);
    for (const EntryId id : now.toRead)
        readLater(m_entries[id]);
}

void LibraryWorker::watch(const QStringList& folders) {
    QSet<QString> wanted;
    for (const QString& folder : folders)
        if (wanted.size() < kMostWatched) wanted.insert(folder);
    const QSet<QString> fresh = wanted - m_watched;
    const QSet<QString> stale = m_watched - wanted;
    if (!stale.isEmpty()) m_watcher.removePaths(stale.values());
    if (!fresh.isEmpty()) m_watcher.addPaths(fresh.values());
    m_watched = wanted;
}

void LibraryWorker::readLater(const Entry& entry) {
    if (m_reading.contains(entry.id)) return;
    m_reading.insert(entry.id);
    m_readers.start([this, reader = m_reader, entry] {
        if (m_stop) return;
        const Reading reading = read(reader, entry);
        QMetaObject::invokeMethod(
            this, [this, reading] { finish(reading); }, Qt::QueuedConnection);
    });
}

LibraryWorker::Reading LibraryWorker::read(const bridge::HeaderReader& reader, const Entry& entry) {
    Reading reading{entry.id, entry.files, reader.read(entry.path), {}, true};
    reading.fingerprint = storage::fingerprint(entry.files.first().path);
    for (const EntryFile& file : entry.files) {
        const auto now = storage::stampOf(file.path);
        reading.steady = reading.steady && now && now->isUnchanged(file.stamp);
    }
    return reading;
}

void LibraryWorker::finish(const Reading& reading) {
    m_reading.remove(reading.id);
    const auto at = m_entries.find(reading.id);
    if (at != m_entries.end() && at->files == reading.files) {
        const bool bad = !reading.header.problem.isEmpty();
        const bool fresh = std::any_of(at->files.begin(), at->files.end(), [](const EntryFile& file) {
            return storage::wasWrittenWithin(file.stamp, kArrivingSeconds);
        });
        at->fingerprint = reading.fingerprint;
        at->problem = reading.header.problem.text;
        at->hint = reading.header.problem.hint;
        at->verification = {};
        if (!bad) {
            const QString base = at->info.baseModel;
            at->info = reading.header.info;
            if (at->info.baseModel.isEmpty()) at->info.baseModel = base;
            at->info.hasTemplate = at->info.hasTemplate || at->hasOuterTemplate;
            at->info.fileBytes = at->bytes();
            // A repository's or Ollama's own name says more than the header's.
            const bool named = !at->manifest.isEmpty() ||
                               (at->format == Entry::Format::safetensors && !at->source.isEmpty());
            if (!named && !at->info.name.isEmpty()) at->name = at->info.name;
        }
        at->state = !reading.steady || (bad && fresh) ? Entry::State::arriving
                    : bad                             ? Entry::State::damaged
                                                      : Entry::State::ready;
        if (at->state == Entry::State::arriving && !m_pause.isActive()) m_pause.start(kArrivingMs);
        adopt(*at);
    } else if (at != m_entries.end()) {
        readLater(*at); // it changed while it was read
    }
    if (m_reading.isEmpty()) {
        publish();
        Q_EMIT settled();
    }
}

// A new file with the content of one that is gone is that one, moved.
void LibraryWorker::adopt(Entry& entry) {
    const Entry* before = entry.lastUsed.isValid() ? nullptr : sameContent(m_gone, entry);
    if (before == nullptr) return publishLater(entry.id);
    const QString from = before->path;
    const EntryId provisional = entry.id;
    Entry kept = entry;
    inherit(kept, *before);
    m_gone.removeIf([&](const Entry& other) { return other.id == kept.id; });
    m_changed.remove(provisional);
    m_entries.remove(provisional);
    m_entries.insert(kept.id, kept);
    Q_EMIT removed({provisional});
    Q_EMIT moved(from, kept.path);
    publishLater(kept.id);
}

void LibraryWorker::markUsed(EntryId id, const QDateTime& when) {
    const auto at = m_entries.find(id);
    if (at == m_entries.end()) return;
    at->lastUsed = when;
    publishLater(id);
}

void LibraryWorker::noteVerification(EntryId id, const Verification& verification) {
    const auto at = m_entries.find(id);
    if (at == m_entries.end()) return;
    at->verification = verification;
    publishLater(id);
}

void LibraryWorker::publishLater(EntryId id) {
    m_changed.insert(id);
    if (!m_publish.isActive()) m_publish.start();
}

void LibraryWorker::publish() {
    m_publish.stop();
    QList<EntryPointer> changed;
    for (const EntryId id : std::exchange(m_changed, {}))
        if (const auto at = m_entries.constFind(id); at != m_entries.constEnd())
            changed.append(std::make_shared<const Entry>(*at));
    if (!changed.isEmpty()) Q_EMIT updated(changed);
}

} // namespace app::library
