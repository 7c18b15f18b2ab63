// FileProgress: how far one file has come: segments, hash, and of which content where no hash of the hub will
// tell. What is recorded of it is true of the disk.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>

#include "app/storage/sha256.h"

namespace app::downloads {

struct Segment {
    qint64 begin = 0, end = 0; // of the file, [begin, end)
    qint64 done = 0;           // bytes from `begin` on
    bool complete() const { return begin + done == end; }
    bool operator==(const Segment&) const = default;
};

struct FileProgress {
    QByteArray rangeValidator; // of the content that the segments belong to, for If-Range; may be empty
    QList<Segment> segments;   // in order, without gaps; empty: not begun
    storage::Sha256 hash;      // of the first hash.count() bytes
    qint64 hashedAt = 0;       // the .part's time of change then, so that another's hand in it is noticed
    bool finished = false;     // verified and under its own name
    qint64 finishedAt = 0;     // the file's time of change then, so that another file in its place is noticed

    qint64 received() const;
    qint64 contiguous() const; // from the beginning of the file without a gap
    bool complete() const;
    // Anew from nothing: another content, or none that can be gone on with.
    void restart(qint64 bytes, int segmentCount, qint64 smallestSegment);
};

QJsonObject toJson(const FileProgress& progress);
// What contradicts itself or `bytes`, the file's size, is not begun.
FileProgress progressFromJson(const QJsonObject& json, qint64 bytes);

} // namespace app::downloads
