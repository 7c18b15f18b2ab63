// Windows's numbers as those of errno, as far as there is one that says the same.
#include "engine/platform/windows/last_error.h"

#include <windows.h>

#include <cerrno>
#include <system_error>

#include "engine/platform/file_error.h"

namespace engine::platform {

namespace {
constexpr unsigned long kDiskQuotaExceeded = 1295; // MinGW's headers lack it

// 0: none of errno's. The standard library knows most, but takes these for others or not at all.
int errno_of(unsigned long reason) {
    switch (reason) {
        case ERROR_NO_SYSTEM_RESOURCES:
        case ERROR_COMMITMENT_LIMIT:
        case ERROR_WORKING_SET_QUOTA:
        case ERROR_NOT_ENOUGH_QUOTA:
            return ENOMEM;
        case kDiskQuotaExceeded:
            return ENOSPC;
        case ERROR_FILE_TOO_LARGE:
            return EFBIG;
        default:
            break;
    }
    const std::error_code said(static_cast<int>(reason), std::system_category());
    const std::error_condition same = said.default_error_condition();
    return same.category() == std::generic_category() ? same.value() : 0;
}
} // namespace

Error windows_file_error(const std::string& what, const std::string& path, unsigned long reason) {
    if (reason == ERROR_SHARING_VIOLATION || reason == ERROR_LOCK_VIOLATION ||
        reason == ERROR_USER_MAPPED_FILE)
        return {ErrorCode::io, what + " " + path + ": another program uses it",
                "Close the program that uses this file, then try again."};
    if (const int number = errno_of(reason); number != 0) return file_error(what, path, number);
    // In the person's language, without the end of line that FormatMessage() adds.
    std::string said = std::system_category().message(static_cast<int>(reason));
    said.resize(said.find_last_not_of(" .\r\n") + 1);
    return {ErrorCode::io, what + " " + path + ": " + said, ""};
}

} // namespace engine::platform
