// Loading with LoadLibraryEx().
#include "engine/platform/dynamic_library.h"

#include <windows.h>

#include <system_error>

#include "engine/platform/windows/wide_text.h"

namespace engine::platform {

namespace {
// Without this Windows shows a box about a broken library and waits for somebody to press a button.
class NoBoxes {
 public:
    NoBoxes() { SetThreadErrorMode(SEM_FAILCRITICALERRORS, &before_); }
    ~NoBoxes() { SetThreadErrorMode(before_, nullptr); }

 private:
    DWORD before_ = 0;
};

bool is_path(const std::string& name) {
    return name.find_first_of("/\\") != std::string::npos;
}

// A name is looked for beside the program and in the system's folder, and nowhere that others may write.
HMODULE load(const std::string& name) {
    const NoBoxes quiet;
    if (!is_path(name))
        return LoadLibraryExW(wide_text(name).c_str(), nullptr, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    return LoadLibraryExW(wide_path(name).c_str(), nullptr,
                          LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
}

bool is_there(const std::string& path) {
    return GetFileAttributesW(wide_path(path).c_str()) != INVALID_FILE_ATTRIBUTES;
}
} // namespace

Result<DynamicLibrary> DynamicLibrary::open(const std::string& name) {
    if (const HMODULE library = load(name); library != nullptr) return DynamicLibrary(library);
    const DWORD reason = GetLastError();
    // The same number says that a library which this one needs is missing.
    const bool missing =
        (reason == ERROR_MOD_NOT_FOUND || reason == ERROR_FILE_NOT_FOUND || reason == ERROR_PATH_NOT_FOUND) &&
        !(is_path(name) && is_there(name));
    if (missing) return Error{ErrorCode::not_found, name + " is not on this computer", ""};
    const std::string said = std::system_category().message(static_cast<int>(reason));
    return Error{ErrorCode::unsupported, name + " cannot be loaded: " + said, ""};
}

void* DynamicLibrary::address_of(const char* name) const {
    return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}

} // namespace engine::platform
