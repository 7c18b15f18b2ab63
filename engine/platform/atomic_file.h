// AtomicFile: a file that appears under its name only when it is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/result.h"

namespace engine::platform {

// Writes PATH.part; commit() makes it durable and renames it to PATH, replacing what was there. Without
// commit() the destructor removes PATH.part. Errors: disk_full, io, not_found (no such folder).
class AtomicFile {
 public:
    // Reserves `expected_bytes` at once where the file system can, so that a full disk is noticed before
    // hours of work and not after.
    static Result<AtomicFile> create(const std::string& path, uint64_t expected_bytes);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    Result<void> append(std::span<const std::byte> bytes);
    Result<void> commit();

 private:
    AtomicFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
    std::string part() const { return path_ + ".part"; }

    std::string path_;
    int fd_ = -1; // -1: committed, or moved away
};

} // namespace engine::platform
