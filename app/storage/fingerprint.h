// fingerprint: tells a file by its content without reading all of it.
#pragma once

#include <QString>

namespace app::storage {

// Size and SHA-256 of the first and the last MiB, "1234-0a1b..."; of a folder with weights in several files
// that of the first by name. Begins with the size, by which most files can be told apart
// without being read. Empty when it cannot be read. Blocks.
QString fingerprint(const QString& path);

// The file that stands for a model: itself, or the first file of weights in a folder.
QString firstWeights(const QString& path);

} // namespace app::storage
