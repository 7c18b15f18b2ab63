// SeLockMemoryPrivilege in the token of this process.
#include "engine/platform/windows/privilege.h"

#include <windows.h>

namespace engine::platform {

namespace {
bool switch_on(const wchar_t* name) {
    HANDLE token = nullptr;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token) == 0)
        return false;
    TOKEN_PRIVILEGES wanted{};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    // The second call succeeds also when it changed nothing: that is told by the error alone.
    const bool on = LookupPrivilegeValueW(nullptr, name, &wanted.Privileges[0].Luid) != 0 &&
                    AdjustTokenPrivileges(token, FALSE, &wanted, 0, nullptr, nullptr) != 0 &&
                    GetLastError() == ERROR_SUCCESS;
    CloseHandle(token);
    return on;
}
} // namespace

bool may_lock_memory() {
    static const bool may = switch_on(L"SeLockMemoryPrivilege");
    return may;
}

} // namespace engine::platform
