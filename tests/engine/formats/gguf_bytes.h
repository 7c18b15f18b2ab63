// GgufBytes: a GGUF file in memory, right or deliberately wrong, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

class GgufBytes {
 public:
    GgufBytes() = default;
    // Magic, version and counts: what a well-formed header begins with.
    GgufBytes(uint64_t tensors, uint64_t keys, uint32_t version = 3) {
        text("GGUF").put(version).put(tensors).put(keys);
    }

    template <typename T>
    GgufBytes& put(T value) {
        const auto* bytes = reinterpret_cast<const std::byte*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof(T));
        return *this;
    }
    GgufBytes& text(std::string_view raw) {
        for (const char c : raw)
            bytes_.push_back(static_cast<std::byte>(c));
        return *this;
    }
    GgufBytes& string(std::string_view value) { return put<uint64_t>(value.size()).text(value); }
    GgufBytes& key(std::string_view name, uint32_t type) { return string(name).put(type); }
    GgufBytes& tensor(std::string_view name, const std::vector<uint64_t>& extents, uint32_t type,
                      uint64_t offset) {
        string(name).put(static_cast<uint32_t>(extents.size()));
        for (const uint64_t extent : extents)
            put(extent);
        return put(type).put(offset);
    }
    GgufBytes& zeros(size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }
    GgufBytes& align(size_t alignment) { return zeros((alignment - bytes_.size() % alignment) % alignment); }

    std::span<const std::byte> bytes() const { return bytes_; }
    std::vector<std::byte>& raw() { return bytes_; }
    std::string to_string() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
    std::vector<std::byte> bytes_;
};

} // namespace tests
