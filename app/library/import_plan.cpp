// Sources as items.
#include "app/library/import_plan.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "app/library/listing.h"

namespace app::library {

using storage::Failure;
using storage::Outcome;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

QList<ListedFile> list(const QString& folder) {
    QList<ListedFile> files;
    for (const QFileInfo& info : QDir(folder).entryInfoList(QDir::Files, QDir::Name))
        files.append({info.fileName(), info.filePath(), storage::stampOf(info.filePath()), true, {}});
    return files;
}

Failure noModel(const QString& path) {
    return {Failure::Kind::invalid,
            tr("%1 is no model: GGUF files and folders with safetensors can be taken in.").arg(path)};
}

ImportItem itemOf(const Entry& entry) {
    ImportItem item;
    if (entry.format == Entry::Format::safetensors) {
        item.folder = true;
        item.name = entry.name;
        item.origin = entry.path;
        for (const QFileInfo& info : QDir(entry.path).entryInfoList(QDir::Files, QDir::Name)) {
            item.files.append(info.filePath());
            item.bytes += info.size();
        }
        return item;
    }
    for (const EntryFile& file : entry.files)
        item.files.append(file.path);
    item.bytes = entry.bytes();
    item.folder = entry.files.size() > 1;
    item.origin = item.folder ? QString() : entry.path;
    item.name = item.folder ? entry.name : QFileInfo(entry.path).fileName();
    return item;
}

// The models of a folder, or the one that a file belongs to.
Outcome<QList<ImportItem>> itemsOf(const QString& source) {
    const QFileInfo info(source);
    const bool inFolder = info.isDir() || info.suffix() == QLatin1String("safetensors") ||
                          info.suffix() == QLatin1String("json");
    const QString folder = info.isDir() ? info.absoluteFilePath() : info.absolutePath();
    QList<ImportItem> items;
    for (const Entry& entry : modelsAmong(folder, list(folder))) {
        const bool wanted = info.isDir() || (inFolder && entry.path == folder) ||
                            std::any_of(entry.files.begin(), entry.files.end(), [&](const EntryFile& file) {
                                return file.path == info.absoluteFilePath();
                            });
        if (!wanted) continue;
        if (!entry.missingParts.isEmpty())
            return Failure{
                Failure::Kind::missing,
                tr("%1 is not complete: %2 is missing.").arg(entry.path, entry.missingParts.first())};
        items.append(itemOf(entry));
    }
    if (items.isEmpty()) return noModel(source);
    return items;
}

bool isInside(const QString& path, const QString& folder) {
    const QString real = QFileInfo(folder).canonicalFilePath();
    return !real.isEmpty() &&
           (QFileInfo(path).canonicalFilePath() + QLatin1Char('/')).startsWith(real + QLatin1Char('/'));
}

} // namespace

Outcome<QList<ImportItem>> planImport(const ImportRequest& request) {
    QList<ImportItem> items;
    for (const QString& source : request.sources) {
        if (!QFileInfo::exists(source))
            return Failure{Failure::Kind::missing, tr("%1 is not there.").arg(source)};
        if (isInside(source, request.target))
            return Failure{Failure::Kind::invalid, tr("%1 is in the models folder already.").arg(source)};
        const Outcome<QList<ImportItem>> more = itemsOf(source);
        if (!more.ok()) return more.failure();
        for (const ImportItem& item : more.value())
            for (const QString& file : item.files)
                if (request.mode == ImportRequest::Mode::move && QFileInfo(file).isSymLink())
                    return Failure{Failure::Kind::invalid,
                                   tr("%1 is a link and cannot be moved: copy it instead.").arg(file)};
        for (const ImportItem& item : more.value()) {
            const bool known = std::any_of(items.begin(), items.end(), [&](const ImportItem& other) {
                return other.files == item.files; // several parts of one model were dropped
            });
            if (!known) items.append(item);
        }
    }
    return items;
}

} // namespace app::library
