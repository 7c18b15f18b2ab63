// QSaveFile with Failures.
#include "app/storage/atomic_file.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace app::storage {

Outcome<void> writeAtomically(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    const auto failure = [&] {
        const auto kind = file.error() == QFileDevice::ResourceError      ? Failure::Kind::diskFull
                          : file.error() == QFileDevice::OpenError        ? Failure::Kind::readOnly
                          : file.error() == QFileDevice::PermissionsError ? Failure::Kind::readOnly
                                                                          : Failure::Kind::io;
        return Failure{kind, QStringLiteral("%1: %2").arg(path, file.errorString())};
    };
    if (!QDir().mkpath(QFileInfo(path).absolutePath())) return failure();
    if (!file.open(QIODevice::WriteOnly)) return failure();
    if (file.write(bytes) != bytes.size()) return failure();
    if (!file.commit()) return failure();
    return {};
}

} // namespace app::storage
