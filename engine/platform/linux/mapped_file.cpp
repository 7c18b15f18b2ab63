// MappedFile on POSIX systems.
#include "engine/platform/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "engine/platform/file_error.h"

namespace engine::platform {

namespace {
struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};
} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
    // Non-blocking: opening a named pipe would otherwise wait for a writer that never comes.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0) return file_error("cannot open", path, errno);
    struct stat status {};
    if (::fstat(file.fd, &status) != 0) return file_error("cannot examine", path, errno);
    if (S_ISDIR(status.st_mode)) return Error{ErrorCode::io, path + " is a folder, not a file", ""};
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::io, path + " is not a regular file", ""};

    auto mapped = std::shared_ptr<MappedFile>(new MappedFile);
    mapped->path_ = path;
    if (static_cast<uint64_t>(status.st_size) > SIZE_MAX)
        return Error{ErrorCode::out_of_memory, path + " is larger than this machine can address", ""};
    const auto size = static_cast<size_t>(status.st_size);
    if (size > 0) {
        void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd, 0);
        if (data == MAP_FAILED) return file_error("cannot map", path, errno);
        mapped->data_ = static_cast<const std::byte*>(data);
        mapped->size_ = size;
        mapped->guard_ = std::make_unique<MappingGuard>(mapped->bytes());
    }
    return std::shared_ptr<const MappedFile>(std::move(mapped));
}

MappedFile::~MappedFile() {
    guard_.reset();
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

Error MappedFile::unreadable() const {
    struct stat status {};
    const bool shorter = ::stat(path_.c_str(), &status) == 0 && static_cast<uint64_t>(status.st_size) < size_;
    if (shorter)
        return {ErrorCode::io, path_ + " became shorter while it was in use",
                "Another program has changed the file. Get it again if need be, then load the model again."};
    return {ErrorCode::io, path_ + " could not be read any further",
            "Check that its disk is connected and sound, then load the model again."};
}

void MappedFile::release(std::span<const std::byte> part) const {
    const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto first = reinterpret_cast<uintptr_t>(part.data());
    const uintptr_t begin = (first + page - 1) / page * page, end = (first + part.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED); // advice only
}

} // namespace engine::platform
