// Paths of the Hugging Face hub.
#include "app/downloads/hub_address.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QUrlQuery>

#include "app/downloads/safe_path.h"

namespace app::downloads {

namespace {

const QString kMain = QStringLiteral("main");

QString encoded(const QString& text, const char* keep = "") {
    return QString::fromLatin1(QUrl::toPercentEncoding(text, keep));
}

// The path of a page: owner/name[/tree|blob|resolve|raw/REVISION[/FILE]].
std::optional<RepoAddress> fromPath(const QString& path) {
    const QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (parts.size() < 2) return std::nullopt;
    RepoAddress address;
    address.repo = parts[0] + QLatin1Char('/') + parts[1];
    static const QStringList kInside{QStringLiteral("tree"), QStringLiteral("blob"),
                                     QStringLiteral("resolve"), QStringLiteral("raw")};
    if (parts.size() >= 4 && kInside.contains(parts[2])) {
        if (parts[3] != kMain) address.revision = parts[3];
        address.file = parts.mid(4).join(QLatin1Char('/'));
        if (parts[2] == QLatin1String("tree")) address.file.clear();
    }
    return address;
}

} // namespace

std::optional<RepoAddress> parseAddress(const QString& typed) {
    QString text = typed.trimmed();
    std::optional<RepoAddress> address;
    static const QRegularExpression kBareHost(QStringLiteral("^(www\\.)?(huggingface\\.co|hf\\.co)/"));
    if (text.contains(kBareHost)) text.prepend(QLatin1String("https://"));
    if (text.startsWith(QLatin1String("https://")) || text.startsWith(QLatin1String("http://"))) {
        address = fromPath(QUrl(text).path(QUrl::FullyDecoded));
    } else {
        if (text.startsWith(QLatin1String("hf:"))) text = text.mid(3);
        static const QRegularExpression kForm(
            QStringLiteral("^([^/\\s:@]+/[^/\\s:@]+)(?:@([^\\s:@]+))?(?::([^\\s:]+))?$"));
        const QRegularExpressionMatch match = kForm.match(text);
        if (match.hasMatch())
            address = RepoAddress{match.captured(1), match.captured(2), match.captured(3), {}};
    }
    if (!address) return std::nullopt;
    // The hub's own pages that look like repositories are not models.
    static const QStringList kPages{QStringLiteral("datasets"), QStringLiteral("spaces"),
                                    QStringLiteral("docs"),     QStringLiteral("api"),
                                    QStringLiteral("models"),   QStringLiteral("settings")};
    if (kPages.contains(address->repo.section(QLatin1Char('/'), 0, 0))) return std::nullopt;
    if (!isRepositoryName(address->repo) || address->revision.contains(QLatin1String("..")))
        return std::nullopt;
    return address;
}

QString originOf(const QUrl& url) {
    const int usual = url.scheme() == QLatin1String("https") ? 443 : 80;
    return QStringLiteral("%1://%2:%3").arg(url.scheme(), url.host().toLower()).arg(url.port(usual));
}

HubUrls::HubUrls(const QString& endpoint) {
    QUrl url(endpoint.trimmed(), QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    if (!web || url.host().isEmpty() || url.hasQuery() || !url.userInfo().isEmpty()) return;
    QString path = url.path();
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    url.setPath(path);
    m_endpoint = url;
}

QUrl HubUrls::at(const QString& encodedPath) const {
    if (!isValid()) return {};
    return QUrl(m_endpoint.toString(QUrl::FullyEncoded) + encodedPath, QUrl::StrictMode);
}

QUrl HubUrls::search(const QString& words, const QStringList& filters, int limit) const {
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("search"), encoded(words));
    for (const QString& filter : filters)
        query.addQueryItem(QStringLiteral("filter"), encoded(filter));
    query.addQueryItem(QStringLiteral("sort"), QStringLiteral("downloads"));
    query.addQueryItem(QStringLiteral("direction"), QStringLiteral("-1"));
    query.addQueryItem(QStringLiteral("limit"), QString::number(limit));
    query.addQueryItem(QStringLiteral("full"), QStringLiteral("true"));
    QUrl url = at(QStringLiteral("/api/models"));
    url.setQuery(query);
    return url;
}

QUrl HubUrls::model(const QString& repo, const QString& revision) const {
    return at(QStringLiteral("/api/models/%1/revision/%2")
                  .arg(encoded(repo, "/"), encoded(revision.isEmpty() ? kMain : revision)));
}

QUrl HubUrls::tree(const QString& repo, const QString& revision) const {
    return at(QStringLiteral("/api/models/%1/tree/%2?recursive=true")
                  .arg(encoded(repo, "/"), encoded(revision.isEmpty() ? kMain : revision)));
}

QUrl HubUrls::file(const QString& repo, const QString& revision, const QString& path) const {
    return at(
        QStringLiteral("/%1/resolve/%2/%3")
            .arg(encoded(repo, "/"), encoded(revision.isEmpty() ? kMain : revision), encoded(path, "/")));
}

QUrl HubUrls::page(const QString& repo) const {
    return at(QLatin1Char('/') + encoded(repo, "/"));
}

EndpointVerdict checkEndpoint(const QString& typed) {
    const HubUrls urls(typed);
    if (!urls.isValid() || urls.endpoint().hasFragment()) return EndpointVerdict::noAddress;
    if (urls.endpoint().scheme() == QLatin1String("https")) return EndpointVerdict::good;
    const QString host = urls.endpoint().host();
    const bool here = host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
    return here ? EndpointVerdict::good : EndpointVerdict::notSecure;
}

} // namespace app::downloads
