// The library's face on the window's thread.
#include "app/library/library.h"

#include <QDir>
#include <QFileInfo>
#include <QtConcurrent>
#include <algorithm>

#include "app/storage/fingerprint.h"

namespace app::library {

namespace {

constexpr int kDatabaseMs = 2000; // then the folders are looked at without what was known

// "unsloth/Qwen3-8B-GGUF" and "Qwen/Qwen3-8B" are one model to an adapter.
QString modelWord(const QString& name) {
    QString word = name.section(QLatin1Char('/'), -1).toLower();
    word.remove(QLatin1String("-gguf"));
    return word.replace(QLatin1Char(' '), QLatin1Char('-'));
}

bool isBase(const Entry& model, const QString& word) {
    if (model.info.kind != bridge::ModelInfo::Kind::model || word.isEmpty()) return false;
    return modelWord(model.source) == word || modelWord(model.name) == word;
}

bool hasSamePaths(const Entry& a, const Entry& b) {
    return a.path == b.path &&
           std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                      [](const EntryFile& x, const EntryFile& y) { return x.path == y.path; });
}

QStringList with(QStringList list, const QString& path, bool present) {
    list.removeAll(path);
    if (present) list.append(path);
    return list;
}

} // namespace

Library::Library(storage::Database& database, settings::Settings& settings, const storage::Paths& paths,
                 std::shared_ptr<const bridge::EngineFactory> engine, Places places, QObject* parent)
    : QObject(parent),
      m_database(database),
      m_settings(settings),
      m_standardFolder(paths.modelsFolder()),
      m_places(std::move(places)),
      m_worker(new LibraryWorker(bridge::HeaderReader(std::move(engine)))) {
    qRegisterMetaType<QList<EntryPointer>>();
    qRegisterMetaType<QList<FolderReport>>();
    connectWorker();
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("library"));
    m_thread.start(QThread::LowPriority);
}

Library::~Library() {
    m_worker->requestStop();
    m_thread.quit();
    m_thread.wait();
}

void Library::start() {
    m_database.read<StoredEntries>(readEntries, this, [this](const storage::Outcome<StoredEntries>& stored) {
        begin(stored.ok() ? stored.value() : StoredEntries());
    });
    QTimer::singleShot(kDatabaseMs, this, [this] { begin({}); });
}

void Library::begin(const StoredEntries& stored) {
    if (std::exchange(m_begun, true)) return;
    QList<EntryId> ids;
    m_entries.reserve(stored.there.size());
    m_byPath.reserve(stored.there.size());
    for (const Entry& entry : stored.there) {
        index(std::make_shared<const Entry>(entry));
        ids.append(entry.id);
    }
    if (!ids.isEmpty()) Q_EMIT changed(ids);
    tellWorker([stored, folders = folders()](LibraryWorker& worker) { worker.start(stored, folders); });
    m_database.write(forgetLongGone);
}

void Library::connectWorker() {
    connect(m_worker, &LibraryWorker::updated, this, &Library::take);
    connect(m_worker, &LibraryWorker::removed, this, &Library::drop);
    connect(m_worker, &LibraryWorker::moved, this, &Library::moved);
    connect(m_worker, &LibraryWorker::scanned, this, [this](const QList<FolderReport>& reports) {
        m_scanned = true;
        m_reports.clear();
        for (const FolderReport& report : reports)
            m_reports.insert(report.path, report);
        Q_EMIT scanned();
    });
    connect(m_worker, &LibraryWorker::settled, this, [this] {
        m_settled = true;
        Q_EMIT settled();
    });
}

template <typename F>
void Library::tellWorker(F f) {
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, f = std::move(f)] { f(*worker); }, Qt::QueuedConnection);
}

void Library::index(const EntryPointer& entry) {
    EntryPointer& place = m_entries[entry->id];
    const EntryPointer before = std::exchange(place, entry);
    if (before && hasSamePaths(*before, *entry)) return;
    if (before) forgetPaths(*before);
    m_byPath.insert(entry->path, entry->id);
    for (const EntryFile& file : entry->files)
        if (file.path != entry->path) m_byPath.insert(file.path, entry->id);
}

// Of those that another entry has taken over, nothing.
void Library::forgetPaths(const Entry& entry) {
    const auto forget = [&](const QString& path) {
        if (const auto at = m_byPath.constFind(path); at != m_byPath.constEnd() && *at == entry.id)
            m_byPath.erase(at);
    };
    forget(entry.path);
    for (const EntryFile& file : entry.files)
        forget(file.path);
}

void Library::take(const QList<EntryPointer>& entries) {
    QList<EntryId> ids;
    m_entries.reserve(entries.size());
    m_byPath.reserve(entries.size());
    for (const EntryPointer& entry : entries) {
        index(entry);
        ids.append(entry->id);
    }
    m_database.write(
        [entries](storage::Connection& connection) { return writeEntries(connection, entries); });
    Q_EMIT changed(ids);
}

void Library::drop(const QList<EntryId>& ids) {
    for (const EntryId id : ids) {
        const EntryPointer entry = m_entries.take(id);
        if (entry) forgetPaths(*entry);
    }
    m_database.write([ids](storage::Connection& connection) { return markGone(connection, ids); });
    Q_EMIT removed(ids);
}

EntryPointer Library::findPath(const QString& path) const {
    const auto at = m_byPath.constFind(QDir::cleanPath(path));
    return at == m_byPath.constEnd() ? nullptr : find(*at);
}

EntryPointer Library::baseOf(const Entry& adapter) const {
    const QString word = modelWord(adapter.info.baseModel);
    for (const EntryPointer& entry : m_entries)
        if (isBase(*entry, word)) return entry;
    return nullptr;
}

QList<EntryPointer> Library::adaptersOf(const Entry& model) const {
    QList<EntryPointer> adapters;
    for (const EntryPointer& entry : m_entries)
        if (entry->info.kind == bridge::ModelInfo::Kind::adapter &&
            isBase(model, modelWord(entry->info.baseModel)))
            adapters.append(entry);
    return adapters;
}

QString Library::modelsFolder() const {
    const QString chosen = m_settings.value(settings::kModelsFolder);
    return chosen.isEmpty() ? m_standardFolder : QDir::cleanPath(chosen);
}

bool Library::setModelsFolder(const QString& path) {
    const QString before = modelsFolder(), now = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    for (const Folder& folder : foreignFolders(m_places))
        if (now == folder.path || now.startsWith(folder.path + QLatin1Char('/'))) return false;
    if (now == before) return true;
    m_settings.setValue(settings::kModelsFolder, now == m_standardFolder ? QString() : now);
    removeFolder(now); // as one that was chosen, and as one that is off
    if (std::any_of(m_entries.begin(), m_entries.end(),
                    [&](const EntryPointer& entry) { return entry->folder == before; }))
        addFolder(before);
    return true;
}

QList<Folder> Library::folders() const {
    QList<Folder> folders{{modelsFolder(), Folder::Owner::own, true}};
    const auto add = [&](Folder folder) {
        for (const Folder& other : std::as_const(folders))
            if (other.path == folder.path) return;
        folder.enabled = !m_settings.value(settings::kFoldersOff).contains(folder.path);
        folders.append(folder);
    };
    for (const Folder& folder : foreignFolders(m_places))
        add(folder);
    for (const QString& path : m_settings.value(settings::kLibraryFolders))
        add({path, Folder::Owner::chosen, true});
    return folders;
}

void Library::addFolder(const QString& path) {
    const QString clean = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    for (const Folder& folder : folders())
        if (folder.path == clean) return setFolderEnabled(clean, true);
    m_settings.setValue(settings::kLibraryFolders,
                        with(m_settings.value(settings::kLibraryFolders), clean, true));
    setFolderEnabled(clean, true);
}

void Library::removeFolder(const QString& path) {
    m_settings.setValue(settings::kLibraryFolders,
                        with(m_settings.value(settings::kLibraryFolders), path, false));
    setFolderEnabled(path, true); // nothing stays of it
}

void Library::setFolderEnabled(const QString& path, bool enabled) {
    m_settings.setValue(settings::kFoldersOff, with(m_settings.value(settings::kFoldersOff), path, !enabled));
    tellWorker([folders = folders()](LibraryWorker& worker) { worker.setFolders(folders); });
    Q_EMIT foldersChanged();
}

void Library::rescan() {
    if (m_begun) tellWorker([](LibraryWorker& worker) { worker.scan(); });
}

void Library::markUsed(const QString& path) {
    EntryPointer entry = findPath(path);
    if (!entry) entry = findPath(QFileInfo(path).canonicalFilePath());
    if (!entry) return;
    tellWorker([id = entry->id, now = QDateTime::currentDateTimeUtc()](LibraryWorker& worker) {
        worker.markUsed(id, now);
    });
}

void Library::noteHash(const QString& path, const QString& sha256) {
    ++m_notes;
    QtConcurrent::run([path] {
        return storage::fingerprint(path);
    }).then(this, [this, sha256](const QString& found) {
        if (!found.isEmpty())
            m_database.write([found, sha256](storage::Connection& connection) {
                return writeHash(connection, found, {sha256, true});
            });
        if (--m_notes == 0) Q_EMIT hashesNoted();
    });
}

void Library::noteVerification(EntryId id, const Verification& verification) {
    tellWorker([id, verification](LibraryWorker& worker) { worker.noteVerification(id, verification); });
}

} // namespace app::library
