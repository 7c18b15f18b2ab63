// ReadBandwidth: how fast all workers together can read memory, the limit that generation is held against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/thread_pool.h"

namespace engine::measure {

// Memory that no cache holds: 8 times the last cache, at least 512 MB; but no more than a quarter of what is
// free, or 4 GB.
int64_t bytes_beyond_caches(int64_t at_least = int64_t{512} << 20);

// Reads memory once with all workers. On some virtual machines memory that nobody touched for a second is
// read at two thirds of its speed, after ten seconds at half, and at full speed the next time (measured:
// pages whose use the hypervisor watches). What is timed is memory in use, so it is read before.
void read_once(platform::ThreadPool& pool, std::span<const std::byte> bytes);

class ReadBandwidth {
 public:
    // bytes 0: bytes_beyond_caches(). The buffer lies on huge pages where the system gives them, and is
    // written by the workers, each part on the node of those who will read it. What stands there every number
    // format reads as small finite values. The pool outlives this. Errors: out_of_memory.
    static Result<ReadBandwidth> create(platform::ThreadPool& pool, int64_t bytes);

    // GB/s of a pass over the buffer, the second of two (see read_once). Each worker reads four streams at
    // once, which is worth 8 % on machines whose prefetchers follow one stream at a time.
    double measure() {
        measure(*pool_, 1);
        return measure(*pool_, 1);
    }
    // Of passes by the workers of another pool over the same nodes: with a part of the threads.
    double measure(platform::ThreadPool& pool, int passes);

    // What one worker of the pool reads: its own part of its node's.
    std::span<const std::byte> part_of(int worker) const;

 private:
    struct Part { // of the buffer, in chunks, on one node
        int64_t first = 0, count = 0;
    };
    explicit ReadBandwidth(platform::ThreadPool& pool) : pool_(&pool) {}
    void divide();

    platform::ThreadPool* pool_;
    platform::HostBuffer buffer_;
    int64_t chunks_ = 0;
    std::vector<Part> parts_; // by node
};

} // namespace engine::measure
