// TLS is always verified: nothing is asked of a server whose certificate nobody vouches for, and no redirect
// leads out of TLS.
#include <QNetworkAccessManager>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpSocket>

#include "app/downloads/hub_get.h"
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;
using Kind = Problem::Kind;

namespace {

// Of "localhost" and 127.0.0.1 until 2120, signed by itself, for this test alone.
constexpr char kKey[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYQa9vCrUFKQlJDTv
LuLdYzpIKv7/X6vEVc9CGGNJoimhRANCAATbZOtJdG+ZUDf90qqbNNR8YYARq0S1
0Z9NFKSBailZfH3t0hclimqeUNh+oaAJxYSPflCFY//b01Imn5Mew87F
-----END PRIVATE KEY-----)";
constexpr char kCertificate[] = R"(-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNtk60l0b5lQN/3S
qps01HxhgBGrRLXRn00UpIFqKVl8fe3SFyWKap5Q2H6hoAnFhI9+UIVj/9vTUiaf
kx7DzsWjTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBSxfAHcl06ynvJJuTaf1jsByUHP+TAKBggqhkjOPQQD
AgNHADBEAiAumW8flydWEraanTgWS+Onrg8D0RrgtiHoJFWBLvoiUAIgGnw3ntFi
p5Y5dhcT6XpZZvN9Hy3LQdtmZIz6c0m1Lak=
-----END CERTIFICATE-----)";

const QByteArray kFound = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

// Answers each request with the same bytes.
class TlsServer : public QSslServer {
 public:
    explicit TlsServer(QByteArray answer) : m_answer(std::move(answer)) {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setPrivateKey(QSslKey(QByteArray(kKey), QSsl::Ec));
        configuration.setLocalCertificate(QSslCertificate(QByteArray(kCertificate)));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        setSslConfiguration(configuration);
        if (!listen(QHostAddress::LocalHost)) qFatal("no port");
        connect(this, &QTcpServer::pendingConnectionAvailable, this, [this] {
            QTcpSocket* const socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                m_asked += socket->readAll();
                if (m_asked.endsWith("\r\n\r\n")) socket->write(m_answer);
            });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    QString endpoint() const { return QStringLiteral("https://127.0.0.1:%1").arg(serverPort()); }
    const QByteArray& asked() const { return m_asked; }

 private:
    QByteArray m_answer, m_asked;
};

// While it lives the certificate is one of those that this computer trusts.
class Trust {
 public:
    Trust() {
        QSslConfiguration with = m_before;
        with.addCaCertificate(QSslCertificate(QByteArray(kCertificate)));
        QSslConfiguration::setDefaultConfiguration(with);
    }
    ~Trust() { QSslConfiguration::setDefaultConfiguration(m_before); }

 private:
    QSslConfiguration m_before = QSslConfiguration::defaultConfiguration();
};

Problem get(const QString& endpoint) {
    QNetworkAccessManager network;
    GetRequest request;
    request.url = QUrl(endpoint + QStringLiteral("/x"));
    request.endpoint = QUrl(endpoint);
    request.token = "hf_secret";
    request.where = QStringLiteral("what");
    HubGet get(network, request, nullptr);
    QSignalSpy finished(&get, &HubGet::finished);
    if (!finished.wait(20'000)) return {Kind::busy, QStringLiteral("no end"), {}};
    return get.problem();
}

} // namespace

class TlsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() {
        if (!QSslSocket::supportsSsl()) QSKIP("this Qt was built without TLS");
    }

    void whoCannotBeVerifiedIsToldNothing() {
        TlsServer server(kFound);
        const Problem problem = get(server.endpoint());
        QCOMPARE(static_cast<int>(problem.kind), static_cast<int>(Kind::tls));
        QVERIFY(!problem.passes() && !problem.hint.isEmpty());
        QCOMPARE(server.asked(), QByteArray());
    }

    void whoCanBeVerifiedIs() {
        const Trust trust;
        TlsServer server(kFound);
        const Problem problem = get(server.endpoint());
        QVERIFY2(!problem, qPrintable(problem.text));
        QVERIFY(server.asked().contains("Authorization: Bearer hf_secret"));
    }

    // Somebody on the way could put anything in its place, and there may be no hash that would tell.
    void noRedirectLeadsOutOfTls() {
        const Trust trust;
        FakeHub hub;
        TlsServer server("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + hub.endpoint().toLatin1() +
                         "/x\r\n\r\n");
        const Problem problem = get(server.endpoint());
        QCOMPARE(static_cast<int>(problem.kind), static_cast<int>(Kind::badAnswer));
        QVERIFY2(problem.text.contains(QLatin1String("not safe")), qPrintable(problem.text));
        QVERIFY(hub.requests().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TlsTest)
#include "tls_test.moc"
