// QFile for the bytes; space, lock and sync by the system's own calls where they are there.
#include "app/storage/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#if __has_include(<sys/file.h>)
#include <sys/file.h>
#endif

#include "app/storage/free_space.h"

namespace app::storage {

namespace {

#ifdef O_NOFOLLOW
constexpr int kOpenFlags = O_NOFOLLOW | O_CLOEXEC;
#else
constexpr int kOpenFlags = O_BINARY;
#endif

int syncHandle(int handle) {
#if __has_include(<sys/file.h>)
    return ::fdatasync(handle);
#else
    return ::_commit(handle);
#endif
}

} // namespace

Failure DurableFile::failure(int error) const {
    const bool full = error == ENOSPC || error == EFBIG
#ifdef EDQUOT
                      || error == EDQUOT
#endif
        ;
    const bool refused = error == EACCES || error == EROFS || error == EPERM || error == EISDIR
#ifdef ELOOP
                         || error == ELOOP
#endif
        ;
    const auto kind = full              ? Failure::Kind::diskFull
                      : refused         ? Failure::Kind::readOnly
                      : error == ENOENT ? Failure::Kind::missing
                                        : Failure::Kind::io;
    return {kind, QStringLiteral("%1: %2").arg(m_file.fileName(), qt_error_string(error))};
}

Outcome<void> DurableFile::open(DurableFile& file, const QString& path, Mode mode) {
    file.m_file.close();
    file.m_file.setFileName(path); // for messages; opening by handle keeps the name empty
    const int flags = mode == Mode::readOnly ? O_RDONLY : O_RDWR | O_CREAT;
    const int handle = ::open(QFile::encodeName(path).constData(), flags | kOpenFlags, 0644);
    if (handle < 0) return file.failure(errno);
    const QIODevice::OpenMode how =
        (mode == Mode::readOnly ? QIODevice::ReadOnly : QIODevice::ReadWrite) | QIODevice::Unbuffered;
    if (!file.m_file.open(handle, how, QFileDevice::AutoCloseHandle)) {
        ::close(handle);
        return file.failure(EIO);
    }
    return {};
}

Outcome<void> DurableFile::setSize(qint64 bytes) {
    errno = 0;
    if (!m_file.resize(bytes)) return failure(errno);
    return {};
}

Outcome<void> DurableFile::reserve(qint64 bytes) {
    if (bytes > 0) {
#ifdef FALLOC_FL_KEEP_SIZE
        // Not posix_fallocate: where the file system cannot reserve, that one writes every block.
        int error = 0;
        do {
            error = ::fallocate(m_file.handle(), 0, 0, bytes) == 0 ? 0 : errno;
        } while (error == EINTR);
        if (error != 0 && error != EOPNOTSUPP && error != ENOSYS) return failure(error);
        if (error == 0) return size() == bytes ? Outcome<void>() : setSize(bytes);
#endif
        const auto room = freeSpaceAt(QFileInfo(m_file.fileName()).absolutePath());
        if (room && *room < bytes - size()) return failure(ENOSPC);
    }
    return setSize(bytes);
}

Outcome<void> DurableFile::writeAt(qint64 offset, const char* bytes, qint64 count) {
    if (!m_file.seek(offset)) return failure(EIO);
    while (count > 0) {
        errno = 0;
        const qint64 written = m_file.write(bytes, count);
        if (written <= 0) return failure(errno != 0 ? errno : EIO);
        bytes += written;
        count -= written;
    }
    return {};
}

Outcome<QByteArray> DurableFile::readAt(qint64 offset, qint64 count) {
    errno = 0;
    if (!m_file.seek(offset)) return failure(EIO);
    QByteArray bytes = m_file.read(count);
    if (bytes.isEmpty() && count > 0 && offset < size()) return failure(errno != 0 ? errno : EIO);
    return bytes;
}

Outcome<void> DurableFile::sync() {
    if (syncHandle(m_file.handle()) != 0) return failure(errno);
    return {};
}

bool DurableFile::tryLock() {
#if __has_include(<sys/file.h>)
    return ::flock(m_file.handle(), LOCK_EX | LOCK_NB) == 0;
#else
    return true;
#endif
}

void syncFolder(const QString& folder) {
#ifdef O_DIRECTORY
    const int handle = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    (void)::fsync(handle);
    ::close(handle);
#else
    Q_UNUSED(folder);
#endif
}

} // namespace app::storage
