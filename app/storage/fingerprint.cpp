// Both ends of a file.
#include "app/storage/fingerprint.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::storage {

QString firstWeights(const QString& path) {
    if (!QFileInfo(path).isDir()) return path;
    const QDir folder(path);
    const QStringList files =
        folder.entryList({QStringLiteral("*.safetensors")}, QDir::Files | QDir::Readable, QDir::Name);
    return files.isEmpty() ? QString() : folder.filePath(files.first());
}

QString fingerprint(const QString& path) {
    constexpr qint64 kEnd = 1 << 20;
    QFile file(firstWeights(path));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const qint64 size = file.size();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(file.read(kEnd));
    if (size > kEnd && file.seek(qMax(kEnd, size - kEnd))) hash.addData(file.read(kEnd));
    if (file.error() != QFileDevice::NoError) return {};
    return QStringLiteral("%1-%2").arg(size).arg(QString::fromLatin1(hash.result().toHex().first(40)));
}

} // namespace app::storage
