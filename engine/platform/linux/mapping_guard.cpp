// MappingGuard on POSIX systems.
#include "engine/platform/mapping_guard.h"

#include <signal.h>
#include <sys/mman.h>

#include <cerrno>

#include "engine/platform/guard_list.h"

namespace engine::platform {

namespace {

struct sigaction previous_action {};

bool replace_by_zeros(std::span<const std::byte> mapping, uintptr_t, std::atomic<bool>& broken) {
    broken.store(true, std::memory_order_relaxed);
    return ::mmap(const_cast<std::byte*>(mapping.data()), mapping.size(), PROT_READ,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

void handle_bus_error(int, siginfo_t* info, void*) {
    const int saved = errno;
    const bool of_access = info->si_code > 0; // else kill() sent it, which may happen anywhere
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    if (!of_access || !GuardList::replace_at(address, replace_by_zeros)) {
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
