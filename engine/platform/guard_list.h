// GuardList: the guards that live, for the handlers of linux/ and windows/. Of this room only.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/platform/mapping_guard.h"

namespace engine::platform {

// A handler has no other way to its data than a global. The lock is a spin lock, which a handler may take:
// nobody touches a mapping or waits while holding it, so that its holder is never the thread that is
// interrupted.
class GuardList {
 public:
    static void add(MappingGuard& guard) {
        const Lock lock;
        guard.next_ = first_;
        if (first_ != nullptr) first_->previous_ = &guard;
        first_ = &guard;
    }

    static void remove(MappingGuard& guard) {
        const Lock lock;
        (guard.previous_ != nullptr ? guard.previous_->next_ : first_) = guard.next_;
        if (guard.next_ != nullptr) guard.next_->previous_ = guard.previous_;
    }

    // What replace(mapping, offset of the address in it, the guard's `broken`) returns: whether the address
    // can be read now. It sets `broken` before anybody can read something else than the file. False also when
    // no guard's mapping holds the address. Under the lock, so that the mapping stays.
    template <typename Replace>
    static bool replace_at(uintptr_t address, Replace replace) {
        const Lock lock;
        for (MappingGuard* guard = first_; guard != nullptr; guard = guard->next_) {
            const std::span<const std::byte> mapping = guard->mapping_;
            const uintptr_t offset = address - reinterpret_cast<uintptr_t>(mapping.data());
            if (offset >= mapping.size()) continue; // below it: wraps to a large one
            return replace(mapping, offset, guard->broken_);
        }
        return false;
    }

 private:
    struct Lock {
        Lock() {
            while (taken_.test_and_set(std::memory_order_acquire)) {
            }
        }
        ~Lock() { taken_.clear(std::memory_order_release); }
    };
    static inline constinit std::atomic_flag taken_;
    static inline constinit MappingGuard* first_ = nullptr;
};

} // namespace engine::platform
