// FileIdentity: which file a path leads to, so that a deleted or replaced one is noticed.
#pragma once

#include <QMetaType>
#include <QString>
#include <optional>
#include <utility>

namespace app::storage {

using FileIdentity =
    std::pair<quint64, quint64>; // device and number; on Windows, where open files stay, zeros

std::optional<FileIdentity> identityOf(const QString& path); // empty: there is none

// What changes when a file is written to or replaced; a rename keeps all of it.
struct FileStamp {
    quint64 device = 0, inode = 0; // zeros on Windows
    qint64 size = 0;
    qint64 modified = 0; // nanoseconds of the file system's clock
    qint64 links = 1;    // names that the file has

    bool isSameFile(const FileStamp& other) const { // never true where files have no numbers
        return inode != 0 && device == other.device && inode == other.inode;
    }
    bool isUnchanged(const FileStamp& other) const {
        return device == other.device && inode == other.inode && size == other.size &&
               modified == other.modified;
    }
    bool operator==(const FileStamp&) const = default;
};

// Follows links; empty: there is none.
std::optional<FileStamp> stampOf(const QString& path);
// Somebody may still be writing it.
bool wasWrittenWithin(const FileStamp& stamp, int seconds);

} // namespace app::storage
