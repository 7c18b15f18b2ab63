// StringTable: strings numbered from 0 in one block of memory, found by content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

// Append-only. Equal strings may be added twice: find() gives the first. The empty string is never found.
class StringTable {
 public:
    void reserve(size_t strings, size_t bytes);
    int32_t add(std::string_view string);
    int32_t find(std::string_view string) const; // -1 when there is none
    int32_t find_or_add(std::string_view string);
    std::string_view at(int32_t id) const {
        const size_t i = static_cast<size_t>(id);
        return std::string_view(bytes_).substr(offsets_[i], offsets_[i + 1] - offsets_[i]);
    }
    int32_t size() const { return static_cast<int32_t>(offsets_.size() - 1); }

 private:
    // Open addressing with linear probing; `tag` is the high half of the hash, so that most misses are seen
    // without touching the bytes.
    struct Slot {
        uint32_t tag = 0;
        int32_t id = -1;
    };
    void grow();

    std::string bytes_;
    std::vector<size_t> offsets_{0};
    std::vector<Slot> slots_;
    size_t used_ = 0;
};

} // namespace engine::text
