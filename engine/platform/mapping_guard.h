// MappingGuard: a mapping whose file can no longer be read gives zeros and says so, instead of ending the
// program.
#pragma once

#include <atomic>
#include <cstddef>
#include <span>

namespace engine::platform {

// While it lives, an access to `mapping` that the system cannot serve (the file was truncated, its disk
// failed) replaces the whole mapping by zeros, and the reader goes on: whoever used the bytes asks broken()
// afterwards and throws away what was made of them. Accesses elsewhere end the program as ever.
//
// On POSIX systems this is a handler of SIGBUS, which belongs to the whole process: it is set when the first
// guard is made and stays; whatever handled the signal before gets what concerns no guard. On Windows it is a
// vectored handler of exceptions, with the same manners; the mapping is then the guard's to have replaced,
// and whoever made it gives the address back with VirtualFree().
class MappingGuard {
 public:
    explicit MappingGuard(std::span<const std::byte> mapping); // begins with a page
    ~MappingGuard();                                           // before the mapping goes
    MappingGuard(const MappingGuard&) = delete;
    MappingGuard& operator=(const MappingGuard&) = delete;

    bool broken() const { return broken_.load(std::memory_order_relaxed); }

 private:
    friend class GuardList;
    std::span<const std::byte> mapping_;
    std::atomic<bool> broken_{false};
    MappingGuard *previous_ = nullptr, *next_ = nullptr; // in the list that the handler walks
};

} // namespace engine::platform
