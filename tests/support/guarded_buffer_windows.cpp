// Reserved pages around the ones in use: nobody may touch them.
#include <windows.h>

#include <cstdlib>

#include "tests/support/guarded_buffer.h"

namespace support {

GuardedBuffer::GuardedBuffer(int64_t bytes, Edge edge) : size_(bytes) {
    SYSTEM_INFO system{};
    GetSystemInfo(&system);
    const int64_t page = system.dwPageSize;
    const int64_t inner = (bytes + page - 1) / page * page;
    mapped_ = inner + 2 * page;
    mapping_ = static_cast<std::byte*>(
        VirtualAlloc(nullptr, static_cast<SIZE_T>(mapped_), MEM_RESERVE, PAGE_NOACCESS));
    if (mapping_ == nullptr || (inner > 0 && VirtualAlloc(mapping_ + page, static_cast<SIZE_T>(inner),
                                                          MEM_COMMIT, PAGE_READWRITE) == nullptr))
        std::abort(); // a test without its guard would be a test of nothing
    data_ = edge == Edge::end ? mapping_ + page + inner - bytes : mapping_ + page;
}

GuardedBuffer::~GuardedBuffer() {
    VirtualFree(mapping_, 0, MEM_RELEASE);
}

} // namespace support
