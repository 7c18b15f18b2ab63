// AtomicFile on Windows.
#include "engine/platform/atomic_file.h"

#include <algorithm>
#include <utility>

#include "engine/platform/windows/file_handle.h"
#include "engine/platform/windows/last_error.h"

namespace engine::platform {

namespace {
Error refused(const std::string& what, const std::string& path) {
    return windows_file_error(what, path, GetLastError());
}
} // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, uint64_t expected_bytes) {
    const std::string part = path + ".part";
    if (is_folder(path))
        return Error{ErrorCode::io, "cannot write " + path + ": it is a folder", "Choose another name."};
    const HANDLE handle =
        CreateFileW(wide_path(part).c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return refused("cannot create", part);
    const int descriptor = descriptor_of(handle);
    if (descriptor < 0) return windows_file_error("cannot create", part, ERROR_TOO_MANY_OPEN_FILES);
    AtomicFile file(path, descriptor);
    FILE_ALLOCATION_INFO reserve{};
    reserve.AllocationSize.QuadPart = static_cast<LONGLONG>(std::min<uint64_t>(expected_bytes, INT64_MAX));
    // What is reserved and not written goes back to the disk when the file is closed.
    if (expected_bytes > 0 &&
        SetFileInformationByHandle(handle, FileAllocationInfo, &reserve, sizeof reserve) == 0) {
        Error error = refused("cannot reserve " + std::to_string(expected_bytes) + " bytes for", part);
        if (error.code == ErrorCode::disk_full) return error; // others: a file system that cannot reserve
    }
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

AtomicFile::~AtomicFile() {
    if (fd_ < 0) return;
    _close(fd_);
    DeleteFileW(wide_path(part()).c_str());
}

Result<void> AtomicFile::append(std::span<const std::byte> bytes) {
    constexpr size_t kMostAtOnce = size_t{1} << 30; // the count is a DWORD
    while (!bytes.empty()) {
        DWORD written = 0;
        const auto count = static_cast<DWORD>(std::min(bytes.size(), kMostAtOnce));
        if (WriteFile(handle_of(fd_), bytes.data(), count, &written, nullptr) == 0)
            return refused("cannot write", part());
        bytes = bytes.subspan(written);
    }
    return {};
}

// MoveFileEx() and not ReplaceFile(): that one keeps the old file's permissions, and when it fails half-way
// both names may be gone.
Result<void> AtomicFile::commit() {
    if (FlushFileBuffers(handle_of(fd_)) == 0) return refused("cannot write", part());
    const std::wstring from = wide_path(part());
    if (_close(std::exchange(fd_, -1)) != 0) {
        const Error error = refused("cannot write", part());
        DeleteFileW(from.c_str());
        return error;
    }
    if (MoveFileExW(from.c_str(), wide_path(path_).c_str(),
                    MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0) {
        const Error error = refused("cannot replace", path_);
        DeleteFileW(from.c_str());
        return error;
    }
    return {};
}

} // namespace engine::platform
