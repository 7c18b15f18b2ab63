// HostBuffer: zeroed memory of our own, aligned for vectors, on huge pages where the system gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/base/result.h"

namespace engine::platform {

class HostBuffer {
 public:
    static constexpr int64_t kAlignment = 64; // a cache line, a ZMM register

    // Pages are given when they are first touched. Errors: out_of_memory (address space or limit exceeded),
    // invalid_argument (negative size). Zero bytes give an empty buffer.
    static Result<HostBuffer> allocate(int64_t bytes);
    // On the memory node with this number of the system's (Node::id), and nowhere else. out_of_memory also
    // when the node has too little to give, even where others have more. Where the system refuses to bind
    // (some containers) the pages land near to the thread that touches them first; Windows takes another
    // node's memory when this one's was given away in the meantime.
    static Result<HostBuffer> allocate(int64_t bytes, int node);

    HostBuffer() = default;
    HostBuffer(HostBuffer&& other) noexcept { *this = std::move(other); }
    HostBuffer& operator=(HostBuffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(mapped_, other.mapped_);
        return *this;
    }
    HostBuffer(const HostBuffer&) = delete;
    HostBuffer& operator=(const HostBuffer&) = delete;
    ~HostBuffer();

    std::byte* data() const { return data_; }
    int64_t size() const { return size_; }

 private:
    bool map(int64_t bytes, int node); // the system's part: sets data_ and mapped_; false: it refuses
    static int64_t whole(int64_t bytes, int64_t page) { return (bytes + page - 1) / page * page; }

    std::byte* data_ = nullptr;
    int64_t size_ = 0;   // as asked for
    int64_t mapped_ = 0; // as mapped: whole pages
};

} // namespace engine::platform
