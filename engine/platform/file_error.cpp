// The few reasons that a person can do something about have codes and hints of their own.
#include "engine/platform/file_error.h"

#include <cerrno>
#include <system_error>

namespace engine::platform {

Error file_error(const std::string& what, const std::string& path, int reason) {
    const std::string message = what + " " + path + ": " + std::generic_category().message(reason);
    switch (reason) {
        case ENOENT:
        case ENOTDIR:
            return {ErrorCode::not_found, message, "Check the path."};
        case ENOMEM:
            return {ErrorCode::out_of_memory, message, ""};
        case ENOSPC:
#ifdef EDQUOT // not on Windows
        case EDQUOT:
#endif
            return {ErrorCode::disk_full, message, "Free some space on this disk, or choose another folder."};
        case EFBIG:
            return {ErrorCode::io, message,
                    "This disk's file system or a quota does not allow files this large."};
        case EACCES:
        case EPERM:
            return {ErrorCode::io, message, "Check the permissions of the file and its folder."};
        case EROFS:
            return {ErrorCode::io, message, "Choose a folder on a disk that can be written."};
        default:
            return {ErrorCode::io, message, ""};
    }
}

} // namespace engine::platform
