// Tuning: the times and sizes of downloading, together, so that tests can make them small.
#pragma once

#include <QtGlobal>

namespace app::downloads {

struct Tuning {
    int segments = 4;                                  // of one file at a time; a connection each
    qint64 smallestSegment = 16 * 1024 * 1024;         // a connection for less does not pay
    qint64 bufferBytes = 4 * 1024 * 1024;              // per connection, waiting to be written
    int stalledAfterMs = 3'000;                        // without a byte: said to be stalled
    int abandonAfterMs = 15'000;                       // next to nothing: the connection is given up
    int firstRetryMs = 1'000, longestRetryMs = 60'000; // doubles from one to the other
    int attempts = 8;                                  // in a row without a byte; then it has failed
    int checkpointMs = 1'000;                          // how often progress is put on the disk
    qint64 hashPerCheckpoint = 256 * 1024 * 1024; // so that a slow hash does not delay the next one for long
    int publishMs = 100;                          // how often progress is told
    int active = 3;                               // downloads at a time
};

} // namespace app::downloads
