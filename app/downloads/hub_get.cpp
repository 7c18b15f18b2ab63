// QNetworkReply behind it; redirects by hand, since Qt would take the Authorization header along.
#include "app/downloads/hub_get.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QTimeZone>

#include "app/downloads/hub_address.h"

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr int kMostRedirects = 10;
constexpr int kSilentMs = 60'000; // nothing at all for so long

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

bool isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// "bytes 0-99/1234"; the total may be "*".
void readRange(const QByteArray& header, ResponseHead& head) {
    if (!header.startsWith("bytes ")) return;
    const qsizetype dash = header.indexOf('-'), slash = header.indexOf('/');
    if (dash < 6 || slash < dash) return;
    bool first = false, last = false, all = false;
    const qint64 begin = header.mid(6, dash - 6).trimmed().toLongLong(&first);
    const qint64 end = header.mid(dash + 1, slash - dash - 1).trimmed().toLongLong(&last);
    const qint64 total = header.mid(slash + 1).trimmed().toLongLong(&all);
    if (!first || !last || begin < 0 || end < begin) return;
    head.rangeBegin = begin;
    head.rangeEnd = end + 1;
    if (all) head.total = total;
}

qint64 retryAfter(const QByteArray& header) {
    constexpr qint64 kLongestMs = 3600'000;
    bool ok = false;
    const qint64 seconds = header.trimmed().toLongLong(&ok);
    if (ok) return qBound<qint64>(0, seconds, kLongestMs / 1000) * 1000;
    QDateTime when = QLocale::c().toDateTime(QString::fromLatin1(header.trimmed()),
                                             QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!when.isValid()) return 0;
    when.setTimeSpec(Qt::UTC);
    return qBound<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(when), kLongestMs);
}

Problem fromError(QNetworkReply::NetworkError error, const QString& words, const QString& where) {
    const QString text = QStringLiteral("%1: %2").arg(where, words);
    switch (error) {
        case QNetworkReply::SslHandshakeFailedError:
            return {Kind::tls, text,
                    tr("The server's certificate could not be verified. Check the clock, the proxy, and the "
                       "certificates of this computer.")};
        case QNetworkReply::ProtocolUnknownError:
        case QNetworkReply::ProtocolInvalidOperationError:
        case QNetworkReply::ProtocolFailure:
            return {Kind::badAnswer, text, tr("Check the address of the hub in the settings.")};
        default:
            return {Kind::offline, text, tr("Check the connection; it is tried again by itself.")};
    }
}

} // namespace

HubGet::HubGet(QNetworkAccessManager& network, GetRequest request, QObject* parent)
    : QObject(parent), m_network(network), m_request(std::move(request)) {
    send(m_request.url);
}

HubGet::~HubGet() {
    if (!m_reply) return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
}

// Not in clear text over a network, and to nobody but the hub.
bool HubGet::mayHaveToken(const QUrl& url) const {
    if (m_request.token.isEmpty() || originOf(url) != originOf(m_request.endpoint)) return false;
    return url.scheme() == QLatin1String("https") || QHostAddress(url.host()).isLoopback() ||
           url.host() == QLatin1String("localhost");
}

void HubGet::send(const QUrl& url) {
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute,
                         false); // segments want connections of their own
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setTransferTimeout(kSilentMs);
    request.setRawHeader("User-Agent", "tandem");
    if (m_request.asIs) request.setRawHeader("Accept-Encoding", "identity");
    if (mayHaveToken(url)) request.setRawHeader("Authorization", "Bearer " + m_request.token);
    if (m_request.begin >= 0) {
        const QByteArray last = m_request.end > 0 ? QByteArray::number(m_request.end - 1) : QByteArray();
        request.setRawHeader("Range", "bytes=" + QByteArray::number(m_request.begin) + '-' + last);
        if (!m_request.ifRange.isEmpty()) request.setRawHeader("If-Range", m_request.ifRange);
    }
    m_reply = m_network.get(request);
    if (m_request.bufferBytes > 0) m_reply->setReadBufferSize(m_request.bufferBytes);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &HubGet::takeHead);
    connect(m_reply, &QNetworkReply::readyRead, this, [this] {
        takeHead();
        if (m_headTaken && !m_ended) Q_EMIT readyRead();
    });
    connect(m_reply, &QNetworkReply::finished, this, &HubGet::takeEnd);
}

qint64 HubGet::available() const {
    return m_reply && m_headTaken ? m_reply->bytesAvailable() : 0;
}
QByteArray HubGet::read(qint64 most) {
    return m_reply && m_headTaken ? m_reply->read(most) : QByteArray();
}

void HubGet::takeHead() {
    if (m_headTaken || m_ended || !m_reply) return;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray linked = m_reply->rawHeader("X-Linked-ETag");
    if (!linked.isEmpty()) m_linkedEtag = linked;
    if (status != 200 && status != 206) return;
    m_headTaken = true;
    const QByteArray own = m_reply->rawHeader("ETag").trimmed();
    const QByteArray date = m_reply->rawHeader("Last-Modified").trimmed();
    m_head.status = status;
    m_head.etag = m_linkedEtag.isEmpty() ? own : m_linkedEtag;
    m_head.rangeValidator = own.startsWith('"') ? own : own.isEmpty() ? date : QByteArray();
    m_head.contentEncoding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
    m_head.link = m_reply->rawHeader("Link");
    bool ok = false;
    const qint64 length = m_reply->rawHeader("Content-Length").trimmed().toLongLong(&ok);
    m_head.length = ok && length >= 0 ? length : -1;
    if (status == 206) readRange(m_reply->rawHeader("Content-Range").trimmed(), m_head);
    Q_EMIT headArrived();
}

void HubGet::takeEnd() {
    if (m_ended || !m_reply) return;
    takeHead();
    if (m_ended || !m_reply) return;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (isRedirect(status)) {
        redirect(m_reply->url().resolved(QUrl(QString::fromUtf8(m_reply->rawHeader("Location")))));
        return;
    }
    Problem problem;
    if (status != 0 && status != 200 && status != 206)
        problem = fromStatus(status, m_request.where, retryAfter(m_reply->rawHeader("Retry-After")));
    else if (m_reply->error() != QNetworkReply::NoError)
        problem = fromError(m_reply->error(), m_reply->errorString(), m_request.where);
    else if (status == 0)
        problem = {Kind::badAnswer, tr("%1: the server gave no answer.").arg(m_request.where), {}};
    end(problem);
}

void HubGet::redirect(const QUrl& target) {
    const bool web = target.scheme() == QLatin1String("https") || target.scheme() == QLatin1String("http");
    const bool downgrade =
        m_reply->url().scheme() == QLatin1String("https") && target.scheme() != QLatin1String("https");
    m_reply->disconnect(this);
    m_reply->deleteLater();
    if (++m_redirects > kMostRedirects) {
        end({Kind::badAnswer, tr("%1: the server redirects without end.").arg(m_request.where), {}});
    } else if (!target.isValid() || !web || downgrade) {
        end({Kind::badAnswer,
             tr("%1: the server redirects to %2, which is not safe.")
                 .arg(m_request.where, target.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery)),
             {}});
    } else {
        send(target);
    }
}

void HubGet::end(const Problem& problem) {
    m_ended = true;
    m_problem = problem;
    Q_EMIT finished();
}

} // namespace app::downloads
