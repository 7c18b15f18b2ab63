// A folder's files as models: parts and shards put together, adapters told from models.
#pragma once

#include <optional>

#include "app/library/entry.h"

namespace app::library {

// A file as a listing shows it.
struct ListedFile {
    QString name;
    QString path;
    std::optional<storage::FileStamp> stamp; // empty: a link that leads nowhere
    bool nameIsText = true;                  // false: bytes that no program can show, `name` is a likeness
    QString sha256;                          // from the blob that a link leads to
};

// `folder` is where the files lie. What cannot be a model is left out.
QList<Entry> modelsAmong(const QString& folder, const QList<ListedFile>& files);

// "owner/name" for a path inside Hugging Face's cache (models--owner--name/snapshots/...); else empty.
QString repositoryOf(const QString& path);

} // namespace app::library
