// HeaderCursor: reads a header forwards; every step is checked against the bytes that are left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace engine::formats {

class HeaderCursor {
 public:
    // `bytes` are the first of a file of file_size bytes.
    HeaderCursor(std::span<const std::byte> bytes, uint64_t file_size)
        : bytes_(bytes), file_size_(file_size < bytes.size() ? bytes.size() : file_size) {}

    // What is being read, for messages: "metadata key 3 of 12", "tensor "blk.0..."".
    void set_place(std::string place) { place_ = std::move(place); }
    const std::string& place() const { return place_; }
    uint64_t position() const { return at_; }

    // Ok when `count` items of at least `item_bytes` each can still follow: asked before allocating for them.
    Result<void> expect(uint64_t count, uint64_t item_bytes, const char* what) const;
    Result<std::string_view> string(const char* what); // 8 bytes of length, then the text

    template <typename T>
    Result<T> number(const char* what) {
        ENGINE_TRY(expect(1, sizeof(T), what));
        T value;
        std::memcpy(&value, bytes_.data() + at_, sizeof(T)); // little-endian, as the machines this runs on
        at_ += sizeof(T);
        return value;
    }

    Error bad(const std::string& what) const { return {ErrorCode::bad_file, place_ + ": " + what, kDamaged}; }
    static constexpr const char* kDamaged = "The file is damaged: download it again.";

 private:
    std::span<const std::byte> bytes_;
    uint64_t file_size_;
    uint64_t at_ = 0;
    std::string place_ = "header";
};

} // namespace engine::formats
