// MappedFile on Windows, which refuses to cut or replace a file while somebody maps it.
#include "engine/platform/mapped_file.h"

#include <atomic>

#include "engine/platform/windows/file_handle.h"
#include "engine/platform/windows/last_error.h"

namespace engine::platform {

namespace {
struct Handle {
    HANDLE value;
    ~Handle() {
        if (value != nullptr && value != INVALID_HANDLE_VALUE) CloseHandle(value);
    }
};

// Far above the addresses that the system gives by itself and far below those of its libraries: while the
// guard replaces a mapping, the place is free for a moment, and nobody's allocation may land in it (a
// starting thread's stack did).
void* place_for(uint64_t size) {
    constexpr uint64_t kFirst = uint64_t{16} << 40, kEnd = uint64_t{96} << 40; // of 128 TiB
    constexpr uint64_t kStep = uint64_t{1} << 30;
    static std::atomic<uint64_t> used{0};
    const uint64_t step = (size / kStep + 2) * kStep;
    const uint64_t offset = used.fetch_add(step, std::memory_order_relaxed) % (kEnd - kFirst);
    return reinterpret_cast<void*>(kFirst + offset);
}

const void* map_view(HANDLE section, uint64_t size) {
    const void* const there = MapViewOfFileEx(section, FILE_MAP_READ, 0, 0, 0, place_for(size));
    return there != nullptr ? there : MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
}
} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
    if (is_folder(path)) return Error{ErrorCode::io, path + " is a folder, not a file", ""};
    const Handle file{CreateFileW(wide_path(path).c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (file.value == INVALID_HANDLE_VALUE) return windows_file_error("cannot open", path, GetLastError());
    if (GetFileType(file.value) != FILE_TYPE_DISK)
        return Error{ErrorCode::io, path + " is not a regular file", ""};
    LARGE_INTEGER size{};
    if (GetFileSizeEx(file.value, &size) == 0)
        return windows_file_error("cannot examine", path, GetLastError());

    auto mapped = std::shared_ptr<MappedFile>(new MappedFile);
    mapped->path_ = path;
    if (size.QuadPart > 0) {
        const Handle section{CreateFileMappingW(file.value, nullptr, PAGE_READONLY, 0, 0, nullptr)};
        if (section.value == nullptr) return windows_file_error("cannot map", path, GetLastError());
        const void* const data = map_view(section.value, static_cast<uint64_t>(size.QuadPart));
        if (data == nullptr) return windows_file_error("cannot map", path, GetLastError());
        mapped->data_ = static_cast<const std::byte*>(data);
        mapped->size_ = static_cast<size_t>(size.QuadPart);
        mapped->guard_ = std::make_unique<MappingGuard>(mapped->bytes());
    }
    return std::shared_ptr<const MappedFile>(std::move(mapped));
}

MappedFile::~MappedFile() {
    if (data_ == nullptr) return;
    const bool replaced = guard_->broken();
    guard_.reset();
    void* const data = const_cast<std::byte*>(data_);
    if (replaced)
        VirtualFree(data, 0, MEM_RELEASE); // by the guard
    else
        UnmapViewOfFile(data);
}

Error MappedFile::unreadable() const {
    WIN32_FILE_ATTRIBUTE_DATA file{};
    if (GetFileAttributesExW(wide_path(path_).c_str(), GetFileExInfoStandard, &file) != 0 &&
        ((uint64_t{file.nFileSizeHigh} << 32) | file.nFileSizeLow) < size_)
        return {ErrorCode::io, path_ + " became shorter while it was in use",
                "Another program has changed the file. Get it again if need be, then load the model again."};
    return {ErrorCode::io, path_ + " could not be read any further",
            "Check that its disk is connected and sound, then load the model again."};
}

// To unlock pages that are not locked takes them out of the working set; documented so.
void MappedFile::release(std::span<const std::byte> part) const {
    SYSTEM_INFO system{};
    GetSystemInfo(&system);
    const uintptr_t page = system.dwPageSize;
    const auto first = reinterpret_cast<uintptr_t>(part.data());
    const uintptr_t begin = (first + page - 1) / page * page, end = (first + part.size()) / page * page;
    if (begin < end) VirtualUnlock(reinterpret_cast<void*>(begin), end - begin); // advice only
}

} // namespace engine::platform
