// Reading /proc/self/mountinfo and /sys/dev/block.
#include "engine/platform/disks.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/platform/system_files.h"

namespace fs = std::filesystem;

namespace engine::platform {

namespace {

struct Mount {
    std::string device; // "259:2"
    std::string point, file_system, source;
};

// Spaces and the like are written as \040.
std::string unescaped(const std::string& text) {
    std::string out;
    const auto octal = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '7'; };
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
            out +=
                static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"
std::vector<Mount> read_mounts(const std::string& root) {
    std::vector<Mount> mounts;
    std::ifstream file(root + "/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string number, parent, inside, word;
        Mount mount;
        if (!(words >> number >> parent >> mount.device >> inside >> mount.point)) continue;
        while (words >> word && word != "-") {
        }
        if (!(words >> mount.file_system >> mount.source)) continue;
        mount.point = unescaped(mount.point);
        mounts.push_back(std::move(mount));
    }
    return mounts;
}

bool lies_in(const std::string& path, const std::string& folder) {
    if (folder == "/") return path.starts_with('/');
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// The deepest mount point above the path; of several at one point the last, which hides the others.
const Mount* mount_of(const std::vector<Mount>& mounts, const std::string& path) {
    const Mount* found = nullptr;
    for (const Mount& mount : mounts) {
        if (lies_in(path, mount.point) && (found == nullptr || mount.point.size() >= found->point.size()))
            found = &mount;
    }
    return found;
}

bool is_remote(const std::string& file_system) {
    constexpr std::array kRemote = {"nfs",  "nfs4",  "cifs",   "smb3",      "smbfs",  "9p",    "afs",  "ceph",
                                    "gfs2", "ocfs2", "lustre", "glusterfs", "beegfs", "davfs", "ncpfs"};
    // Those in user space are nearly all of the network, but for the few that read local disks.
    constexpr std::array kLocalFuse = {"fuse.ntfs", "fuse.ntfs-3g", "fuseblk", "fuse.exfat", "fuse.mergerfs"};
    const auto is = [&](const char* name) { return file_system == name; };
    if (std::any_of(kRemote.begin(), kRemote.end(), is)) return true;
    return file_system.starts_with("fuse.") && std::none_of(kLocalFuse.begin(), kLocalFuse.end(), is);
}

// Virtual disks call themselves rotational when nobody told them better, and say nothing by it.
bool is_virtual(const Mount& mount) {
    return mount.source.starts_with("/dev/vd") || mount.source.starts_with("/dev/xvd");
}

// Of the whole disk, whose partitions have no queue of their own. File systems without a device of their own
// (0:40) name one as their source.
bool is_rotational(const std::string& root, const Mount& mount) {
    if (is_virtual(mount)) return false;
    std::vector<std::string> folders = {root + "/sys/dev/block/" + mount.device};
    if (mount.source.starts_with("/dev/"))
        folders.push_back(root + "/sys/class/block/" + mount.source.substr(mount.source.rfind('/') + 1));
    for (const std::string& folder : folders) {
        for (const char* queue : {"/queue/rotational", "/../queue/rotational"}) {
            if (const auto said = first_line(folder + queue)) return *said == "1";
        }
    }
    return false;
}

std::string nearest_that_is_there(const std::string& folder) {
    std::error_code failed;
    fs::path path = fs::absolute(folder, failed);
    while (path.has_relative_path() && !fs::exists(path, failed))
        path = path.parent_path();
    const fs::path real = fs::canonical(path, failed);
    return failed ? path.string() : real.string();
}

void read_size(const std::string& path, Disk& disk) {
    struct statvfs size {};
    if (statvfs(path.c_str(), &size) != 0) return;
    const auto bytes = [&](auto blocks) {
        constexpr int64_t kMost = int64_t{1} << 60;
        int64_t product = 0;
        const bool too_large = __builtin_mul_overflow(blocks, size.f_frsize, &product) || product > kMost;
        return too_large ? kMost : product;
    };
    disk.bytes = bytes(size.f_blocks);
    disk.free_bytes = bytes(size.f_bavail);
}

} // namespace

std::vector<Disk> disks_of(const std::vector<std::string>& folders, const std::string& root) {
    const std::vector<Mount> mounts = read_mounts(root);
    std::vector<Disk> disks;
    for (const std::string& folder : folders) {
        const std::string path = nearest_that_is_there(folder);
        const Mount* const mount = mount_of(mounts, path);
        Disk disk;
        disk.mount = mount != nullptr ? mount->point : path;
        const auto same = [&](const Disk& other) { return other.mount == disk.mount; };
        if (std::any_of(disks.begin(), disks.end(), same)) continue;
        if (mount != nullptr) {
            disk.file_system = mount->file_system;
            disk.remote = is_remote(mount->file_system);
            disk.rotational = is_rotational(root, *mount);
        }
        read_size(path, disk);
        disks.push_back(std::move(disk));
    }
    return disks;
}

} // namespace engine::platform
