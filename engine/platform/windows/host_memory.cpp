// VirtualAlloc(), which zeroes, with a node that Windows prefers and does not insist on.
#include "engine/platform/host_memory.h"

#include <windows.h>

#include <limits>
#include <optional>
#include <string>

#include "engine/platform/huge_pages.h"
#include "engine/platform/memory_size.h"

namespace engine::platform {

namespace {
constexpr int64_t kPage = 4096;

int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

Error refused(int64_t bytes, const std::string& where) {
    return {ErrorCode::out_of_memory,
            "the system refused " + std::to_string(bytes / 1000000) + " MB of memory" + where,
            "Close other programs, or choose a smaller model or a shorter context."};
}

std::byte* reserve(int64_t bytes, int node, DWORD kind) {
    const DWORD where = node < 0 ? NUMA_NO_PREFERRED_NODE : static_cast<DWORD>(node);
    return static_cast<std::byte*>(
        VirtualAllocExNuma(GetCurrentProcess(), nullptr, static_cast<SIZE_T>(bytes),
                           MEM_RESERVE | MEM_COMMIT | kind, PAGE_READWRITE, where));
}
} // namespace

Result<HostBuffer> HostBuffer::allocate(int64_t bytes) {
    return allocate(bytes, -1);
}

Result<HostBuffer> HostBuffer::allocate(int64_t bytes, int node) {
    if (bytes < 0) return Error{ErrorCode::invalid_argument, "a buffer of negative size was asked for", ""};
    HostBuffer buffer;
    if (bytes == 0) return buffer;
    if (bytes > std::numeric_limits<int64_t>::max() / 2) return refused(bytes, "");
    // Windows would go on with another node's memory, and nobody would notice but the clock.
    const auto available = node < 0 ? std::nullopt : node_available_bytes("", node);
    if (available && bytes > *available) return refused(bytes, " on memory node " + std::to_string(node));
    // Large pages are given at once or, in a memory that is cut into small pieces, not at all.
    const int64_t large = huge_pages("").bytes;
    if (large > 0 && bytes >= large) {
        buffer.mapped_ = round_up(bytes, large);
        buffer.data_ = reserve(buffer.mapped_, node, MEM_LARGE_PAGES);
    }
    if (buffer.data_ == nullptr) {
        buffer.mapped_ = round_up(bytes, kPage);
        buffer.data_ = reserve(buffer.mapped_, node, 0);
    }
    if (buffer.data_ == nullptr) return refused(bytes, "");
    buffer.size_ = bytes;
    return buffer;
}

HostBuffer::~HostBuffer() {
    if (data_ != nullptr) VirtualFree(data_, 0, MEM_RELEASE);
}

} // namespace engine::platform
