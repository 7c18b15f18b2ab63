// UncachedFile: reads a file from its disk and not from the system's cache, to see how fast the disk is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/result.h"

namespace engine::platform {

class UncachedFile {
 public:
    static constexpr int64_t kAlignment = 4096; // of memory, offsets and sizes

    // Errors: those of file_error().
    static Result<UncachedFile> open(const std::string& path);
    // A file without a name in this folder, gone with the object; writes go to the disk at once. Errors:
    // unsupported (a file system that has no such files), disk_full, io.
    static Result<UncachedFile> create_in(const std::string& folder);
    UncachedFile(UncachedFile&& other) noexcept;
    UncachedFile& operator=(UncachedFile&&) = delete;
    ~UncachedFile();

    int64_t size() const { return size_; }
    // Bytes read, fewer than asked for at the end of the file. Errors: io.
    Result<int64_t> read(int64_t offset, std::span<std::byte> out) const;
    Result<void> append(std::span<const std::byte> bytes);

 private:
    UncachedFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    int fd_;
    std::string path_;
    int64_t size_ = 0;
};

} // namespace engine::platform
