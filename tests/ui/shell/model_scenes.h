// What the scenes of the models page show: a hub, plans of its variants, downloads in every state.
#pragma once

#include "app/downloads/download_manager.h"
#include "app/downloads/explore.h"
#include "tests/support/fake_hub.h"

namespace tests {

inline const QString kPage = QStringLiteral("Qwen/Qwen3-30B-A3B-GGUF");

void fillHub(FakeHub& hub); // with kPage, and what a search for "qwen3" finds besides
void planPage(app::downloads::Explore& explore);
void fillDownloads(app::downloads::DownloadManager& manager);

} // namespace tests
