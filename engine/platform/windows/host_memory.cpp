// VirtualAlloc(), which zeroes, with a node that Windows prefers and does not insist on.
#include "engine/platform/host_memory.h"

#include <windows.h>

#include "engine/platform/huge_pages.h"

namespace engine::platform {

namespace {
constexpr int64_t kPage = 4096;

std::byte* reserve(int64_t bytes, int node, DWORD kind) {
    const DWORD where = node < 0 ? NUMA_NO_PREFERRED_NODE : static_cast<DWORD>(node);
    return static_cast<std::byte*>(
        VirtualAllocExNuma(GetCurrentProcess(), nullptr, static_cast<SIZE_T>(bytes),
                           MEM_RESERVE | MEM_COMMIT | kind, PAGE_READWRITE, where));
}
} // namespace

bool HostBuffer::map(int64_t bytes, int node) {
    // Large pages are given at once or, in a memory that is cut into small pieces, not at all.
    const int64_t large = huge_pages("").bytes;
    if (large > 0 && bytes >= large) {
        mapped_ = whole(bytes, large);
        data_ = reserve(mapped_, node, MEM_LARGE_PAGES);
    }
    if (data_ == nullptr) {
        mapped_ = whole(bytes, kPage);
        data_ = reserve(mapped_, node, 0);
    }
    return data_ != nullptr;
}

HostBuffer::~HostBuffer() {
    if (data_ != nullptr) VirtualFree(data_, 0, MEM_RELEASE);
}

} // namespace engine::platform
