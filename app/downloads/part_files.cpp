// In this order: data, sync, record; hash, sync, rename, record.
#include "app/downloads/part_files.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <filesystem>

#include "app/downloads/safe_path.h"
#include "app/storage/atomic_file.h"
#include "app/storage/free_space.h"

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
using storage::DurableFile;
using storage::Failure;
using storage::Outcome;
using storage::Sha256;
constexpr qint64 kBlock = 1024 * 1024;

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

QString finalPath(const DownloadSpec& spec, qsizetype file) {
    return spec.folder + QLatin1Char('/') + spec.files[file].path;
}

qint64 changeTime(const QString& path) {
    return QFileInfo(path).lastModified().toMSecsSinceEpoch();
}

// On to `end`; stops early when `quit` is set.
Outcome<void> hashUpTo(const QString& path, Sha256& hash, qint64 end, const std::atomic<bool>& quit) {
    if (hash.count() >= end) return {};
    DurableFile file;
    STORAGE_TRY(DurableFile::open(file, path, DurableFile::Mode::readOnly));
    while (hash.count() < end && !quit) {
        const auto bytes = file.readAt(hash.count(), qMin(kBlock, end - hash.count()));
        if (!bytes.ok()) return bytes.failure();
        if (bytes.value().isEmpty())
            return Failure{Failure::Kind::io, tr("%1 became shorter while it was read.").arg(path)};
        hash.add(bytes.value().constData(), bytes.value().size());
    }
    return {};
}

// Small files have git's hash only: SHA-1 over "blob SIZE\0" and the bytes.
Outcome<QByteArray> gitBlobId(const QString& path, qint64 bytes) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return Failure{Failure::Kind::io, file.errorString()};
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData("blob " + QByteArray::number(bytes) + '\0');
    hash.addData(&file);
    return hash.result().toHex();
}

// True: these are the bytes that the hub listed, as far as it told a hash.
Outcome<bool> isRight(const QString& path, const RepoFile& file, const Sha256& hash) {
    if (!file.sha256.isEmpty()) return hash.hex() == file.sha256.toLatin1();
    if (!file.hasHash()) return true;
    const auto id = gitBlobId(path, file.bytes);
    if (!id.ok()) return id.failure();
    return id.value() == file.blobId.toLatin1();
}

// A file with the final name: ours from before, or somebody else's that happens to hold the same bytes.
Outcome<bool> isThere(const DownloadRecord& record, qsizetype i, const std::atomic<bool>& quit) {
    const QString path = finalPath(record.spec, i);
    const RepoFile& file = record.spec.files[i];
    const QFileInfo info(path);
    if (!info.isFile() || info.size() != file.bytes) return false;
    if (record.files[i].finished && record.files[i].finishedAt == changeTime(path)) return true;
    if (file.sha256.isEmpty() && file.blobId.isEmpty()) return false;
    Sha256 hash;
    if (!file.sha256.isEmpty()) STORAGE_TRY(hashUpTo(path, hash, file.bytes, quit));
    if (quit) return false;
    return isRight(path, file, hash);
}

// Takes back what the disk does not bear out.
Outcome<void> lookAtFile(DownloadRecord& record, qsizetype i, const std::atomic<bool>& quit) {
    FileProgress& progress = record.files[i];
    const auto path = makePathBelow(record.spec.folder, record.spec.files[i].path);
    if (!path.ok()) return path.failure();
    const auto there = isThere(record, i, quit);
    if (!there.ok()) return there.failure();
    progress.finished = there.value();
    progress.finishedAt = there.value() ? changeTime(path.value()) : 0;
    if (progress.finished || quit) return {};
    const QString part = partPath(record.spec, i);
    const qint64 bytes = record.spec.files[i].bytes;
    if (QFileInfo(part).size() != bytes) progress = {}; // not ours, or half reserved
    // Since then somebody wrote to it, we perhaps, before the program was killed: what was hashed is read
    // again.
    if (progress.hashedAt != changeTime(part)) progress.hash = {};
    return {};
}

// Of all files together and before the first is reserved: one that found no room any more would leave the
// disk full of what the others had reserved.
Outcome<void> findRoom(const DownloadRecord& record) {
    const QString& folder = record.spec.folder;
    qint64 missing = 0;
    for (qsizetype i = 0; i < record.files.size(); ++i)
        if (!record.files[i].finished)
            missing +=
                qMax<qint64>(0, record.spec.files[i].bytes - QFileInfo(partPath(record.spec, i)).size());
    const auto room = storage::freeSpaceAt(folder);
    if (!room || missing <= *room) return {}; // where nobody knows, reserving will tell
    return Failure{
        Failure::Kind::diskFull,
        tr("The disk of %1 needs %2 more room.")
            .arg(folder, QLocale::c().formattedDataSize(missing - *room, 1, QLocale::DataSizeSIFormat))};
}

Outcome<void> reserve(const DownloadRecord& record, qsizetype i) {
    DurableFile file;
    STORAGE_TRY(DurableFile::open(file, partPath(record.spec, i), DurableFile::Mode::readWrite));
    return file.reserve(record.spec.files[i].bytes);
}

Outcome<void> prepareAll(DownloadRecord& record, const std::atomic<bool>& quit) {
    for (qsizetype i = 0; i < record.files.size() && !quit; ++i)
        STORAGE_TRY(lookAtFile(record, i, quit));
    if (quit) return {};
    STORAGE_TRY(findRoom(record));
    for (qsizetype i = 0; i < record.files.size() && !quit; ++i)
        if (!record.files[i].finished) STORAGE_TRY(reserve(record, i));
    return {};
}

Problem wrongBytes(const RepoFile& file) {
    return {Kind::wrongBytes, tr("%1: the bytes that came are not those that the hub lists.").arg(file.path),
            tr("They were thrown away. Retry downloads them again; if it happens again, the server or a "
               "mirror is at "
               "fault.")};
}

// The bytes are here and right; only the last step is missing.
Problem notNamed(const QString& name, const std::error_code& error) {
    const QString text = QStringLiteral("%1: %2").arg(name, QString::fromStdString(error.message()));
    if (error == std::errc::no_space_on_device)
        return {Kind::diskFull, text, tr("Free some space, then resume. What was downloaded is kept.")};
    return {
        Kind::notWritable, text,
        tr("It is downloaded, as %1.part beside it. See what is in its place and whether the folder may be "
           "written, then retry.")
            .arg(QFileInfo(name).fileName())};
}

// One that another program is filling is not ours to delete.
void removePart(const QString& path) {
    DurableFile part;
    if (!QFileInfo(path).isFile() || QFileInfo(path).isSymLink()) return;
    if (DurableFile::open(part, path, DurableFile::Mode::readWrite).ok() && !part.tryLock()) return;
    part.close(); // where an open file cannot be deleted
    QFile::remove(path);
}

} // namespace

QString partPath(const DownloadSpec& spec, qsizetype file) {
    return finalPath(spec, file) + QStringLiteral(".part");
}

Problem prepareFiles(DownloadRecord& record, const std::atomic<bool>& quit) {
    if (const QString why = record.spec.whyInvalid(); !why.isEmpty())
        return {Kind::badName, why, tr("Nothing was written. Choose another variant or repository.")};
    record.files.resize(record.spec.files.size());
    const auto prepared = prepareAll(record, quit);
    if (prepared.ok()) return {};
    const Failure& failure = prepared.failure();
    if (failure.kind == Failure::Kind::invalid)
        return {Kind::badName, failure.message,
                tr("Nothing is written through links. Choose another models folder.")};
    return fromFailure(failure);
}

Outcome<std::shared_ptr<DurableFile>> openPart(const DownloadSpec& spec, qsizetype file) {
    auto part = std::make_shared<DurableFile>();
    STORAGE_TRY(DurableFile::open(*part, partPath(spec, file), DurableFile::Mode::readWrite));
    if (!part->tryLock())
        return Failure{Failure::Kind::busy, tr("Another Tandem downloads %1.").arg(spec.files[file].path)};
    return part;
}

Outcome<void> checkpoint(DownloadRecord& record, qsizetype i, qint64 mostHashed, const QString& recordFile,
                         const std::atomic<bool>& quit) {
    FileProgress& progress = record.files[i];
    const QString path = partPath(record.spec, i);
    if (!record.spec.files[i].sha256.isEmpty()) {
        const qint64 end = qMin(progress.contiguous(), progress.hash.count() + mostHashed);
        STORAGE_TRY(hashUpTo(path, progress.hash, end, quit));
    }
    DurableFile part;
    STORAGE_TRY(DurableFile::open(part, path, DurableFile::Mode::readOnly));
    STORAGE_TRY(part.sync());
    progress.hashedAt = changeTime(path);
    return storage::writeAtomically(recordFile, toJson(record));
}

Problem finishFile(DownloadRecord& record, qsizetype i, const QString& recordFile,
                   const std::atomic<bool>& quit) {
    const RepoFile& file = record.spec.files[i];
    FileProgress& progress = record.files[i];
    const QString path = partPath(record.spec, i), name = finalPath(record.spec, i);
    if (!file.sha256.isEmpty()) {
        const auto hashed = hashUpTo(path, progress.hash, file.bytes, quit);
        if (!hashed.ok()) return fromFailure(hashed.failure());
        if (quit) return {};
    }
    const auto right = isRight(path, file, progress.hash);
    if (!right.ok()) return fromFailure(right.failure());
    if (!right.value()) {
        QFile::remove(path);
        progress = {};
        (void)storage::writeAtomically(recordFile, toJson(record));
        return wrongBytes(file);
    }
    DurableFile part;
    auto synced = DurableFile::open(part, path, DurableFile::Mode::readOnly);
    if (synced.ok()) synced = part.sync();
    part.close();
    if (!synced.ok()) return fromFailure(synced.failure());
    std::error_code error; // unlike QFile's, this rename replaces an older file at once
    std::filesystem::rename(QFile::encodeName(path).toStdString(), QFile::encodeName(name).toStdString(),
                            error);
    if (error) return notNamed(name, error);
    storage::syncFolder(QFileInfo(name).absolutePath());
    progress.finished = true;
    progress.finishedAt = changeTime(name);
    // A record that cannot be written now is made good by prepareFiles(): the file is there.
    (void)storage::writeAtomically(recordFile, toJson(record));
    return {};
}

void removeParts(const DownloadSpec& spec) {
    for (qsizetype i = 0; i < spec.files.size(); ++i)
        removePart(partPath(spec, i));
    QDir().rmdir(spec.folder); // only when it is empty
}

} // namespace app::downloads
