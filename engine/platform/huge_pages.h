// Large memory pages: whether the system gives them and of what size.
#pragma once

#include <cstdint>
#include <string>

namespace engine::platform {

struct HugePages {
    int64_t bytes = 0;        // 0: none to be had
    bool transparent = false; // given on request (madvise) or always
};

// `root` is a directory that looks like /; "" is the machine itself.
HugePages huge_pages(const std::string& root);

} // namespace engine::platform
