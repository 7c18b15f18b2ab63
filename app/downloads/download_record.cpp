// JSON in and out; what cannot be true is not begun.
#include "app/downloads/download_record.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include "app/downloads/record_json.h"
#include "app/downloads/safe_path.h"

namespace app::downloads {

namespace {

constexpr EnumName<DownloadState> kStates[] = {{DownloadState::queued, "queued"},
                                               {DownloadState::paused, "paused"},
                                               {DownloadState::failed, "failed"},
                                               {DownloadState::done, "done"}};
constexpr EnumName<Problem::Kind> kKinds[] = {{Problem::Kind::none, ""},
                                              {Problem::Kind::cutOff, "cut_off"},
                                              {Problem::Kind::tls, "tls"},
                                              {Problem::Kind::unauthorized, "unauthorized"},
                                              {Problem::Kind::forbidden, "forbidden"},
                                              {Problem::Kind::notFound, "not_found"},
                                              {Problem::Kind::rateLimited, "rate_limited"},
                                              {Problem::Kind::serverError, "server_error"},
                                              {Problem::Kind::badAnswer, "bad_answer"},
                                              {Problem::Kind::changed, "changed"},
                                              {Problem::Kind::wrongBytes, "wrong_bytes"},
                                              {Problem::Kind::badName, "bad_name"},
                                              {Problem::Kind::diskFull, "disk_full"},
                                              {Problem::Kind::notWritable, "not_writable"},
                                              {Problem::Kind::busy, "busy"},
                                              {Problem::Kind::unreachable, "unreachable"}};

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
        const QJsonObject listed = toJson(file);
        for (auto fact = listed.begin(); fact != listed.end(); ++fact)
            object[fact.key()] = *fact;
        files.append(object);
    }
    QString state = nameIn(kStates, record.state);
    if (state.isEmpty()) state = nameIn(kStates, DownloadState::queued); // whatever runs wants to run again
    return QJsonDocument(QJsonObject{{QStringLiteral("repo"), record.spec.repo},
                                     {QStringLiteral("revision"), record.spec.revision},
                                     {QStringLiteral("variant"), record.spec.variant},
                                     {QStringLiteral("folder"), record.spec.folder},
                                     {QStringLiteral("state"), state},
                                     {QStringLiteral("problem"), nameIn(kKinds, record.problem.kind)},
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
    record.state = valueIn(kStates, text(object, "state"), DownloadState::paused);
    const Problem::Kind kind = valueIn(kKinds, text(object, "problem"), Problem::Kind::none);
    if (kind != Problem::Kind::none)
        record.problem = {kind, text(object, "problem_text"), text(object, "problem_hint")};
    record.created = object[QLatin1String("created")].toInteger();
    for (const QJsonValue& value : object[QLatin1String("files")].toArray()) {
        const QJsonObject from = value.toObject();
        const RepoFile file = fileFromJson(from);
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
