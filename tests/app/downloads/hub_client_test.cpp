// Questions to the hub: search, listing over pages, errors, waiting when it asks to.
#include <QTcpServer>
#include <QTcpSocket>

#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class HubClientTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void searchFinds() {
        FakeHub hub;
        hub.addFile(QStringLiteral("a/Small-GGUF"), kFile, "x");
        hub.addFile(QStringLiteral("b/Other"), kFile, "x");
        const auto answer = search(hub, QStringLiteral("small"));
        QVERIFY(!answer.problem);
        QCOMPARE(answer.value.size(), 1);
        QCOMPARE(answer.value[0].repo, QStringLiteral("a/Small-GGUF"));
        QVERIFY(answer.value[0].updated.isValid());
    }

    void listingOverManyPages() {
        FakeHub hub;
        hub.setPageSize(3);
        for (int i = 0; i < 20; ++i)
            hub.addFile(kRepo, QStringLiteral("f%1.gguf").arg(i, 2, 10, QLatin1Char('0')), pattern(i + 1));
        hub.addFile(kRepo, QStringLiteral("README.md"),
                    "# M\n\nThis is a description that is long enough to be shown.\n", true);
        const auto answer = list(hub, {}, true);
        QVERIFY2(!answer.problem, qPrintable(answer.problem.text));
        QCOMPARE(answer.value.files.size(), 21);
        QCOMPARE(answer.value.files.last().bytes, 20);
        QCOMPARE(answer.value.revision.size(), 40);
        QCOMPARE(answer.value.licence, QStringLiteral("apache-2.0"));
        QVERIFY(answer.value.description.startsWith(QLatin1String("This is")));
    }

    void refusals_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<Problem::Kind>("kind");
        QTest::newRow("401") << 401 << Problem::Kind::unauthorized;
        QTest::newRow("403") << 403 << Problem::Kind::forbidden;
        QTest::newRow("404") << 404 << Problem::Kind::notFound;
        QTest::newRow("302 without a target") << 302 << Problem::Kind::badAnswer;
        QTest::newRow("418") << 418 << Problem::Kind::badAnswer;
    }
    void refusals() {
        QFETCH(int, status);
        QFETCH(Problem::Kind, kind);
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setFault(QStringLiteral("api"), {.status = status});
        const auto answer = list(hub, {});
        QCOMPARE(static_cast<int>(answer.problem.kind), static_cast<int>(kind));
        QVERIFY(answer.problem.text.contains(kRepo));
    }

    // Whatever stands in the body of a success.
    void answersThatAreNone_data() {
        QTest::addColumn<HubFault>("fault");
        const auto row = [](const char* name, const QByteArray& body) {
            QTest::newRow(name) << HubFault{.instead = body};
        };
        row("a page to sign in", "<html>Welcome</html>");
        row("half of it", "{\"id\": \"owner/model-GGUF\", \"sha\": \"0");
        row("a list", "[]");
        row("a number", "NaN");
        row("deeper than anybody goes",
            QByteArray("[").repeated(100'000) + QByteArray("]").repeated(100'000));
        row("no name", "{\"id\": 7, \"sha\": [\"a\"]}");
        row("not JSON at all", QByteArray(1000, '\0'));
        QTest::newRow("no gzip") << HubFault{.gzip = true, .instead = "x"};
        QTest::newRow("no end") << HubFault{.endless = true, .instead = "{"};
        QTest::newRow("a page of another host") << HubFault{.link = "<http://127.0.0.1:1/x>; rel=\"next\""};
        QTest::newRow("a page on this disk") << HubFault{.link = "<file:///etc/passwd>; rel=\"next\""};
    }
    void answersThatAreNone() {
        QFETCH(HubFault, fault);
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setFault(QStringLiteral("api"), fault);
        const auto answer = list(hub, {});
        QCOMPARE(static_cast<int>(answer.problem.kind), static_cast<int>(Problem::Kind::badAnswer));
        QVERIFY(!answer.problem.hint.isEmpty());
        QVERIFY(hub.sentBytes() < 100'000'000);
    }

    void pagesInACircleComeToAnEnd() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        const QByteArray tree = HubUrls(hub.endpoint()).tree(kRepo, {}).toEncoded();
        hub.setFault(QStringLiteral("api"),
                     {.link = '<' + tree + "&cursor=1>; rel=\"next\", <" + tree + ">; rel=\"prev\""});
        const auto answer = list(hub, {});
        QVERIFY2(!answer.problem, qPrintable(answer.problem.text));
        QCOMPARE(answer.value.files.size(), 1);
    }

    void waitsWhenAskedTo() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setFault(QStringLiteral("api"), {.status = 429, .retryAfter = "1", .times = 1});
        QVERIFY(!list(hub, {}).problem);
        hub.setFault(QStringLiteral("api"), {.status = 429, .retryAfter = "3000", .times = 1});
        const auto answer = list(hub, {}); // too long to wait in silence
        QCOMPARE(answer.problem.kind, Problem::Kind::rateLimited);
        QCOMPARE(answer.problem.retryAfterMs, 3'000'000);
    }

    void tokens() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setToken("hf_secret");
        QCOMPARE(list(hub, {}).problem.kind, Problem::Kind::unauthorized);
        QVERIFY(!list(hub, "hf_secret").problem);
    }

    // Not to another host in clear text, whoever asks for it.
    void noTokenInTheClear() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setFault(QStringLiteral("api"), {.times = 1, .cutAfter = 0});
        HubClient client;
        client.setAccess({QStringLiteral("not a url"), "hf_secret"});
        bool told = false;
        client.list(kRepo, {}, this, [&](const Answer<RepoListing>& answer) {
            QCOMPARE(answer.problem.kind, Problem::Kind::badAnswer);
            told = true;
        });
        QTRY_VERIFY(told);
        QVERIFY(!list(hub, "hf_secret").problem); // cut once, then well
    }

    void whatNobodyWaitsForIsGivenUp() {
        FakeHub hub;
        hub.addFile(kRepo, kFile, "x");
        hub.setFault(QStringLiteral("api"), {.stallAfter = 0});
        HubClient client;
        client.setAccess({hub.endpoint(), {}});
        auto receiver = std::make_unique<QObject>();
        client.list(kRepo, {}, receiver.get(), [](const Answer<RepoListing>&) { QFAIL("it was gone"); });
        QTRY_COMPARE(hub.openConnections(), 1);
        receiver.reset();
        QTRY_COMPARE(hub.openConnections(), 0);
    }

    // What has to be mended by somebody is told without trying it again.
    void unreachableHubs_data() {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<Problem::Kind>("kind");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* endpoint, Problem::Kind kind, const QString& says) {
            QTest::newRow(name) << QString::fromLatin1(endpoint) << kind << says;
        };
        row("nobody listens", "http://127.0.0.1:1", Problem::Kind::unreachable, QStringLiteral("127.0.0.1"));
        row("no such name", "http://nowhere.invalid", Problem::Kind::unreachable,
            QStringLiteral("nowhere.invalid"));
        row("no TLS", "https://127.0.0.1:%1", Problem::Kind::tls, kRepo);
    }
    void unreachableHubs() {
        QFETCH(QString, endpoint);
        QFETCH(Problem::Kind, kind);
        QFETCH(QString, says);
        QTcpServer server; // answers to no client's hello in TLS
        int connections = 0;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            ++connections;
            server.nextPendingConnection()->write("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const bool here = endpoint.contains(QLatin1Char('%'));
        const auto answer = ask(here ? endpoint.arg(server.serverPort()) : endpoint);
        QCOMPARE(static_cast<int>(answer.problem.kind), static_cast<int>(kind));
        QVERIFY2(answer.problem.text.contains(says), qPrintable(answer.problem.text));
        QVERIFY(!answer.problem.hint.isEmpty());
        QCOMPARE(connections, here ? 1 : 0);
    }

    void aProxyThatIsNotThere() {
        qputenv("https_proxy", "http://127.0.0.1:1");
        const auto answer = ask(QStringLiteral("https://hub.invalid"));
        qunsetenv("https_proxy");
        QCOMPARE(static_cast<int>(answer.problem.kind), static_cast<int>(Problem::Kind::unreachable));
        QVERIFY2(answer.problem.hint.contains(QLatin1String("proxy")), qPrintable(answer.problem.text));
    }

 private:
    Answer<QList<ModelHit>> search(FakeHub& hub, const QString& words) {
        HubClient client;
        client.setAccess({hub.endpoint(), {}});
        std::optional<Answer<QList<ModelHit>>> found;
        client.search(words, {QStringLiteral("gguf")}, this, [&](const auto& answer) { found = answer; });
        (void)QTest::qWaitFor([&] { return found.has_value(); }, 10'000);
        return found.value_or(Answer<QList<ModelHit>>{});
    }
    Answer<RepoListing> list(FakeHub& hub, const QByteArray& token, bool description = false) {
        return ask(hub.endpoint(), token, description);
    }
    Answer<RepoListing> ask(const QString& endpoint, const QByteArray& token = {}, bool description = false) {
        HubClient client;
        client.setAccess({endpoint, token});
        std::optional<Answer<RepoListing>> found;
        client.list(
            kRepo, {}, this, [&](const auto& answer) { found = answer; }, description);
        (void)QTest::qWaitFor([&] { return found.has_value(); }, 20'000);
        return found.value_or(Answer<RepoListing>{});
    }
};

QTEST_GUILESS_MAIN(HubClientTest)
#include "hub_client_test.moc"
