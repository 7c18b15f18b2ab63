// What is said of a download: "3.1 of 4.9 GB · 41 MB/s · 44 s left".
#pragma once

#include "app/downloads/download_record.h"

namespace ui::models {

QString progressText(const app::downloads::DownloadStatus& status);
QString timeText(qint64 seconds); // "44 s", "3 min 45 s", "2 h 5 min"
// Of all of them together: "2 active · 48 MB/s".
QString summaryText(const QList<app::downloads::DownloadStatus>& statuses);

} // namespace ui::models
