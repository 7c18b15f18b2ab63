// DownloadRecord: one download as it is remembered across restarts: what, where to, how far.
#pragma once

#include <QHash>
#include <QList>
#include <QMetaType>

#include "app/downloads/file_progress.h"
#include "app/downloads/problem.h"
#include "app/downloads/repo_variant.h"
#include "app/storage/outcome.h"

namespace app::downloads {

enum class DownloadState { queued, connecting, downloading, stalled, paused, verifying, failed, done };

struct DownloadSpec {
    QString repo, revision; // the commit's id
    QString variant;        // its name
    QString folder;         // absolute; the files keep their paths below it
    QList<RepoFile> files;  // the first is the one to open

    QString id() const; // the same for the same variant in the same folder
    QString path() const { return files.isEmpty() ? folder : folder + QLatin1Char('/') + files.first().path; }
    // "" or why nothing can be downloaded so, for people.
    QString whyInvalid() const;
};
DownloadSpec specOf(const QString& repo, const QString& revision, const RepoVariant& variant,
                    const QString& folder);

struct DownloadRecord {
    DownloadSpec spec;
    DownloadState state = DownloadState::queued; // only queued, paused, failed and done are remembered
    Problem problem;                             // of paused and failed
    QList<FileProgress> files;                   // as many as the spec has
    qint64 created = 0;

    qint64 total() const;
    qint64 received() const;
    // The files of `spec`, with what is there of those that are still the same.
    void take(const DownloadSpec& spec);
};

QByteArray toJson(const DownloadRecord& record);
std::optional<DownloadRecord> recordFromJson(const QByteArray& json);

// What people see of a download.
struct DownloadStatus {
    QString id, repo, variant;
    DownloadState state = DownloadState::queued;
    qint64 received = 0, total = 0;
    qint64 bytesPerSecond = 0;
    qint64 secondsLeft = -1; // below zero: not known
    qint64 nextTryMs = -1;   // stalled: until it tries again; below zero: it only waits
    Problem problem;         // of paused and failed, and why it tries again
    QString path;            // the file to open once it is done
    QHash<QString, QString>
        hashes; // once it is done: each file's SHA-256 as the hub gave it and as it was checked
    bool operator==(const DownloadStatus&) const = default;
    bool active() const;
};
DownloadStatus statusOf(const DownloadRecord& record); // of one that does not run

} // namespace app::downloads

Q_DECLARE_METATYPE(app::downloads::DownloadStatus)
