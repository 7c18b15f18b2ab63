// MappingGuard on Windows: a vectored handler of page faults that the system cannot serve.
#include "engine/platform/mapping_guard.h"

#include <windows.h>

#include <algorithm>
#include <cstdint>

#include "engine/platform/guard_list.h"

namespace engine::platform {

namespace {

// Between the two steps the place is free: whoever maps puts it where nothing else is allocated.
// (Placeholders, which need no such care, came with Windows 10 1803.) Should it be taken, the program ends as
// without a guard.
bool reserve_in_place_of(std::span<const std::byte> mapping) {
    void* const first = const_cast<std::byte*>(mapping.data());
    return UnmapViewOfFile(first) != 0 &&
           VirtualAlloc(first, mapping.size(), MEM_RESERVE, PAGE_READONLY) == first;
}

// Only around the address: unlike Linux, Windows sets aside memory for each page that may be read, and a
// model can be larger than all that it has to give.
bool give_zeros(std::span<const std::byte> mapping, uintptr_t offset) {
    constexpr uintptr_t kPiece = 1 << 20;
    const uintptr_t begin = offset / kPiece * kPiece;
    const uintptr_t size = std::min(kPiece, mapping.size() - begin);
    return VirtualAlloc(const_cast<std::byte*>(mapping.data()) + begin, size, MEM_COMMIT, PAGE_READONLY) !=
           nullptr;
}

bool replace_by_zeros(std::span<const std::byte> mapping, uintptr_t offset, std::atomic<bool>& broken) {
    if (!broken.load(std::memory_order_relaxed) && !reserve_in_place_of(mapping)) return false;
    broken.store(true, std::memory_order_relaxed);
    return give_zeros(mapping, offset);
}

// A mapping that is whole can always be read, so a forbidden access is one that meets it while it is being
// replaced, or a page of zeros that was not given yet.
LONG CALLBACK handle_exception(EXCEPTION_POINTERS* exception) {
    const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
    const bool of_page = record.ExceptionCode == static_cast<DWORD>(EXCEPTION_IN_PAGE_ERROR) ||
                         record.ExceptionCode == static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION);
    constexpr ULONG_PTR kRead = 0;
    if (!of_page || record.NumberParameters < 2 || record.ExceptionInformation[0] != kRead)
        return EXCEPTION_CONTINUE_SEARCH;
    return GuardList::replace_at(record.ExceptionInformation[1], replace_by_zeros)
               ? EXCEPTION_CONTINUE_EXECUTION
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
