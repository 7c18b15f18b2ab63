// Names from the network as paths on this disk: what could leave the folder, or is no name everywhere, is
// refused.
#pragma once

#include <QString>
#include <QStringList>

#include "app/storage/outcome.h"

namespace app::downloads {

// "" when the relative path may be made below a folder on every system, else why not, for people.
QString whyUnsafe(const QString& relativePath);
// The same for all files of one download together: also two names that some systems take for one.
QString whyUnsafe(const QStringList& relativePaths);
// "owner/name" as the hub allows it; older models have no owner.
bool isRepositoryName(const QString& name);

// Makes the folders of `relativePath` below `root` and gives back the whole path. Refuses a link on the way.
storage::Outcome<QString> makePathBelow(const QString& root, const QString& relativePath);

} // namespace app::downloads
