// Ollama's store: manifests name the layers of a model, blobs hold them under the names of their hashes.
#pragma once

#include "app/library/entry.h"

namespace app::library {

// `folder` holds manifests/ and blobs/. Models, and the adapters that come with them, in the order of their
// names.
QList<Entry> ollamaModels(const QString& folder);

// The paths of all blobs that a manifest names; empty when it cannot be read.
QStringList blobsOf(const QString& manifest, const QString& folder);

} // namespace app::library
