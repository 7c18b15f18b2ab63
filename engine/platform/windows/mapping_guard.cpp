// MappingGuard on Windows: a vectored handler of page faults that the system cannot serve.
#include "engine/platform/mapping_guard.h"

#include <windows.h>

#include <algorithm>
#include <cstdint>

namespace engine::platform {

// A handler has no other way to its data than a global. The lock is a spin lock: nobody touches a mapping or
// waits while holding it, so that its holder is never the thread that is interrupted.
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

    // False: no guard's mapping holds the address. Under the lock, so that the mapping stays.
    static bool replace_by_zeros(uintptr_t address) {
        const Lock lock;
        for (MappingGuard* guard = first_; guard != nullptr; guard = guard->next_) {
            const std::span<const std::byte> mapping = guard->mapping_;
            const uintptr_t offset = address - reinterpret_cast<uintptr_t>(mapping.data());
            if (offset >= mapping.size()) continue; // below it: wraps to a large one
            return (guard->broken() || reserve_in_place_of(*guard)) && give_zeros(mapping, offset);
        }
        return false;
    }

 private:
    // Between the two steps the place is free: whoever maps puts it where nothing else is allocated.
    // (Placeholders, which need no such care, came with Windows 10 1803.) Should it be taken, the program
    // ends as without a guard.
    static bool reserve_in_place_of(MappingGuard& guard) {
        void* const first = const_cast<std::byte*>(guard.mapping_.data());
        if (UnmapViewOfFile(first) == 0 ||
            VirtualAlloc(first, guard.mapping_.size(), MEM_RESERVE, PAGE_READONLY) != first)
            return false;
        guard.broken_.store(true, std::memory_order_relaxed);
        return true;
    }

    // Only around the address: unlike Linux, Windows sets aside memory for each page that may be read, and a
    // model can be larger than all that it has to give.
    static bool give_zeros(std::span<const std::byte> mapping, uintptr_t offset) {
        constexpr uintptr_t kPiece = 1 << 20;
        const uintptr_t begin = offset / kPiece * kPiece;
        const uintptr_t size = std::min(kPiece, mapping.size() - begin);
        return VirtualAlloc(const_cast<std::byte*>(mapping.data()) + begin, size, MEM_COMMIT,
                            PAGE_READONLY) != nullptr;
    }

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

namespace {

// A mapping that is whole can always be read, so a forbidden access is one that meets it while it is being
// replaced, or a page of zeros that was not given yet.
LONG CALLBACK handle_exception(EXCEPTION_POINTERS* exception) {
    const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
    const bool of_page = record.ExceptionCode == static_cast<DWORD>(EXCEPTION_IN_PAGE_ERROR) ||
                         record.ExceptionCode == static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION);
    constexpr ULONG_PTR kRead = 0;
    if (!of_page || record.NumberParameters < 2 || record.ExceptionInformation[0] != kRead)
        return EXCEPTION_CONTINUE_SEARCH;
    return GuardList::replace_by_zeros(record.ExceptionInformation[1]) ? EXCEPTION_CONTINUE_EXECUTION
                                                                       : EXCEPTION_CONTINUE_SEARCH;
}

void set_handler() {
    constexpr ULONG kBeforeOthers = 1;
    static const bool done = AddVectoredExceptionHandler(kBeforeOthers, handle_exception) != nullptr;
    (void)done;
}

} // namespace

MappingGuard::MappingGuard(std::span<const std::byte> mapping) : mapping_(mapping) {
    set_handler();
    GuardList::add(*this);
}

MappingGuard::~MappingGuard() {
    GuardList::remove(*this);
}

} // namespace engine::platform
