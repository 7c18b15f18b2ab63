// QSaveFile with Failures.
#include "app/storage/atomic_file.h"

#include <QCoreApplication>
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
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder))
        return Failure{
            Failure::Kind::readOnly,
            QCoreApplication::translate("Storage", "%1: the folder %2 cannot be made.").arg(path, folder)};
    if (!file.open(QIODevice::WriteOnly)) return failure();
    if (file.write(bytes) != bytes.size()) return failure();
    if (!file.commit()) return failure();
    return {};
}

} // namespace app::storage
