// AtomicFile on POSIX systems.
#include "engine/platform/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/platform/file_error.h"

namespace engine::platform {

namespace {
// Without this a crash of the machine may lose the rename although the data are on the disk.
int sync_folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno == EACCES ? 0 : errno; // a folder may be writable but not readable
    const int reason =
        ::fsync(fd) == 0 || errno == EINVAL ? 0 : errno; // EINVAL: the file system has no such sync
    ::close(fd);
    return reason;
}
} // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, uint64_t expected_bytes) {
    const std::string part = path + ".part";
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return Error{ErrorCode::io, "cannot write " + path + ": it is a folder", "Choose another name."};
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return file_error("cannot create", part, errno);
    AtomicFile file(path, fd);
#ifdef FALLOC_FL_KEEP_SIZE
    const auto length = static_cast<off_t>(std::min<uint64_t>(expected_bytes, INT64_MAX));
    if (length > 0 && ::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, length) != 0 &&
        (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
        return file_error("cannot reserve " + std::to_string(length) + " bytes for", part, errno);
#endif
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

AtomicFile::~AtomicFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part().c_str());
}

Result<void> AtomicFile::append(std::span<const std::byte> bytes) {
    constexpr size_t kMostAtOnce = size_t{1} << 30; // Linux writes at most 2 GiB per call
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), std::min(bytes.size(), kMostAtOnce));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return file_error("cannot write", part(), errno);
        bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::commit() {
    if (::fsync(fd_) != 0 && errno != EINVAL) return file_error("cannot write", part(), errno);
    if (::close(std::exchange(fd_, -1)) != 0) {
        const int reason = errno;
        ::unlink(part().c_str());
        return file_error("cannot write", part(), reason);
    }
    if (::rename(part().c_str(), path_.c_str()) != 0) {
        const int reason = errno;
        ::unlink(part().c_str());
        return file_error("cannot replace", path_, reason);
    }
    if (const int reason = sync_folder_of(path_); reason != 0)
        return file_error("cannot make durable", path_, reason);
    return {};
}

} // namespace engine::platform
