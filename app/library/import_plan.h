// What an import brings into the models folder: which files belong together, and how they are called there.
#pragma once

#include <QStringList>

#include "app/storage/outcome.h"

namespace app::library {

struct ImportRequest {
    enum class Mode { copy, move, link };
    QStringList sources; // files or folders
    Mode mode = Mode::copy;
    QString target; // the models folder
};

struct ImportItem {
    QString name;        // in the target folder
    bool folder = false; // `name` is a folder that holds the files
    QStringList files;   // absolute; one when it is no folder
    QString origin;      // what a link leads to: the file or the folder
    qint64 bytes = 0;
};

// Looks at the disk and blocks. A source that holds no model is a failure that names it.
storage::Outcome<QList<ImportItem>> planImport(const ImportRequest& request);

} // namespace app::library
