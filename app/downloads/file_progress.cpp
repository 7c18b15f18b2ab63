// Sums over segments, and their JSON.
#include "app/downloads/file_progress.h"

#include <QJsonArray>

namespace app::downloads {

namespace {
constexpr int kMostSegments = 64;
}

qint64 FileProgress::received() const {
    qint64 sum = 0;
    for (const Segment& segment : segments)
        sum += segment.done;
    return sum;
}

qint64 FileProgress::contiguous() const {
    qint64 end = 0;
    for (const Segment& segment : segments) {
        end = segment.begin + segment.done;
        if (!segment.complete()) break;
    }
    return end;
}

bool FileProgress::complete() const {
    for (const Segment& segment : segments)
        if (!segment.complete()) return false;
    return !segments.isEmpty();
}

void FileProgress::restart(qint64 bytes, int segmentCount, qint64 smallestSegment) {
    *this = {};
    const qint64 most = qBound(1, segmentCount, kMostSegments);
    const qint64 count = qBound<qint64>(1, bytes / qMax<qint64>(1, smallestSegment), most);
    for (qint64 i = 0; i < count; ++i)
        segments.append({bytes / count * i, i + 1 == count ? bytes : bytes / count * (i + 1), 0});
}

QJsonObject toJson(const FileProgress& progress) {
    QJsonArray segments;
    for (const Segment& segment : progress.segments)
        segments.append(QJsonArray{segment.begin, segment.end, segment.done});
    return {{QStringLiteral("if_range"), QString::fromLatin1(progress.rangeValidator)},
            {QStringLiteral("segments"), segments},
            {QStringLiteral("hash"), QString::fromLatin1(progress.hash.state())},
            {QStringLiteral("hashed_at"), progress.hashedAt},
            {QStringLiteral("finished"), progress.finished},
            {QStringLiteral("finished_at"), progress.finishedAt}};
}

FileProgress progressFromJson(const QJsonObject& json, qint64 bytes) {
    FileProgress progress;
    progress.rangeValidator = json[QLatin1String("if_range")].toString().toLatin1();
    progress.hashedAt = json[QLatin1String("hashed_at")].toInteger();
    progress.finished = json[QLatin1String("finished")].toBool();
    progress.finishedAt = json[QLatin1String("finished_at")].toInteger();
    const auto hash = storage::Sha256::fromState(json[QLatin1String("hash")].toString().toLatin1());
    qint64 at = 0;
    for (const QJsonValue& value : json[QLatin1String("segments")].toArray()) {
        const QJsonArray numbers = value.toArray();
        const Segment segment{numbers.at(0).toInteger(-1), numbers.at(1).toInteger(-1),
                              numbers.at(2).toInteger(-1)};
        const bool sound = segment.begin == at && segment.end >= at && segment.done >= 0 &&
                           segment.done <= segment.end - segment.begin;
        if (!sound || progress.segments.size() == kMostSegments) return {};
        at = segment.end;
        progress.segments.append(segment);
    }
    if (!progress.segments.isEmpty() && (at != bytes || !hash || hash->count() > progress.contiguous()))
        return {};
    if (hash && !progress.segments.isEmpty()) progress.hash = *hash;
    return progress;
}

} // namespace app::downloads
