// FileIdentity: which file a path leads to, so that a deleted or replaced one is noticed.
#pragma once

#include <QString>
#include <optional>
#include <utility>

namespace app::storage {

using FileIdentity =
    std::pair<quint64, quint64>; // device and number; on Windows, where open files stay, zeros

std::optional<FileIdentity> identityOf(const QString& path); // empty: there is none

} // namespace app::storage
