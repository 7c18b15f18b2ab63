// By std::filesystem, which asks the disk itself.
#include "app/storage/free_space.h"

#include <QFileInfo>
#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>

namespace app::storage {

std::optional<qint64> freeSpaceAt(const QString& folder) {
    std::error_code error;
    std::filesystem::path there = QFileInfo(folder).filesystemAbsoluteFilePath();
    while (!std::filesystem::exists(there, error) && there.has_relative_path())
        there = there.parent_path();
    const auto space = std::filesystem::space(there, error);
    if (error) return std::nullopt;
    return static_cast<qint64>(std::min<std::uintmax_t>(space.available, std::numeric_limits<qint64>::max()));
}

} // namespace app::storage
