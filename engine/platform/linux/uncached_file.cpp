// O_DIRECT, or the advice to forget the file where a file system refuses that.
#include "engine/platform/uncached_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/platform/file_error.h"

namespace engine::platform {

Result<UncachedFile> UncachedFile::open(const std::string& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT);
    if (fd < 0 && errno == EINVAL) {
        fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd >= 0) posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    }
    if (fd < 0) return file_error("cannot open", path, errno);
    UncachedFile file(fd, path);
    struct stat status {};
    if (fstat(fd, &status) != 0) return file_error("cannot examine", path, errno);
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::unsupported, path + " is no file", ""};
    file.size_ = status.st_size;
    return file;
}

Result<UncachedFile> UncachedFile::create_in(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_DIRECT | O_DSYNC, 0600);
    if (fd >= 0) return UncachedFile(fd, folder);
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
        return Error{ErrorCode::unsupported, folder + " does not take files for measuring", ""};
    return file_error("cannot write in", folder, errno);
}

UncachedFile::UncachedFile(UncachedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

UncachedFile::~UncachedFile() {
    if (fd_ >= 0) close(fd_);
}

Result<int64_t> UncachedFile::read(int64_t offset, std::span<std::byte> out) const {
    ssize_t count = 0;
    do {
        count = pread(fd_, out.data(), out.size(), offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return file_error("cannot read", path_, errno);
    return int64_t{count};
}

Result<void> UncachedFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = pwrite(fd_, bytes.data(), bytes.size(), size_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return file_error("cannot write in", path_, errno);
        size_ += count;
        bytes = bytes.subspan(static_cast<size_t>(count));
    }
    return {};
}

} // namespace engine::platform
