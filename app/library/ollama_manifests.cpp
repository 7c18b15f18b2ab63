// Reading manifests.
#include "app/library/ollama_manifests.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace app::library {

namespace {

constexpr qint64 kLongestManifest = 1 << 20;
constexpr int kMostManifests = 20'000;

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

struct Layer {
    QString kind; // the last word of its media type: "model", "template", "adapter", ...
    QString hash; // 64 hexadecimal digits, so that it cannot lead out of the folder
    qint64 size = 0;
};

std::optional<QList<Layer>> layersOf(const QString& manifest) {
    static const QRegularExpression kDigest(QStringLiteral("^sha256:([0-9a-f]{64})$"));
    QFile file(manifest);
    if (file.size() > kLongestManifest || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QJsonDocument json = QJsonDocument::fromJson(file.read(kLongestManifest));
    if (!json[QStringLiteral("layers")].isArray()) return std::nullopt;
    QJsonArray all = json[QStringLiteral("layers")].toArray();
    all.append(json[QStringLiteral("config")]);
    QList<Layer> layers;
    for (const QJsonValue& value : std::as_const(all)) {
        const QRegularExpressionMatch digest = kDigest.match(value[QStringLiteral("digest")].toString());
        if (!digest.hasMatch()) continue;
        layers.append({value[QStringLiteral("mediaType")].toString().section(QLatin1Char('.'), -1),
                       digest.captured(1), value[QStringLiteral("size")].toInteger()});
    }
    return layers;
}

QString blobPath(const QString& folder, const QString& hash) {
    const QString blob = folder + QStringLiteral("/blobs/sha256-") + hash;
    const QString old = folder + QStringLiteral("/blobs/sha256:") + hash; // before version 0.1.30
    return !QFileInfo::exists(blob) && QFileInfo::exists(old) ? old : blob;
}

// "registry.ollama.ai/library/qwen3/8b" -> "qwen3:8b"
QString nameOf(const QString& relative) {
    QStringList parts = relative.split(QLatin1Char('/'));
    const QString tag = parts.takeLast();
    if (!parts.isEmpty() && parts.first() == QLatin1String("registry.ollama.ai")) {
        parts.removeFirst();
        if (!parts.isEmpty() && parts.first() == QLatin1String("library")) parts.removeFirst();
    }
    return parts.join(QLatin1Char('/')) + QLatin1Char(':') + tag;
}

Entry entryOf(const QString& folder, const QString& manifest, const QString& name, const Layer& layer) {
    Entry entry;
    entry.name = name;
    entry.source = name;
    entry.manifest = manifest;
    entry.path = blobPath(folder, layer.hash);
    entry.info.path = entry.path;
    const std::optional<storage::FileStamp> stamp = storage::stampOf(entry.path);
    entry.files.append({entry.path, stamp.value_or(storage::FileStamp()), layer.hash});
    if (!stamp || stamp->size != layer.size) {
        entry.state = Entry::State::incomplete;
        entry.missingParts.append(QFileInfo(entry.path).fileName());
    }
    return entry;
}

QList<Entry> entriesOf(const QString& folder, const QString& manifest, const QString& name) {
    QList<Entry> entries;
    const std::optional<QList<Layer>> layers = layersOf(manifest);
    if (!layers) {
        Entry entry;
        entry.name = name;
        entry.manifest = entry.path = manifest;
        entry.state = Entry::State::damaged;
        entry.problem = tr("Ollama's list of this model's files cannot be read.");
        entry.hint = tr("Get the model again with Ollama.");
        const auto stamp = storage::stampOf(manifest);
        entry.files.append({manifest, stamp.value_or(storage::FileStamp()), {}});
        return {entry};
    }
    bool outerTemplate = false;
    for (const Layer& layer : *layers)
        outerTemplate = outerTemplate || layer.kind == QLatin1String("template");
    for (const Layer& layer : *layers) {
        const bool model = layer.kind == QLatin1String("model");
        if (!model && layer.kind != QLatin1String("adapter")) continue;
        Entry entry = entryOf(folder, manifest, name, layer);
        entry.hasOuterTemplate = model && outerTemplate;
        if (!model) {
            entry.info.kind = bridge::ModelInfo::Kind::adapter;
            entry.info.baseModel = name;
        }
        entries.append(entry);
    }
    return entries;
}

} // namespace

QList<Entry> ollamaModels(const QString& folder) {
    const QString root = folder + QStringLiteral("/manifests");
    QStringList manifests;
    QDirIterator files(root, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext() && manifests.size() < kMostManifests)
        manifests.append(files.next());
    manifests.sort();
    QList<Entry> entries;
    for (const QString& manifest : std::as_const(manifests))
        entries += entriesOf(folder, manifest, nameOf(QDir(root).relativeFilePath(manifest)));
    return entries;
}

QStringList blobsOf(const QString& manifest, const QString& folder) {
    QStringList blobs;
    for (const Layer& layer : layersOf(manifest).value_or(QList<Layer>()))
        blobs.append(blobPath(folder, layer.hash));
    return blobs;
}

} // namespace app::library
