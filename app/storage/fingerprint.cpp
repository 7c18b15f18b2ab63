// Both ends of a file.
#include "app/library/fingerprint.h"

#include <QCryptographicHash>
#include <QFile>

namespace app::library {

QString fingerprint(const QString& path) {
    constexpr qint64 kEnd = 1 << 20;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const qint64 size = file.size();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(file.read(kEnd));
    if (size > kEnd && file.seek(qMax(kEnd, size - kEnd))) hash.addData(file.read(kEnd));
    if (file.error() != QFileDevice::NoError) return {};
    return QStringLiteral("%1-%2").arg(size).arg(QString::fromLatin1(hash.result().toHex().first(40)));
}

} // namespace app::library
