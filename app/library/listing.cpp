// Grouping by names.
#include "app/library/listing.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QMap>

#include "app/bridge/part_name.h"

namespace app::library {

namespace {

using State = Entry::State;
using bridge::PartName;

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

void damage(Entry& entry, const QString& problem, const QString& hint) {
    entry.state = State::damaged;
    entry.problem = problem;
    entry.hint = hint;
}

void add(Entry& entry, const ListedFile& file) {
    entry.files.append({file.path, file.stamp.value_or(storage::FileStamp()), file.sha256});
    if (!file.nameIsText)
        damage(entry, tr("The name of this file is not text: it holds bytes that are no UTF-8."),
               tr("Rename the file, for example with convmv."));
    else if (!file.stamp)
        damage(entry, tr("The link leads to a file that is gone."), tr("Get the file again."));
}

// The parts that are there, in order, and the names of those that are not.
Entry setOf(const QMap<int, ListedFile>& parts, const PartName& name) {
    constexpr int kMostNamed = 100;
    Entry entry;
    for (const ListedFile& file : parts)
        add(entry, file);
    if (parts.size() < name.count) {
        for (int i = 1; i <= name.count && entry.missingParts.size() < kMostNamed; ++i)
            if (!parts.contains(i)) entry.missingParts.append(name.file(i));
        if (entry.state == State::unread) entry.state = State::incomplete;
    }
    return entry;
}

QList<Entry> ggufModels(const QList<ListedFile>& files) {
    QMap<QString, QMap<int, ListedFile>> sets; // by stem and count
    QList<Entry> found;
    for (const ListedFile& file : files) {
        if (!file.name.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive)) continue;
        if (const PartName part = PartName::of(file.name); part.count > 0) {
            sets[part.set()].insert(part.number, file);
            continue;
        }
        Entry entry;
        add(entry, file);
        entry.path = file.path;
        entry.name = file.name.chopped(5);
        found.append(entry);
    }
    for (const QMap<int, ListedFile>& parts : std::as_const(sets)) {
        const ListedFile& first = parts.first();
        const PartName name = PartName::of(first.name);
        Entry entry = setOf(parts, name);
        entry.path = first.path;
        entry.name = name.stem;
        found.append(entry);
    }
    return found;
}

// "owner/name" out of what a person wrote in a configuration; a path on somebody's disk gives its end.
QString baseName(const QString& text) {
    const QString clean = text.left(400);
    return clean.startsWith(QLatin1Char('/')) ? clean.section(QLatin1Char('/'), -1) : clean;
}

Entry peftAdapter(const QString& folder, const QList<ListedFile>& files) {
    constexpr qint64 kLongest = 4 << 20;
    Entry entry;
    entry.format = Entry::Format::safetensors;
    entry.path = folder;
    entry.name = QFileInfo(folder).fileName();
    entry.info.kind = bridge::ModelInfo::Kind::adapter;
    QFile config(folder + QStringLiteral("/adapter_config.json"));
    const QJsonDocument json = config.open(QIODevice::ReadOnly) && config.size() <= kLongest
                                   ? QJsonDocument::fromJson(config.readAll())
                                   : QJsonDocument();
    entry.info.baseModel = baseName(json[QStringLiteral("base_model_name_or_path")].toString());
    entry.info.architecture = json[QStringLiteral("peft_type")].toString().left(40);
    entry.state = State::ready;
    for (const ListedFile& file : files)
        if (file.name.startsWith(QLatin1String("adapter_model.")) &&
            !file.name.endsWith(QLatin1String(".json")))
            add(entry, file);
    if (!json.isObject())
        damage(entry, tr("adapter_config.json cannot be read."), tr("Get the adapter again."));
    else if (entry.files.isEmpty())
        entry.missingParts.append(QStringLiteral("adapter_model.safetensors"));
    if (!entry.missingParts.isEmpty()) entry.state = State::incomplete;
    entry.info.fileBytes = entry.bytes();
    return entry;
}

std::optional<Entry> safetensorsModel(const QString& folder, const QList<ListedFile>& files) {
    Entry entry;
    QMap<QString, QMap<int, ListedFile>> sets;
    bool config = false, index = false, usual = false;
    for (const ListedFile& file : files) {
        config = config || file.name == QLatin1String("config.json");
        index = index || file.name == QLatin1String("model.safetensors.index.json");
        if (!file.name.endsWith(QLatin1String(".safetensors"))) continue;
        usual = usual || file.name == QLatin1String("model.safetensors");
        const PartName part = PartName::of(file.name);
        if (part.count > 0)
            sets[part.set()].insert(part.number, file);
        else
            add(entry, file);
    }
    // Loose weights without any of these belong to programs that draw pictures.
    if ((entry.files.isEmpty() && sets.isEmpty()) || !(config || index || usual)) return std::nullopt;
    for (const QMap<int, ListedFile>& parts : std::as_const(sets)) {
        const Entry set = setOf(parts, PartName::of(parts.first().name));
        entry.files += set.files;
        entry.missingParts += set.missingParts;
        if (set.state == State::damaged) damage(entry, set.problem, set.hint);
    }
    if (!config) entry.missingParts.append(QStringLiteral("config.json"));
    if (!entry.missingParts.isEmpty() && entry.state == State::unread) entry.state = State::incomplete;
    entry.format = Entry::Format::safetensors;
    entry.path = folder;
    entry.name = QFileInfo(folder).fileName();
    return entry;
}

} // namespace

QString repositoryOf(const QString& path) {
    const QString kStart = QStringLiteral("models--");
    for (const QString& part : path.split(QLatin1Char('/')))
        if (part.startsWith(kStart))
            return part.mid(kStart.size()).replace(QStringLiteral("--"), QStringLiteral("/"));
    return {};
}

QList<Entry> modelsAmong(const QString& folder, const QList<ListedFile>& files) {
    QList<Entry> found = ggufModels(files);
    const bool adapter = std::any_of(files.begin(), files.end(), [](const ListedFile& file) {
        return file.name == QLatin1String("adapter_config.json");
    });
    if (adapter)
        found.append(peftAdapter(folder, files));
    else if (const auto model = safetensorsModel(folder, files))
        found.append(*model);
    for (Entry& entry : found) {
        entry.source = repositoryOf(folder);
        if (!entry.source.isEmpty() && entry.format == Entry::Format::safetensors)
            entry.name = entry.source.section(QLatin1Char('/'), -1);
        entry.info.path = entry.path;
    }
    return found;
}

} // namespace app::library
