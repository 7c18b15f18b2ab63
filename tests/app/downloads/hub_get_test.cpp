// One GET against servers that do what none should: it ends, soon, with little memory, and says why.
#include "app/downloads/hub_get.h"

#include <QNetworkAccessManager>

#include "tests/app/downloads/download_fixture.h"
#include "tests/app/downloads/raw_server.h"

using namespace app::downloads;
using namespace tests;
using Kind = Problem::Kind;

class HubGetTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void answersThatAreNone_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("endless");
        QTest::addColumn<Kind>("kind");
        const auto row = [](const char* name, const QByteArray& head, const QByteArray& body, bool endless,
                            Kind kind) { QTest::newRow(name) << head << body << endless << kind; };
        const QByteArray block(100'000, 'x');
        row("no byte", {}, {}, false, Kind::unreachable);
        row("half a head", "HTTP/1.1 200 O", {}, false, Kind::unreachable);
        row("nothing after the head", RawServer::ok("Content-Length: 5000\r\n"), {}, false, Kind::cutOff);
        row("next to nothing after the head", RawServer::ok("Content-Length: 5000\r\n"), "abc", false,
            Kind::cutOff);
        row("a refusal without end", "HTTP/1.1 404 Not Found\r\n\r\n", block, true, Kind::notFound);
        row("a redirect without end", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", block,
            true, Kind::unreachable);
        row("a redirect to a file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", block, true,
            Kind::badAnswer);
        row("a redirect to nothing", "HTTP/1.1 302 Found\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n",
            {}, false, Kind::badAnswer);
        row("a redirect without a target", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", {}, false,
            Kind::badAnswer);
    }
    void answersThatAreNone() {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, body);
        QFETCH(bool, endless);
        QFETCH(Kind, kind);
        RawServer server(head, body, endless);
        const Problem problem = get(server.endpoint() + QStringLiteral("/x"));
        QCOMPARE(static_cast<int>(problem.kind), static_cast<int>(kind));
        QVERIFY2(problem.text.startsWith(QLatin1String("what: ")), qPrintable(problem.text));
        QVERIFY(!problem.hint.isEmpty());
        QVERIFY2(server.sent() < 64'000'000, qPrintable(QString::number(server.sent())));
    }

    // Qt tells nothing of what it reads before a body begins, so all of this is silence.
    void headsWithoutEnd_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        const QByteArray line = "X-Y: " + QByteArray(60, 'x') + "\r\n", block(100'000, '0');
        const QByteArray waitFor = "HTTP/1.1 100 Continue\r\n\r\n";
        QTest::newRow("lines") << QByteArray("HTTP/1.1 200 OK\r\n") << line.repeated(1000);
        QTest::newRow("one line") << QByteArray("HTTP/1.1 200 OK\r\nX-Y: ") << block;
        QTest::newRow("the first line") << QByteArray() << block;
        QTest::newRow("announcements") << QByteArray() << waitFor.repeated(1000);
        QTest::newRow("the length of a chunk") << RawServer::ok("Transfer-Encoding: chunked\r\n") << block;
    }
    void headsWithoutEnd() {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, body);
        RawServer server(head, body, true);
        const Problem problem = get(server.endpoint() + QStringLiteral("/x"));
        QVERIFY2(problem.passes() && !problem.hint.isEmpty(), qPrintable(problem.text));
        QVERIFY2(server.sent() < 64'000'000, qPrintable(QString::number(server.sent())));
    }

    void aLargeHead() {
        const QByteArray line = "X-Y: " + QByteArray(100'000, 'x') + "\r\n";
        RawServer server(RawServer::ok("Content-Length: 3\r\n" + line.repeated(2)), "abc");
        GetRequest request = asked(server.endpoint() + QStringLiteral("/x"));
        request.silentMs = 60'000; // Qt reads a head byte by byte
        const Problem problem = run(request);
        QVERIFY2(!problem, qPrintable(problem.text));
    }

    // More comes than anybody reads: it waits at the server.
    void whatIsNotReadIsNotTaken() {
        RawServer server(RawServer::ok(), QByteArray(100'000, 'x'), true);
        GetRequest request = asked(server.endpoint() + QStringLiteral("/x"));
        request.silentMs = 60'000;
        HubGet get(m_network, request, nullptr);
        QTRY_VERIFY(get.available() > 0);
        qint64 before = -1;
        QTRY_VERIFY(std::exchange(before, server.sent()) == server.sent());
        QVERIFY2(server.sent() < 32'000'000, qPrintable(QString::number(server.sent()))); // and the system's
    }

    void redirectsToNoAddress() {
        RawServer server(
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://[::zz]/\x1b[31m\r\n\r\n");
        const Problem problem = get(server.endpoint() + QStringLiteral("/x"));
        QCOMPARE(static_cast<int>(problem.kind), static_cast<int>(Kind::badAnswer));
        QVERIFY2(problem.text.endsWith(QLatin1String("an address that is none.")), qPrintable(problem.text));
    }

    void addressesThatAreNotOfTheWeb() {
        for (const char* address :
             {"file:///etc/passwd", "data:,x", "qrc:/x", "ftp://127.0.0.1/x", "", "x"}) {
            const Problem problem = get(QLatin1String(address));
            QVERIFY2(problem.kind == Kind::badAnswer && !problem.hint.isEmpty(), address);
        }
    }

    void aTrickleIsSilence() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, pattern(600'000));
        hub.setRedirects(false);
        hub.setFault(kFile, {.bytesPerSecond = 100});
        const QString url = HubUrls(hub.endpoint()).file(kRepo, {}, kFile).toString();
        QCOMPARE(static_cast<int>(get(url).kind), static_cast<int>(Kind::cutOff));
    }

    void tooLongIsTooLong() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, pattern(3'000'000));
        hub.setRedirects(false);
        hub.setFault(kFile, {.bytesPerSecond = 1'000'000});
        GetRequest request = asked(HubUrls(hub.endpoint()).file(kRepo, {}, kFile).toString());
        request.mostMs = 500;
        QCOMPARE(static_cast<int>(run(request).kind), static_cast<int>(Kind::cutOff));
    }

    // Neither name nor password of an address, nor what follows its #, is anybody's business.
    void redirectsWithAFragment() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, pattern(600));
        hub.setRedirects(false);
        const QByteArray target = HubUrls(hub.endpoint()).file(kRepo, {}, kFile).toEncoded() + "#secret";
        RawServer server("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + "\r\n\r\n");
        QCOMPARE(static_cast<int>(get(server.endpoint() + QStringLiteral("/x")).kind),
                 static_cast<int>(Kind::none));
        QVERIFY(!hub.requests().last().path.contains('#'));
    }

    // Where a redirect leads away from the hub the token stays behind, also when it comes back by a detour.
    void theTokenIsForTheHubAlone() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, pattern(600));
        GetRequest request = asked(HubUrls(hub.endpoint()).file(kRepo, {}, kFile).toString());
        request.endpoint = QUrl(hub.endpoint());
        request.token = "hf_secret";
        QCOMPARE(static_cast<int>(run(request).kind), static_cast<int>(Kind::none));
        QCOMPARE(hub.requests().size(), 2);
        QCOMPARE(hub.requests().at(0).headers.value("authorization"), QByteArray("Bearer hf_secret"));
        QVERIFY(!hub.requests().at(1).headers.contains("authorization"));
        for (const HubRequest& made : hub.requests())
            QVERIFY(!made.headers.contains("cookie") && !made.headers.contains("referer"));
    }

    void waitsThatAServerAsksFor_data() {
        QTest::addColumn<QByteArray>("wish");
        QTest::addColumn<qint64>("least");
        QTest::addColumn<qint64>("most");
        constexpr qint64 kHour = 3600'000;
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const auto date = [&](qint64 seconds) {
            return QLocale::c()
                .toString(now.addSecs(seconds), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"))
                .toLatin1();
        };
        const auto row = [](const char* name, const QByteArray& wish, qint64 least, qint64 most) {
            QTest::newRow(name) << wish << least << most;
        };
        row("seconds", "7", 7000, 7000);
        row("negative", "-5", 0, 0);
        row("a year", "31536000", kHour, kHour);
        row("more than a number", "99999999999999999999", 0, 0);
        row("words", "soon", 0, 0);
        row("a date", date(600), 1, 600'000);
        row("a date of yesterday, as after a jump of the clock", date(-86'400), 0, 0);
        row("a date of next year", date(31'536'000), kHour, kHour);
    }
    void waitsThatAServerAsksFor() {
        QFETCH(QByteArray, wish);
        QFETCH(qint64, least);
        QFETCH(qint64, most);
        RawServer server("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: " + wish + "\r\n\r\n");
        const Problem problem = get(server.endpoint() + QStringLiteral("/x"));
        QCOMPARE(static_cast<int>(problem.kind), static_cast<int>(Kind::serverError));
        QVERIFY2(problem.retryAfterMs >= least && problem.retryAfterMs <= most,
                 qPrintable(QString::number(problem.retryAfterMs)));
    }

 private:
    static GetRequest asked(const QString& url) {
        GetRequest request;
        request.url = QUrl(url);
        request.where = QStringLiteral("what");
        request.silentMs = 1500;
        return request;
    }
    Problem get(const QString& url) { return run(asked(url)); }
    Problem run(const GetRequest& request) {
        HubGet get(m_network, request, nullptr);
        bool ended = false;
        int times = 0;
        connect(&get, &HubGet::readyRead, this, [&] { get.read(1 << 20); });
        connect(&get, &HubGet::finished, this, [&] {
            ended = true;
            ++times;
        });
        if (!QTest::qWaitFor([&] { return ended; }, 30'000))
            return {Kind::busy, QStringLiteral("no end"), {}};
        QCoreApplication::processEvents();
        return times == 1 ? get.problem() : Problem{Kind::busy, QStringLiteral("more than one end"), {}};
    }

    QNetworkAccessManager m_network;
};

QTEST_GUILESS_MAIN(HubGetTest)
#include "hub_get_test.moc"
