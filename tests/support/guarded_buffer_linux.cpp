// A mapping with an inaccessible first and last page.
#include "tests/support/guarded_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace support {

GuardedBuffer::GuardedBuffer(int64_t bytes, Edge edge) : size_(bytes) {
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t inner = (bytes + page - 1) / page * page;
    mapped_ = inner + 2 * page;
    void* at = mmap(nullptr, static_cast<size_t>(mapped_), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) std::abort(); // a test without its guard would be a test of nothing
    mapping_ = static_cast<std::byte*>(at);
    if (mprotect(mapping_, static_cast<size_t>(page), PROT_NONE) != 0 ||
        mprotect(mapping_ + page + inner, static_cast<size_t>(page), PROT_NONE) != 0)
        std::abort();
    data_ = edge == Edge::end ? mapping_ + page + inner - bytes : mapping_ + page;
}

GuardedBuffer::~GuardedBuffer() {
    munmap(mapping_, static_cast<size_t>(mapped_));
}

} // namespace support
