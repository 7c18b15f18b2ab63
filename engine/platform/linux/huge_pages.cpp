// Reading /sys/kernel/mm and /proc/meminfo.
#include "engine/platform/huge_pages.h"

#include "engine/platform/system_files.h"

namespace engine::platform {

HugePages huge_pages(const std::string& root) {
    const std::string folder = root + "/sys/kernel/mm/transparent_hugepage/";
    const std::string mode = first_line(folder + "enabled").value_or(""); // "always [madvise] never"
    HugePages pages;
    pages.transparent =
        mode.find("[always]") != std::string::npos || mode.find("[madvise]") != std::string::npos;
    if (pages.transparent) {
        const auto size = number(first_line(folder + "hpage_pmd_size").value_or(""));
        pages.bytes = size && *size > 0 && *size <= (int64_t{1} << 40) ? *size : int64_t{2} << 20;
        return pages;
    }
    // Reserved ones serve only programs that ask for them by name, so a free one must be there.
    const auto free = number(value_of(root + "/proc/meminfo", "HugePages_Free"));
    if (free && *free > 0) pages.bytes = kibibytes_of(root + "/proc/meminfo", "Hugepagesize").value_or(0);
    return pages;
}

} // namespace engine::platform
