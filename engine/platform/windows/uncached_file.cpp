// FILE_FLAG_NO_BUFFERING; files for measuring have a name here, and go when they are closed.
#include "engine/platform/uncached_file.h"

#include <algorithm>
#include <utility>

#include "engine/platform/windows/file_handle.h"
#include "engine/platform/windows/last_error.h"

namespace engine::platform {

namespace {
// Where an operation begins, for files that have no position of their own in common.
OVERLAPPED at(int64_t offset) {
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset & 0xffffffff);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

DWORD at_most_1_gib(size_t bytes) {
    return static_cast<DWORD>(std::min(bytes, size_t{1} << 30)); // the count is a DWORD
}
} // namespace

Result<UncachedFile> UncachedFile::open(const std::string& path) {
    if (is_folder(path)) return Error{ErrorCode::unsupported, path + " is no file", ""};
    const HANDLE handle = CreateFileW(wide_path(path).c_str(), GENERIC_READ,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                      OPEN_EXISTING, FILE_FLAG_NO_BUFFERING, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return windows_file_error("cannot open", path, GetLastError());
    const int descriptor = descriptor_of(handle);
    if (descriptor < 0) return windows_file_error("cannot open", path, ERROR_TOO_MANY_OPEN_FILES);
    UncachedFile file(descriptor, path);
    LARGE_INTEGER size{};
    if (GetFileType(handle) != FILE_TYPE_DISK) return Error{ErrorCode::unsupported, path + " is no file", ""};
    if (GetFileSizeEx(handle, &size) == 0) return windows_file_error("cannot examine", path, GetLastError());
    file.size_ = size.QuadPart;
    return file;
}

Result<UncachedFile> UncachedFile::create_in(const std::string& folder) {
    const std::string path = folder + "/.tandem-measure-" + std::to_string(GetCurrentProcessId()) + "-" +
                             std::to_string(GetCurrentThreadId());
    const HANDLE handle = CreateFileW(
        wide_path(path).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_DELETE, nullptr, CREATE_NEW,
        FILE_ATTRIBUTE_HIDDEN | FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_NO_BUFFERING | FILE_FLAG_WRITE_THROUGH,
        nullptr);
    if (handle == INVALID_HANDLE_VALUE) return windows_file_error("cannot write in", folder, GetLastError());
    const int descriptor = descriptor_of(handle);
    if (descriptor < 0) return windows_file_error("cannot write in", folder, ERROR_TOO_MANY_OPEN_FILES);
    return UncachedFile(descriptor, folder);
}

UncachedFile::UncachedFile(UncachedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

UncachedFile::~UncachedFile() {
    if (fd_ >= 0) _close(fd_);
}

Result<int64_t> UncachedFile::read(int64_t offset, std::span<std::byte> out) const {
    OVERLAPPED place = at(offset);
    DWORD count = 0;
    if (ReadFile(handle_of(fd_), out.data(), at_most_1_gib(out.size()), &count, &place) == 0 &&
        GetLastError() != ERROR_HANDLE_EOF)
        return windows_file_error("cannot read", path_, GetLastError());
    return int64_t{count};
}

Result<void> UncachedFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        OVERLAPPED place = at(size_);
        DWORD count = 0;
        if (WriteFile(handle_of(fd_), bytes.data(), at_most_1_gib(bytes.size()), &count, &place) == 0)
            return windows_file_error("cannot write in", path_, GetLastError());
        size_ += count;
        bytes = bytes.subspan(count);
    }
    return {};
}

} // namespace engine::platform
