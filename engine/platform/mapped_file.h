// MappedFile: a file as read-only memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "engine/base/result.h"
#include "engine/platform/mapping_guard.h"

namespace engine::platform {

// Maps a whole regular file; the mapping lives as long as the object. Reading is safe from any thread. An
// empty file maps to an empty span. Errors: not_found, io (with the system's reason), out_of_memory.
// A file that somebody truncates while it is mapped, or whose disk fails, reads as zeros from then on: see
// check(). Replacing it by rename is harmless, because the mapping keeps the old file.
class MappedFile {
 public:
    static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return {data_, size_}; }
    const std::string& path() const { return path_; }
    // io when bytes could not be read since the file was opened: what was made of them is worthless. As cheap
    // as one load.
    Result<void> check() const {
        if (guard_ != nullptr && guard_->broken()) return unreadable();
        return {};
    }
    // Gives the memory pages that lie wholly inside `part` back to the system; reading there later reads the
    // file again.
    void release(std::span<const std::byte> part) const;

 private:
    MappedFile() = default;
    Error unreadable() const;
    std::string path_;
    const std::byte* data_ = nullptr;
    size_t size_ = 0;
    std::unique_ptr<MappingGuard> guard_; // of data_; null: an empty file
};

} // namespace engine::platform
