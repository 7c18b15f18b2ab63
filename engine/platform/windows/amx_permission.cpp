// Windows gives tile data to a thread when it is first used; asked for all threads at once, it says whether
// it can.
#include "engine/platform/amx_permission.h"

#include <windows.h>

#include <cstdint>

namespace engine::platform {

// A function of Windows 11 and Server 2022, hence looked up. A system without it (Wine) may name tiles in
// XCR0 and refuse them all the same.
bool request_amx_permission() {
    using Enable = BOOL(WINAPI*)(DWORD64 features);
    constexpr DWORD64 kTiles = uint64_t{3} << 17; // configuration and data, as in XCR0
    const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    if (kernel == nullptr) return false;
    const FARPROC found = GetProcAddress(kernel, "EnableProcessOptionalXStateFeatures");
    if (found == nullptr) return false;
    return reinterpret_cast<Enable>(reinterpret_cast<void*>(found))(kTiles) != 0;
}

} // namespace engine::platform
