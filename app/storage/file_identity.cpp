// stat() is there on all three systems.
#include "app/storage/file_identity.h"

#include <sys/stat.h>

#include <QFile>
#include <chrono>
#include <filesystem>

namespace app::storage {

std::optional<FileIdentity> identityOf(const QString& path) {
    struct stat found {};
    if (::stat(QFile::encodeName(path).constData(), &found) != 0) return std::nullopt;
    return FileIdentity(static_cast<quint64>(found.st_dev), static_cast<quint64>(found.st_ino));
}

std::optional<FileStamp> stampOf(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    struct stat found {};
    if (::stat(name.constData(), &found) != 0) return std::nullopt;
    std::error_code failed;
    const auto written = std::filesystem::last_write_time(path.toStdU16String(), failed);
    if (failed) return std::nullopt;
    FileStamp stamp;
    stamp.device = static_cast<quint64>(found.st_dev);
    stamp.inode = static_cast<quint64>(found.st_ino);
    stamp.size = static_cast<qint64>(found.st_size);
    stamp.links = static_cast<qint64>(found.st_nlink);
    stamp.modified = std::chrono::duration_cast<std::chrono::nanoseconds>(written.time_since_epoch()).count();
    return stamp;
}

bool wasWrittenWithin(const FileStamp& stamp, int seconds) {
    const auto now = std::filesystem::file_time_type::clock::now().time_since_epoch();
    const qint64 age = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - stamp.modified;
    return qAbs(age) < qint64{1'000'000'000} * seconds;
}

} // namespace app::storage
