// Affinity masks of any length: a cpu_set_t ends at 1024 processors.
#include "engine/platform/affinity.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace engine::platform {

namespace {
constexpr size_t kBits = 8 * sizeof(unsigned long);
}

std::vector<int> allowed_processors() {
    // The kernel refuses a mask shorter than its own; grow until it fits.
    for (size_t words = 16; words <= 4096; words *= 2) {
        std::vector<unsigned long> mask(words);
        if (sched_getaffinity(0, words * sizeof(unsigned long), reinterpret_cast<cpu_set_t*>(mask.data())) !=
            0) {
            if (errno == EINVAL) continue;
            break;
        }
        std::vector<int> found;
        for (size_t i = 0; i < words * kBits; ++i) {
            if ((mask[i / kBits] >> (i % kBits)) & 1ul) found.push_back(static_cast<int>(i));
        }
        if (!found.empty()) return found;
        break;
    }
    return {0};
}

bool bind_this_thread(const std::vector<int>& processors) {
    if (processors.empty()) return false;
    const auto most = static_cast<size_t>(*std::max_element(processors.begin(), processors.end()));
    std::vector<unsigned long> mask(most / kBits + 1);
    for (const int p : processors)
        mask[static_cast<size_t>(p) / kBits] |= 1ul << (static_cast<size_t>(p) % kBits);
    return sched_setaffinity(0, mask.size() * sizeof(unsigned long),
                             reinterpret_cast<const cpu_set_t*>(mask.data())) == 0;
}

int current_processor() {
    return sched_getcpu();
}

} // namespace engine::platform
