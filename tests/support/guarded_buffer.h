// GuardedBuffer: memory whose neighbours cannot be touched, for kernels that must not read or write past
// their ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace support {

// Its bytes lie flush against an inaccessible page: after them (Edge::end) or before them (Edge::begin). At
// Edge::end the start has whatever alignment the size leaves.
class GuardedBuffer {
 public:
    enum class Edge { begin, end };
    explicit GuardedBuffer(int64_t bytes, Edge edge = Edge::end);
    ~GuardedBuffer();
    GuardedBuffer(const GuardedBuffer&) = delete;
    GuardedBuffer& operator=(const GuardedBuffer&) = delete;

    std::byte* data() const { return data_; }
    int64_t size() const { return size_; }
    float* floats() const { return reinterpret_cast<float*>(data_); } // size() a multiple of 4
    std::span<float> span() const { return {floats(), static_cast<size_t>(size_) / sizeof(float)}; }

 private:
    std::byte* mapping_ = nullptr;
    int64_t mapped_ = 0;
    std::byte* data_ = nullptr;
    int64_t size_ = 0;
};

} // namespace support
