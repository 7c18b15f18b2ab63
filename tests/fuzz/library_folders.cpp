// Fuzzes what other programs leave in folders of models: Ollama's manifests, adapters' notes, file names. The
// first byte chooses. What is found, and what deleting it would take away, stays below the folder.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <cstdint>

#include "app/library/listing.h"
#include "app/library/ollama_manifests.h"
#include "app/library/removal.h"

using namespace app::library;

namespace {

void require(bool condition) {
    if (!condition) __builtin_trap();
}

class Place {
 public:
    Place() {
        QDir().mkpath(path("manifests/registry.ollama.ai/library/m"));
        QDir().mkpath(path("blobs"));
    }
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    QString root() const { return m_folder.path(); }
    QString write(const char* name, const QByteArray& content) const {
        QFile file(path(name));
        require(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        return file.fileName();
    }
    void checkBelow(const QString& path) const {
        require(path.startsWith(root() + QLatin1Char('/')));
        require(!path.contains(QLatin1String("/../")) && !path.endsWith(QLatin1String("/..")));
    }

 private:
    QTemporaryDir m_folder;
};

void checkEntry(const Place& place, Entry entry) {
    place.checkBelow(entry.path);
    require(!entry.name.isEmpty() && entry.bytes() >= 0);
    for (const EntryFile& file : entry.files)
        place.checkBelow(file.path);
    QJsonObject json = toJson(entry);
    const Entry again = entryFromJson(json);
    require(again.name == entry.name && again.files == entry.files);
    entry.folder = place.root();
    const RemovalPlan plan = planRemoval(entry);
    for (const QString& path : plan.paths + plan.folders)
        place.checkBelow(path);
    require(plan.freed >= 0 && plan.kept >= 0);
}

void manifest(const Place& place, const QByteArray& json) {
    const QString manifest = place.write("manifests/registry.ollama.ai/library/m/1", json);
    for (const QString& blob : blobsOf(manifest, place.root()))
        place.checkBelow(blob);
    for (Entry& entry : ollamaModels(place.root())) {
        entry.owner = Folder::Owner::ollama;
        checkEntry(place, entry);
    }
}

void adapter(const Place& place, const QByteArray& json) {
    place.write("blobs/adapter_config.json", json);
    QList<ListedFile> files;
    for (const char* name : {"adapter_config.json", "adapter_model.safetensors"})
        files.append({QLatin1String(name), place.path("blobs/") + QLatin1String(name), {}, true, {}});
    const QList<Entry> found = modelsAmong(place.path("blobs"), files);
    require(found.size() == 1 && found[0].info.kind == app::bridge::ModelInfo::Kind::adapter);
    require(found[0].info.baseModel.size() <= 400);
}

// One name a line; a name cannot hold the separator, and those that begin with a dot are not looked at.
void names(const Place& place, const QByteArray& lines) {
    QList<ListedFile> files;
    for (QByteArray line : lines.split('\n')) {
        const QString name = QString::fromUtf8(line.replace('/', '-').replace('\0', '-'));
        if (name.isEmpty() || name.startsWith(QLatin1Char('.'))) continue;
        files.append({name, place.path("blobs/") + name, app::storage::FileStamp{1, 2, 3, 4, 1}, true, {}});
    }
    for (const Entry& entry : modelsAmong(place.path("blobs"), files))
        checkEntry(place, entry);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const Place place;
    if (size == 0) return 0;
    const QByteArray rest(reinterpret_cast<const char*>(data) + 1, static_cast<qsizetype>(size - 1));
    switch (data[0] % 3) {
        case 0:
            manifest(place, rest);
            break;
        case 1:
            adapter(place, rest);
            break;
        default:
            names(place, rest);
    }
    return 0;
}
