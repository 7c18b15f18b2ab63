// Windows has large pages for accounts that may lock memory, and none for others.
#include "engine/platform/huge_pages.h"

#include <windows.h>

#include "engine/platform/windows/privilege.h"

namespace engine::platform {

HugePages huge_pages(const std::string&) {
    HugePages pages;
    if (may_lock_memory())
        pages.bytes = static_cast<int64_t>(GetLargePageMinimum()); // 0: the processor has none
    return pages;
}

} // namespace engine::platform
