// JSON in and out; what cannot be true is not begun.
#include "app/downloads/download_record.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include "app/downloads/safe_path.h"

namespace app::downloads {

namespace {

struct StateName {
    DownloadState state;
    const char* name;
};
constexpr StateName kNames[] = {{DownloadState::queued, "queued"},
                                {DownloadState::paused, "paused"},
                                {DownloadState::failed, "failed"},
                                {DownloadState::done, "done"}};

QString nameOf(DownloadState state) {
    for (const StateName& known : kNames)
        if (known.state == state) return QLatin1String(known.name);
    return QLatin1String(kNames[0].name); // whatever runs wants to run again
}

DownloadState stateOf(const QString& name) {
    for (const StateName& known : kNames)
        if (name == QLatin1String(known.name)) return known.state;
    return DownloadState::paused;
}

bool isHex(const QString& text, int digits) {
    static const QRegularExpression kHex(QStringLiteral("^[0-9a-f]+$"));
    return text.size() == digits && kHex.match(text).hasMatch();
}

} // namespace

QString DownloadSpec::id() const {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString& part : {repo, variant, QDir::cleanPath(folder)})
        hash.addData(part.toUtf8() + '\0');
    return QString::fromLatin1(hash.result().toHex().left(16));
}

QString DownloadSpec::whyInvalid() const {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Downloads", text); };
    if (!isRepositoryName(repo)) return tr("\"%1\" is not the name of a repository.").arg(repo);
    if (files.isEmpty()) return tr("%1 has no files that belong to this variant.").arg(repo);
    if (!QDir::isAbsolutePath(folder)) return tr("There is no folder to download to.");
    QStringList paths;
    for (const RepoFile& file : files) {
        if (file.bytes < 0 || file.bytes > kLargestFile)
            return tr("The hub does not say how large %1 is.").arg(file.path);
        if (!file.sha256.isEmpty() && !isHex(file.sha256, 64))
            return tr("The hub's checksum of %1 is none.").arg(file.path);
        paths.append(file.path);
    }
    return whyUnsafe(paths);
}

DownloadSpec specOf(const QString& repo, const QString& revision, const RepoVariant& variant,
                    const QString& folder) {
    return {repo, revision, variant.name, folder, variant.files};
}

qint64 DownloadRecord::total() const {
    qint64 sum = 0;
    for (const RepoFile& file : spec.files)
        sum += file.bytes;
    return sum;
}

qint64 DownloadRecord::received() const {
    qint64 sum = 0;
    for (qsizetype i = 0; i < files.size(); ++i)
        sum += files[i].finished ? spec.files[i].bytes : files[i].received();
    return sum;
}

void DownloadRecord::take(const DownloadSpec& next) {
    QList<FileProgress> progress(next.files.size());
    for (qsizetype i = 0; i < next.files.size(); ++i) {
        const qsizetype before = spec.files.indexOf(next.files[i]);
        if (before >= 0 && before < files.size()) progress[i] = files[before];
    }
    spec = next;
    files = progress;
}

QByteArray toJson(const DownloadRecord& record) {
    QJsonArray files;
    for (qsizetype i = 0; i < record.spec.files.size(); ++i) {
        const RepoFile& file = record.spec.files[i];
        QJsonObject object = toJson(record.files.value(i));
        object[QStringLiteral("path")] = file.path;
        object[QStringLiteral("bytes")] = file.bytes;
        object[QStringLiteral("sha256")] = file.sha256;
        object[QStringLiteral("blob")] = file.blobId;
        files.append(object);
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("repo"), record.spec.repo},
                                     {QStringLiteral("revision"), record.spec.revision},
                                     {QStringLiteral("variant"), record.spec.variant},
                                     {QStringLiteral("folder"), record.spec.folder},
                                     {QStringLiteral("state"), nameOf(record.state)},
                                     {QStringLiteral("problem"), static_cast<int>(record.problem.kind)},
                                     {QStringLiteral("problem_text"), record.problem.text},
                                     {QStringLiteral("problem_hint"), record.problem.hint},
                                     {QStringLiteral("created"), record.created},
                                     {QStringLiteral("files"), files}})
        .toJson(QJsonDocument::Compact);
}

std::optional<DownloadRecord> recordFromJson(const QByteArray& json) {
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const auto text = [](const QJsonObject& from, const char* name) {
        return from[QLatin1String(name)].toString();
    };
    DownloadRecord record;
    record.spec.repo = text(object, "repo");
    record.spec.revision = text(object, "revision");
    record.spec.variant = text(object, "variant");
    record.spec.folder = text(object, "folder");
    record.state = stateOf(text(object, "state"));
    const int kind = object[QLatin1String("problem")].toInt();
    if (kind > 0 && kind <= static_cast<int>(Problem::Kind::unreachable))
        record.problem = {static_cast<Problem::Kind>(kind), text(object, "problem_text"),
                          text(object, "problem_hint")};
    record.created = object[QLatin1String("created")].toInteger();
    for (const QJsonValue& value : object[QLatin1String("files")].toArray()) {
        const QJsonObject from = value.toObject();
        const RepoFile file{text(from, "path"), from[QLatin1String("bytes")].toInteger(-1),
                            text(from, "sha256"), text(from, "blob")};
        record.spec.files.append(file);
        record.files.append(progressFromJson(from, file.bytes));
    }
    if (!record.spec.whyInvalid().isEmpty()) return std::nullopt;
    return record;
}

bool DownloadStatus::active() const {
    return state != DownloadState::paused && state != DownloadState::failed && state != DownloadState::done;
}

DownloadStatus statusOf(const DownloadRecord& record) {
    DownloadStatus status;
    status.id = record.spec.id();
    status.repo = record.spec.repo;
    status.variant = record.spec.variant;
    status.state = record.state;
    status.received = record.received();
    status.total = record.total();
    status.problem = record.problem;
    status.path = record.spec.path();
    if (record.state != DownloadState::done) return status;
    for (const RepoFile& file : record.spec.files)
        if (!file.sha256.isEmpty())
            status.hashes.insert(record.spec.folder + QLatin1Char('/') + file.path, file.sha256);
    return status;
}

} // namespace app::downloads
