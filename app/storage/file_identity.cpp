// stat() is there on all three systems.
#include "app/storage/file_identity.h"

#include <sys/stat.h>

#include <QFile>

namespace app::storage {

std::optional<FileIdentity> identityOf(const QString& path) {
    struct stat found {};
    if (::stat(QFile::encodeName(path).constData(), &found) != 0) return std::nullopt;
    return FileIdentity(static_cast<quint64>(found.st_dev), static_cast<quint64>(found.st_ino));
}

} // namespace app::storage
