// MappingGuard on POSIX systems.
#include "engine/platform/mapping_guard.h"

#include <signal.h>
#include <sys/mman.h>

#include <cerrno>

namespace engine::platform {

// A signal handler has no other way to its data than a global. The lock is a spin lock, which a handler may
// take: nobody touches a mapping or waits while holding it, so that its holder is never the thread that is
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

    // False: no guard's mapping holds the address. Under the lock, so that the mapping stays.
    static bool replace_by_zeros(const void* address) {
        const Lock lock;
        for (MappingGuard* guard = first_; guard != nullptr; guard = guard->next_) {
            const std::span<const std::byte> mapping = guard->mapping_;
            const auto offset =
                reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(mapping.data());
            if (offset >= mapping.size()) continue; // below it: wraps to a large one
            guard->broken_.store(true, std::memory_order_relaxed);
            return ::mmap(const_cast<std::byte*>(mapping.data()), mapping.size(), PROT_READ,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED;
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

namespace {

struct sigaction previous_action {};

void handle_bus_error(int, siginfo_t* info, void*) {
    const int saved = errno;
    const bool of_access = info->si_code > 0; // else kill() sent it, which may happen anywhere
    if (!of_access || !GuardList::replace_by_zeros(info->si_addr)) {
        // The access is repeated, or the signal comes again, and then meets whatever was there before.
        ::sigaction(SIGBUS, &previous_action, nullptr);
        if (!of_access) ::raise(SIGBUS);
    }
    errno = saved;
}

void set_handler() {
    static const bool done = [] {
        struct sigaction action {};
        action.sa_sigaction = handle_bus_error;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigaction(SIGBUS, &action, &previous_action);
        return true;
    }();
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
