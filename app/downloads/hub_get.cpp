// QNetworkReply behind it; redirects by hand, since Qt would take the Authorization header along.
#include "app/downloads/hub_get.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkRequest>

#include "app/downloads/hub_address.h"
#include "app/downloads/network_problem.h"

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr int kMostRedirects = 10;
constexpr qint64 kMostOfRefusal = 64 * 1024; // of the body of an answer that is no success

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

QString elsewhere() {
    return tr("Retry later, or choose another address of the hub in the settings.");
}

bool isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// "bytes 0-99/1234"; the total may be "*", and units are written in either case.
bool isOfBytes(const QByteArray& header) {
    return header.left(6).toLower() == "bytes ";
}
void readRange(const QByteArray& header, ResponseHead& head) {
    if (!isOfBytes(header)) return;
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

bool isWeb(const QUrl& url) {
    return url.isValid() && !url.host().isEmpty() &&
           (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"));
}

// "proxy.example:3128"; empty: there is none on the way.
QString proxyFor(const QNetworkAccessManager& network, const QUrl& url) {
    QNetworkProxyFactory* factory = network.proxyFactory();
    const QNetworkProxy proxy =
        factory ? factory->queryProxy(QNetworkProxyQuery(url)).value(0) : QNetworkProxy();
    return proxy.hostName().isEmpty() ? QString()
                                      : QStringLiteral("%1:%2").arg(proxy.hostName()).arg(proxy.port());
}

QByteArray withoutQuotes(QByteArray etag) {
    if (etag.startsWith("W/")) etag.remove(0, 2);
    return etag.size() > 1 && etag.startsWith('"') && etag.endsWith('"') ? etag.mid(1, etag.size() - 2)
                                                                         : etag;
}

} // namespace

HubGet::HubGet(QNetworkAccessManager& network, GetRequest request, QObject* parent)
    : QObject(parent), m_network(network), m_request(std::move(request)) {
    m_since.start();
    m_watch.setInterval(qBound(10, m_request.silentMs / 8, 1000));
    connect(&m_watch, &QTimer::timeout, this, &HubGet::watch);
    if (isWeb(m_request.url)) {
        send(m_request.url);
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this] {
            end({Kind::badAnswer,
                 tr("%1: %2 is no address of the web.").arg(m_request.where, m_request.url.scheme()),
                 tr("Check the address of the hub in the settings.")});
        },
        Qt::QueuedConnection);
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
    request.setRawHeader("User-Agent", "tandem");
    if (m_request.asIs) request.setRawHeader("Accept-Encoding", "identity");
    if (mayHaveToken(url)) request.setRawHeader("Authorization", "Bearer " + m_request.token);
    if (m_request.begin >= 0) {
        const QByteArray last = m_request.end > 0 ? QByteArray::number(m_request.end - 1) : QByteArray();
        request.setRawHeader("Range", "bytes=" + QByteArray::number(m_request.begin) + '-' + last);
        if (!m_request.ifRange.isEmpty()) request.setRawHeader("If-Range", m_request.ifRange);
    }
    m_reply = m_network.get(request);
    m_reply->setReadBufferSize(m_request.bufferBytes);
    m_heard = m_read;
    m_silent.start();
    m_watch.start();
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &HubGet::takeHead);
    connect(m_reply, &QNetworkReply::readyRead, this, [this] {
        takeHead();
        if (m_headTaken && !m_ended)
            Q_EMIT readyRead();
        else if (!m_ended && m_reply->bytesAvailable() > kMostOfRefusal)
            takeEnd();
    });
    connect(m_reply, &QNetworkReply::finished, this, &HubGet::takeEnd);
}

qint64 HubGet::available() const {
    return m_reply && m_headTaken ? m_reply->bytesAvailable() : 0;
}
QByteArray HubGet::read(qint64 most) {
    if (!m_reply || !m_headTaken) return {};
    const QByteArray bytes = m_reply->read(most);
    m_read += bytes.size();
    return bytes;
}

// What waits to be read is no silence: a limit on the speed holds it back.
void HubGet::watch() {
    if (!m_reply || m_ended) return;
    const qint64 arrived = m_read + m_reply->bytesAvailable();
    if ((m_headTaken && m_reply->bytesAvailable() > 0) || arrived - m_heard >= kNextToNothing) {
        m_heard = arrived;
        m_silent.restart();
    }
    const QString host = m_reply->url().host();
    if (m_request.mostMs > 0 && m_since.hasExpired(m_request.mostMs))
        return end({Kind::cutOff, tr("%1: %2 is too slow.").arg(m_request.where, host),
                    tr("Check the connection, then retry.")});
    if (!m_silent.hasExpired(m_request.silentMs)) return;
    end({m_headTaken ? Kind::cutOff : Kind::unreachable,
         m_headTaken ? tr("%1: %2 sends nothing any more.").arg(m_request.where, host)
                     : tr("%1: %2 does not answer.").arg(m_request.where, host),
         tr("Check the connection, then retry.")});
}

void HubGet::takeHead() {
    if (m_headTaken || m_ended || !m_reply) return;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray linked = m_reply->rawHeader("X-Linked-ETag");
    if (!linked.isEmpty()) m_linked = withoutQuotes(linked.trimmed());
    if (status != 200 && status != 206) return;
    m_headTaken = true;
    const QByteArray own = m_reply->rawHeader("ETag").trimmed();
    const QByteArray date = m_reply->rawHeader("Last-Modified").trimmed();
    m_head.status = status;
    m_head.linked = m_linked;
    m_head.rangeValidator = own.startsWith('"') ? own : own.isEmpty() ? date : QByteArray();
    m_head.contentEncoding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
    m_head.chunked = m_reply->rawHeader("Transfer-Encoding").toLower().contains("chunked");
    m_head.contentType = m_reply->rawHeader("Content-Type").trimmed().toLower();
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
    const QByteArray range = m_reply->rawHeader("Content-Range").trimmed();
    if (status == 416 && isOfBytes(range) && range.mid(6).startsWith("*/"))
        m_head.total = range.mid(8).toLongLong();
    Problem problem;
    if (status != 0 && status != 200 && status != 206)
        problem = fromStatus(status, m_request.where, retryAfter(m_reply->rawHeader("Retry-After")));
    else if (m_reply->error() != QNetworkReply::NoError)
        problem = fromNetwork(m_reply->error(), m_reply->errorString(), m_reply->url().host(),
                              proxyFor(m_network, m_reply->url()), m_request.where);
    else if (status == 0)
        problem = {Kind::badAnswer, tr("%1: the server gave no answer.").arg(m_request.where), elsewhere()};
    end(problem);
}

void HubGet::redirect(const QUrl& target) {
    const bool downgrade =
        m_reply->url().scheme() == QLatin1String("https") && target.scheme() != QLatin1String("https");
    m_reply->disconnect(this);
    m_reply->abort(); // its body may be without end
    m_reply->deleteLater();
    if (++m_redirects > kMostRedirects) {
        end({Kind::badAnswer, tr("%1: the server redirects without end.").arg(m_request.where), elsewhere()});
    } else if (!target.isValid()) {
        end({Kind::badAnswer, tr("%1: the server redirects to an address that is none.").arg(m_request.where),
             elsewhere()});
    } else if (!isWeb(target) || downgrade) {
        end({Kind::badAnswer,
             tr("%1: the server redirects to %2, which is not safe.")
                 .arg(m_request.where, target.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery)),
             elsewhere()});
    } else {
        send(target);
    }
}

void HubGet::end(const Problem& problem) {
    m_ended = true;
    m_problem = problem;
    m_watch.stop();
    if (m_reply && m_reply->isRunning()) {
        m_reply->disconnect(this);
        m_reply->abort();
    }
    Q_EMIT finished();
}

} // namespace app::downloads
