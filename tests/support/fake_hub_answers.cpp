// The hub's answers: search, model, tree with pages, files with ranges.
#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>
#include <QUrlQuery>

#include "tests/support/fake_hub_state.h"

namespace tests {

namespace {

using Header = std::pair<QByteArray, QByteArray>;
constexpr qint64 kLeastHalf = 16 * 1024; // so that it comes to an end soon
constexpr char kJson[] = "application/json; charset=utf-8";

HubAnswer json(const QJsonDocument& document) {
    HubAnswer answer;
    answer.headers = {{"Content-Type", kJson}};
    answer.body = document.toJson(QJsonDocument::Compact);
    return answer;
}

HubAnswer refusal(int status, const QByteArray& code = {}) {
    HubAnswer answer;
    answer.status = status;
    if (!code.isEmpty()) answer.headers = {{"X-Error-Code", code}, {"X-Error-Message", "refused"}};
    return answer;
}

QJsonObject modelOf(const FakeHub::State& state, const QString& repo) {
    QJsonArray siblings;
    const auto files = state.repos.value(repo);
    for (auto it = files.begin(); it != files.end(); ++it)
        siblings.append(QJsonObject{{QStringLiteral("rfilename"), it.key()}});
    const QString licence = state.licences.value(repo, QStringLiteral("apache-2.0"));
    const QStringList tags =
        state.tags.value(repo, {QStringLiteral("gguf"), QStringLiteral("license:") + licence});
    return {{QStringLiteral("_id"), QStringLiteral("1")},
            {QStringLiteral("id"), repo},
            {QStringLiteral("modelId"), repo},
            {QStringLiteral("author"), repo.section(QLatin1Char('/'), 0, 0)},
            {QStringLiteral("sha"), QString::fromLatin1(state.revisionOf(repo))},
            {QStringLiteral("lastModified"), QStringLiteral("2025-07-28T10:00:00.000Z")},
            {QStringLiteral("createdAt"), QStringLiteral("2025-07-01T10:00:00.000Z")},
            {QStringLiteral("private"), false},
            {QStringLiteral("disabled"), false},
            {QStringLiteral("gated"),
             state.gated.contains(repo) ? QJsonValue(QStringLiteral("auto")) : QJsonValue(false)},
            {QStringLiteral("downloads"), 1000 - static_cast<int>(repo.size())},
            {QStringLiteral("likes"), 7},
            {QStringLiteral("tags"), QJsonArray::fromStringList(tags)},
            {QStringLiteral("cardData"), QJsonObject{{QStringLiteral("license"), licence}}},
            {QStringLiteral("siblings"), siblings}};
}

HubAnswer search(const FakeHub::State& state, const QUrlQuery& query) {
    QJsonArray hits;
    const QString words = query.queryItemValue(QStringLiteral("search"), QUrl::FullyDecoded);
    for (auto it = state.repos.begin(); it != state.repos.end(); ++it)
        if (it.key().contains(words, Qt::CaseInsensitive)) hits.append(modelOf(state, it.key()));
    return json(QJsonDocument(hits));
}

QJsonObject entryOf(const QString& path, const HubFile& file) {
    QJsonObject entry{{QStringLiteral("type"), QStringLiteral("file")},
                      {QStringLiteral("oid"), QString::fromLatin1(file.blobId())},
                      {QStringLiteral("size"), file.size()},
                      {QStringLiteral("path"), path}};
    if (!file.inGit)
        entry[QStringLiteral("lfs")] =
            QJsonObject{{QStringLiteral("oid"), QString::fromLatin1(file.sha256())},
                        {QStringLiteral("size"), file.size()},
                        {QStringLiteral("pointerSize"), 134}};
    return entry;
}

HubAnswer tree(const FakeHub::State& state, const QString& repo, const QUrl& url) {
    const auto files = state.repos.value(repo);
    const QUrlQuery query(url);
    const int from = query.queryItemValue(QStringLiteral("cursor")).toInt();
    const int count = state.pageSize > 0 ? state.pageSize : static_cast<int>(files.size());
    QJsonArray entries;
    int index = 0;
    for (auto it = files.begin(); it != files.end(); ++it, ++index)
        if (index >= from && index < from + count) entries.append(entryOf(it.key(), it.value()));
    HubAnswer answer = json(QJsonDocument(entries));
    if (from + count < files.size())
        answer.headers.append(
            {"Link", "<http://127.0.0.1:" + QByteArray::number(state.hubPort) + url.path().toUtf8() +
                         "?recursive=true&cursor=" + QByteArray::number(from + count) + ">; rel=\"next\""});
    return answer;
}

HubAnswer api(FakeHub::State& state, const QUrl& url) {
    const HubFault fault = state.faultOf(QStringLiteral("api"));
    HubAnswer answer;
    const QStringList parts =
        url.path().split(QLatin1Char('/'), Qt::SkipEmptyParts); // api models owner name ...
    const QString repo = parts.value(2) + QLatin1Char('/') + parts.value(3);
    if (fault.status != 0)
        answer = refusal(fault.status);
    else if (parts.size() == 2)
        answer = search(state, QUrlQuery(url));
    else if (!fault.instead.isEmpty())
        answer.body = fault.instead;
    else if (!state.repos.contains(repo))
        answer = refusal(404, "RepoNotFound");
    else if (parts.value(4) == QLatin1String("tree"))
        answer = tree(state, repo, url);
    else
        answer = json(QJsonDocument(modelOf(state, repo)));
    if (!fault.retryAfter.isEmpty()) answer.headers.append(Header{"Retry-After", fault.retryAfter});
    if (!fault.link.isEmpty() && parts.value(4) == QLatin1String("tree"))
        answer.headers.append(Header{"Link", fault.link});
    if (fault.gzip) answer.headers.append(Header{"Content-Encoding", "gzip"});
    answer.fault = fault;
    return answer;
}

// A range of the file, as asked for and as the fault wants it.
void cutRange(HubAnswer& answer, const HubRequest& request, const HubFile& file) {
    const qint64 size = file.content.size();
    const QByteArray asked = request.headers.value("range");
    const QByteArray condition = request.headers.value("if-range");
    const bool matches = condition.isEmpty() || condition == file.etag();
    const HubFault& fault = answer.fault;
    const QByteArray units = fault.capitalUnits ? "Bytes" : "bytes";
    if (!asked.startsWith("bytes=") || fault.noRanges || !fault.instead.isEmpty() || !matches) return;
    const QList<QByteArray> ends = asked.mid(6).split('-');
    const qint64 begin = ends.value(0).toLongLong() + (fault.wrongRange ? 1 : 0);
    qint64 end = ends.value(1).isEmpty() ? size : qMin(size, ends.value(1).toLongLong() + 1);
    if (fault.halfRanges) end = qMin(end, begin + qMax<qint64>(kLeastHalf, (end - begin) / 2));
    if (begin >= size || begin >= end || fault.rangeEnds) {
        answer.status = 416;
        answer.body.clear();
        answer.headers = {{"Content-Range", units + " */" + QByteArray::number(size)}};
        return;
    }
    answer.status = 206;
    answer.begin = begin;
    answer.body = file.content.mid(begin, end - begin);
    if (fault.noContentRange) return;
    answer.headers.append(Header{"Content-Range", units + ' ' + QByteArray::number(begin) + '-' +
                                                      QByteArray::number(end - 1) + '/' +
                                                      QByteArray::number(size + fault.lieAboutLength)});
}

HubAnswer content(FakeHub::State& state, const HubRequest& request, const QString& repo, const QString& path,
                  bool storage) {
    if (!state.repos.value(repo).contains(path)) return refusal(404, "EntryNotFound");
    const HubFile& file = state.repos[repo][path];
    HubAnswer answer;
    const QByteArray commit = state.revisionOf(repo);
    if (!storage && state.redirects && !file.inGit) {
        answer.status = 302;
        answer.headers = {{"X-Repo-Commit", commit},
                          {"X-Linked-Size", QByteArray::number(file.content.size())},
                          {"X-Linked-ETag", file.etag()},
                          {"ETag", file.etag()},
                          {"Location", "http://127.0.0.1:" + QByteArray::number(state.storagePort) + '/' +
                                           request.path.mid(1)}};
        return answer;
    }
    answer.fault = state.faultOf(path);
    const HubFault& fault = answer.fault;
    if (fault.status != 0 || !fault.redirect.isEmpty()) {
        answer.status = fault.status != 0 ? fault.status : 302;
        if (!fault.retryAfter.isEmpty()) answer.headers = {{"Retry-After", fault.retryAfter}};
        if (!fault.redirect.isEmpty())
            answer.headers = {{"Location", fault.redirect == "loop" ? request.path : fault.redirect}};
        return answer;
    }
    answer.file = path;
    answer.body = fault.instead.isEmpty() ? file.content : fault.instead;
    answer.headers = {
        {"Content-Type", "application/octet-stream"}, {"X-Repo-Commit", commit}, {"Accept-Ranges", "bytes"}};
    if (fault.instead.startsWith("<html")) answer.headers[0].second = "text/html; charset=utf-8";
    if (!fault.linked.isEmpty()) answer.headers.append(Header{"X-Linked-ETag", fault.linked});
    const QByteArray turn = QByteArray::number(fault.newEtags ? ++state.answers : 0);
    if (fault.newEtags)
        answer.headers.append(Header{"ETag", (state.answers % 2 == 0 ? "W/\"" : "\"") + turn + '"'});
    else if (!fault.noEtag)
        answer.headers.append(Header{"ETag", (fault.weakEtag ? "W/" : "") + file.etag()});
    if (fault.gzip) answer.headers.append(Header{"Content-Encoding", "gzip"});
    cutRange(answer, request, file);
    const qint64 wrong = fault.wrongAt - answer.begin;
    if (fault.wrongAt >= 0 && wrong >= 0 && wrong < answer.body.size())
        answer.body[wrong] = static_cast<char>(answer.body[wrong] ^ 1);
    return answer;
}

} // namespace

QByteArray HubFile::sha256() const {
    return QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
}
QByteArray HubFile::blobId() const {
    return QCryptographicHash::hash("blob " + QByteArray::number(content.size()) + '\0' + content,
                                    QCryptographicHash::Sha1)
        .toHex();
}

HubFault FakeHub::State::faultOf(const QString& path) {
    const auto found = faults.find(path);
    if (found == faults.end() || found->times == 0) return {};
    if (found->times > 0) --found->times;
    return *found;
}

QByteArray FakeHub::State::revisionOf(const QString& repo) const {
    return QCryptographicHash::hash(repo.toUtf8(), QCryptographicHash::Sha1).toHex();
}

HubAnswer answerOf(FakeHub::State& state, const HubRequest& request, bool storage) {
    const QUrl url = QUrl::fromEncoded("http://hub" + request.path);
    if (!storage && !state.token.isEmpty() &&
        request.headers.value("authorization") != "Bearer " + state.token)
        return refusal(401);
    if (url.path().startsWith(QLatin1String("/api/models"))) return api(state, url);
    const QStringList parts =
        url.path().split(QLatin1Char('/'), Qt::SkipEmptyParts); // owner name resolve REVISION path
    if (parts.size() < 5 || parts[2] != QLatin1String("resolve")) return refusal(404);
    const QString repo = parts[0] + QLatin1Char('/') + parts[1];
    if (!state.repos.contains(repo)) return refusal(404, "RepoNotFound");
    if (state.gated.contains(repo)) return refusal(403, "GatedRepo");
    return content(state, request, repo, parts.mid(4).join(QLatin1Char('/')), storage);
}

} // namespace tests
