// Anonymous mappings, aligned to huge pages when they are large enough to have one, bound with libnuma.
#include "engine/platform/host_memory.h"

#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/platform/memory_size.h"

namespace engine::platform {

namespace {
constexpr int64_t kPage = 4096;
constexpr int64_t kHugePage = 2 << 20; // worth 10 % of read bandwidth on large tensors

int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

Error refused(int64_t bytes, const std::string& where) {
    return {ErrorCode::out_of_memory,
            "the system refused " + std::to_string(bytes / 1000000) + " MB of memory" + where,
            "Close other programs, or choose a smaller model or a shorter context."};
}

// Cuts the aligned piece of `want` bytes out of `want + kHugePage`.
std::byte* align_to_huge_page(std::byte* first, int64_t want) {
    const auto address = static_cast<int64_t>(reinterpret_cast<uintptr_t>(first));
    const int64_t lead = round_up(address, kHugePage) - address;
    if (lead > 0) munmap(first, static_cast<size_t>(lead));
    if (kHugePage > lead) munmap(first + lead + want, static_cast<size_t>(kHugePage - lead));
    return first + lead;
}

// MPOL_BIND, not MPOL_PREFERRED: that one takes memory of another node as soon as the file cache fills the
// right one, and nobody would notice but the clock. Refusals are left at that, see allocate().
void bind(std::byte* first, int64_t bytes, int node) {
    if (node < 0 || numa_available() < 0) return;
    constexpr int kBits = 8 * sizeof(unsigned long);
    std::vector<unsigned long> mask(static_cast<size_t>(node / kBits) + 1);
    mask.back() = 1ul << (node % kBits);
    mbind(first, static_cast<unsigned long>(bytes), MPOL_BIND, mask.data(), mask.size() * kBits + 1, 0);
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
    // A bound page that its node cannot give ends the process, so ask before.
    const auto available = node < 0 ? std::nullopt : node_available_bytes("", node);
    if (available && bytes > *available) return refused(bytes, " on memory node " + std::to_string(node));
    const bool huge = bytes >= kHugePage;
    buffer.mapped_ = round_up(bytes, huge ? kHugePage : kPage);
    void* at = mmap(nullptr, static_cast<size_t>(buffer.mapped_ + (huge ? kHugePage : 0)),
                    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return refused(bytes, "");
    buffer.data_ = static_cast<std::byte*>(at);
    buffer.size_ = bytes;
    if (huge) {
        buffer.data_ = align_to_huge_page(buffer.data_, buffer.mapped_);
        // Advice: small pages serve as well.
        madvise(buffer.data_, static_cast<size_t>(buffer.mapped_), MADV_HUGEPAGE);
    }
    bind(buffer.data_, buffer.mapped_, node);
    return buffer;
}

HostBuffer::~HostBuffer() {
    if (data_ != nullptr) munmap(data_, static_cast<size_t>(mapped_));
}

} // namespace engine::platform
