// Free space of a disk, as the system tells it about a folder.
#pragma once

#include <QString>
#include <optional>

namespace app::storage {

// Bytes that this person may still write where `folder` lies or will be made; empty: the system does not say.
// Not by QStorageInfo, which looks the folder's disk up in the list of mounts: in containers and other
// changed roots that names none, and every disk would be full. May wait for a sleeping disk.
std::optional<qint64> freeSpaceAt(const QString& folder);

} // namespace app::storage
