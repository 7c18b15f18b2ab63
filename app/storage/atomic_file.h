// writeAtomically: the whole new file or the whole old one, whatever happens on the way.
#pragma once

#include <QByteArray>
#include <QString>

#include "app/storage/outcome.h"

namespace app::storage {

// Writes beside the target, flushes to the disk, renames over it. Makes missing parent folders.
Outcome<void> writeAtomically(const QString& path, const QByteArray& bytes);

} // namespace app::storage
