// Counting and deleting.
#include "app/library/removal.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QMap>
#include <QSet>

#include "app/library/listing.h"
#include "app/library/ollama_manifests.h"

namespace app::library {

namespace {

// What belongs to a model in a folder of its own besides its weights; anything else there is somebody's and
// stays.
bool isCompanion(const QString& name) {
    static const QStringList kNames{
        QStringLiteral("config.json"),          QStringLiteral("generation_config.json"),
        QStringLiteral("tokenizer.json"),       QStringLiteral("tokenizer_config.json"),
        QStringLiteral("tokenizer.model"),      QStringLiteral("special_tokens_map.json"),
        QStringLiteral("added_tokens.json"),    QStringLiteral("vocab.json"),
        QStringLiteral("merges.txt"),           QStringLiteral("chat_template.jinja"),
        QStringLiteral("chat_template.json"),   QStringLiteral("preprocessor_config.json"),
        QStringLiteral("adapter_config.json"),  QStringLiteral("model.safetensors.index.json"),
        QStringLiteral("processor_config.json")};
    return kNames.contains(name);
}

class Planner {
 public:
    explicit Planner(const Entry& entry) : m_entry(entry) {
        m_plan.foreign = entry.isForeign();
        m_plan.owner = entry.owner;
    }

    RemovalPlan plan() {
        if (!m_entry.manifest.isEmpty())
            takeFromOllama();
        else if (!repositoryOf(m_entry.path).isEmpty())
            takeFromHub();
        else
            take(ownFiles());
        count();
        return m_plan;
    }

 private:
    QStringList ownFiles() const {
        QStringList files;
        for (const EntryFile& file : m_entry.files)
            files.append(file.path);
        if (m_entry.format == Entry::Format::safetensors) {
            const QDir folder(m_entry.path);
            for (const QString& name : folder.entryList(QDir::Files | QDir::System | QDir::Hidden))
                if (isCompanion(name) && !files.contains(folder.filePath(name)))
                    files.append(folder.filePath(name));
        }
        return files;
    }

    void take(const QStringList& files) {
        m_plan.paths = files;
        if (m_entry.path != m_entry.folder && m_entry.format == Entry::Format::safetensors)
            m_plan.folders.append(m_entry.path);
        const QString above = QFileInfo(m_entry.path).absolutePath();
        if (m_entry.format == Entry::Format::gguf && above != m_entry.folder) m_plan.folders.append(above);
    }

    // A link in a snapshot, and its blob when no other revision leads to it.
    void takeFromHub() {
        take(ownFiles());
        const QString repository = m_entry.path.section(QStringLiteral("/snapshots/"), 0, 0);
        const QString blobs = QFileInfo(repository + QStringLiteral("/blobs")).canonicalFilePath();
        const QSet<QString> links(m_plan.paths.begin(), m_plan.paths.end());
        QSet<QString> used; // by links that stay
        QDirIterator all(repository + QStringLiteral("/snapshots"), QDir::Files | QDir::System,
                         QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QString link = all.next();
            if (!links.contains(link)) used.insert(QFileInfo(link).canonicalFilePath());
        }
        for (const QString& link : links) {
            const QString blob = QFileInfo(link).canonicalFilePath();
            if (blobs.isEmpty() || !blob.startsWith(blobs + QLatin1Char('/'))) continue;
            if (used.contains(blob))
                m_plan.kept += QFileInfo(blob).size();
            else if (!m_plan.paths.contains(blob))
                m_plan.paths.append(blob);
        }
    }

    // Every name of the model's blob, and the blobs that no other name needs.
    void takeFromOllama() {
        const QString store = m_entry.manifest.section(QStringLiteral("/manifests/"), 0, 0);
        QSet<QString> mine, others;
        QDirIterator manifests(store + QStringLiteral("/manifests"), QDir::Files,
                               QDirIterator::Subdirectories);
        while (manifests.hasNext()) {
            const QString manifest = manifests.next();
            const QStringList blobs = blobsOf(manifest, store);
            if (manifest == m_entry.manifest || blobs.contains(m_entry.path)) {
                m_plan.paths.append(manifest);
                if (manifest != m_entry.manifest) m_plan.otherNames.append(manifest);
                mine += QSet<QString>(blobs.begin(), blobs.end());
            } else {
                others += QSet<QString>(blobs.begin(), blobs.end());
            }
        }
        for (const QString& blob : std::as_const(mine)) {
            if (others.contains(blob))
                m_plan.kept += QFileInfo(blob).size();
            else if (QFileInfo::exists(blob))
                m_plan.paths.append(blob);
        }
    }

    // A file's bytes come back when its last name goes; those of a link's target never do.
    void count() {
        QMap<std::pair<quint64, quint64>, qint64> names;
        for (const QString& path : std::as_const(m_plan.paths)) {
            if (QFileInfo(path).isSymLink()) continue;
            const auto stamp = storage::stampOf(path);
            if (!stamp) continue;
            const qint64 mine = ++names[{stamp->device, stamp->inode}];
            if (stamp->inode == 0 || mine == stamp->links)
                m_plan.freed += stamp->size;
            else if (mine == 1)
                m_plan.kept += stamp->size;
            if (stamp->inode != 0 && mine == stamp->links && stamp->links > 1) m_plan.kept -= stamp->size;
        }
    }

    const Entry& m_entry;
    RemovalPlan m_plan;
};

} // namespace

RemovalPlan planRemoval(const Entry& entry) {
    return Planner(entry).plan();
}

storage::Outcome<void> removeFiles(const RemovalPlan& plan) {
    for (const QString& path : plan.paths) {
        QFile file(path);
        if (file.remove() || (!QFileInfo::exists(path) && !QFileInfo(path).isSymLink())) continue;
        return storage::Failure{
            storage::Failure::Kind::readOnly,
            QCoreApplication::translate("Library", "%1 cannot be deleted: %2").arg(path, file.errorString())};
    }
    for (const QString& folder : plan.folders)
        QDir().rmdir(folder); // fails, and is meant to, when something else lies there
    return {};
}

} // namespace app::library
