// fingerprint: tells a file by its content without reading all of it.
#pragma once

#include <QString>

namespace app::library {

// Size and SHA-256 of the first and the last MiB; empty when the file cannot be read. Blocks.
QString fingerprint(const QString& path);

} // namespace app::library
