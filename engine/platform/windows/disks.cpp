// Volumes and what their drives say about themselves.
#include "engine/platform/disks.h"

#include <windows.h>

#include <winioctl.h> // after it

#include <algorithm>
#include <array>

#include "engine/platform/windows/wide_text.h"

namespace engine::platform {

namespace {
using Name = std::array<wchar_t, MAX_PATH + 1>;

std::wstring nearest_that_is_there(const std::string& folder) {
    std::wstring path = wide_path(folder);
    while (GetFileAttributesW(path.c_str()) == INVALID_FILE_ATTRIBUTES) {
        const size_t slash = path.find_last_of(L'\\');
        if (slash == std::wstring::npos || slash < 3) break; // "C:\": the drive itself
        path.resize(slash);
    }
    return path;
}

// "C:\", or the folder where a volume is mounted; "" when the system does not know.
std::wstring mount_of(const std::wstring& path) {
    std::wstring mount(path.size() + MAX_PATH, L'\0');
    if (GetVolumePathNameW(path.c_str(), mount.data(), static_cast<DWORD>(mount.size())) == 0) return L"";
    mount.resize(mount.find(L'\0'));
    return mount;
}

// Whether moving to another place costs time. Asking needs no rights on the drive.
bool is_rotational(const std::wstring& mount) {
    Name volume{}; // "\\?\Volume{...}\", which opens as a device without its last character
    if (GetVolumeNameForVolumeMountPointW(mount.c_str(), volume.data(), MAX_PATH) == 0) return false;
    std::wstring device = volume.data();
    if (device.ends_with(L'\\')) device.pop_back();
    const HANDLE drive = CreateFileW(device.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                     OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (drive == INVALID_HANDLE_VALUE) return false;
    STORAGE_PROPERTY_QUERY query{};
    query.PropertyId = StorageDeviceSeekPenaltyProperty;
    query.QueryType = PropertyStandardQuery;
    DEVICE_SEEK_PENALTY_DESCRIPTOR said{};
    DWORD bytes = 0;
    const bool known = DeviceIoControl(drive, IOCTL_STORAGE_QUERY_PROPERTY, &query, sizeof query, &said,
                                       sizeof said, &bytes, nullptr) != 0 &&
                       bytes >= sizeof said;
    CloseHandle(drive);
    return known && said.IncursSeekPenalty != 0;
}

Disk disk_at(const std::wstring& mount) {
    Disk disk;
    disk.mount = utf8_text(mount);
    Name file_system{};
    if (GetVolumeInformationW(mount.c_str(), nullptr, 0, nullptr, nullptr, nullptr, file_system.data(),
                              MAX_PATH) != 0)
        disk.file_system = utf8_text(file_system.data());
    disk.remote = GetDriveTypeW(mount.c_str()) == DRIVE_REMOTE;
    disk.rotational = !disk.remote && is_rotational(mount);
    ULARGE_INTEGER free{}, all{};
    if (GetDiskFreeSpaceExW(mount.c_str(), &free, &all, nullptr) != 0) {
        constexpr uint64_t kMost = uint64_t{1} << 60;
        disk.bytes = static_cast<int64_t>(std::min<uint64_t>(all.QuadPart, kMost));
        disk.free_bytes = static_cast<int64_t>(std::min<uint64_t>(free.QuadPart, kMost));
    }
    return disk;
}

} // namespace

std::vector<Disk> disks_of(const std::vector<std::string>& folders, const std::string&) {
    std::vector<Disk> disks;
    for (const std::string& folder : folders) {
        const std::wstring path = nearest_that_is_there(folder);
        std::wstring mount = mount_of(path);
        if (mount.empty()) mount = path;
        const auto same = [name = utf8_text(mount)](const Disk& other) { return other.mount == name; };
        if (std::none_of(disks.begin(), disks.end(), same)) disks.push_back(disk_at(mount));
    }
    return disks;
}

} // namespace engine::platform
