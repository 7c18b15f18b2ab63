// Windows's file handles behind the descriptors that the room's headers hold.
#pragma once

#include <io.h>
#include <windows.h>

#include <cstdint>
#include <string>

#include "engine/platform/windows/wide_text.h"

namespace engine::platform {

inline HANDLE handle_of(int descriptor) {
    return reinterpret_cast<HANDLE>(_get_osfhandle(descriptor));
}

// -1 when the C library has none left; the handle is closed then. _close() closes both.
inline int descriptor_of(HANDLE file) {
    const int descriptor = _open_osfhandle(reinterpret_cast<intptr_t>(file), 0);
    if (descriptor < 0) CloseHandle(file);
    return descriptor;
}

// Windows refuses to open a folder as a file with "access denied".
inline bool is_folder(const std::string& path) {
    const DWORD attributes = GetFileAttributesW(wide_path(path).c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

} // namespace engine::platform
