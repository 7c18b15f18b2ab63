// The work on a download's files that waits for the disk: reserving, hashing, syncing, recording, renaming.
// Plain functions, for a thread that may wait.
#pragma once

#include <atomic>
#include <memory>

#include "app/downloads/download_record.h"
#include "app/storage/durable_file.h"

namespace app::downloads {

// Looks what is there and reserves the space for all that is missing. Progress that the disk does not bear
// out is taken back. `quit` ends the hashing of a finished file that lies there already.
Problem prepareFiles(DownloadRecord& record, const std::atomic<bool>& quit);

// The .part of a file, locked against other programs.
storage::Outcome<std::shared_ptr<storage::DurableFile>> openPart(const DownloadSpec& spec, qsizetype file);
QString partPath(const DownloadSpec& spec, qsizetype file);

// Hashes on, at most `mostHashed` bytes, puts the data on the disk, and only then writes the record, so that
// a record never promises bytes that a power cut can take. Gives the hash back in the record.
storage::Outcome<void> checkpoint(DownloadRecord& record, qsizetype file, qint64 mostHashed,
                                  const QString& recordFile, const std::atomic<bool>& quit);

// All bytes are there: hashes the rest, compares, and gives the file its name. wrongBytes: the .part is
// deleted.
Problem finishFile(DownloadRecord& record, qsizetype file, const QString& recordFile,
                   const std::atomic<bool>& quit);

void removeParts(const DownloadSpec& spec);

} // namespace app::downloads
