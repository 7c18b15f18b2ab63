// Scratch: memory for the length of one call, kept between calls.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "engine/platform/host_memory.h"

namespace engine::ops {

// A stack. It grows when a call needs more than any before it and asks the system for nothing afterwards. Not
// thread-safe: taken before the work is split.
class Scratch {
 public:
    // Everything taken while a Frame lives is given back when it dies. Frames nest.
    class Frame {
     public:
        explicit Frame(Scratch& scratch)
            : scratch_(scratch), block_(scratch.block_), used_(scratch.used_), total_(scratch.total_) {}
        ~Frame() { scratch_.rewind(block_, used_, total_); }
        Frame(const Frame&) = delete;
        Frame& operator=(const Frame&) = delete;

     private:
        Scratch& scratch_;
        size_t block_;
        int64_t used_, total_;
    };

    // Aligned to a cache line, of any content. Errors: out_of_memory.
    template <typename T>
    Result<T*> take(int64_t count) {
        ENGINE_ASSIGN(std::byte* const bytes, take_bytes(count * static_cast<int64_t>(sizeof(T))));
        return reinterpret_cast<T*>(bytes);
    }

    int64_t bytes() const; // the most that was taken, or is held where that is more

 private:
    friend class Frame;
    Result<std::byte*> take_bytes(int64_t bytes);
    void rewind(size_t block, int64_t used, int64_t total);

    std::vector<platform::HostBuffer> blocks_;
    size_t block_ = 0;     // the block that is being taken from
    int64_t used_ = 0;     // of it
    int64_t total_ = 0;    // taken now, over all blocks
    int64_t greatest_ = 0; // `total_` at its highest
};

} // namespace engine::ops
