// A hub, a mirror or a network that misbehaves: nothing wrong ends up under a model's name, and the person is
// told.
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class MisbehavingHubTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // What passes by itself.
    void passes_data() {
        QTest::addColumn<HubFault>("fault");
        const auto row = [](const char* name, const HubFault& fault) { QTest::newRow(name) << fault; };
        row("cut once", {.times = 2, .cutAfter = 50'000});
        row("cut before the first byte", {.times = 2, .cutAfter = 0});
        row("cut every 40 KB", {.cutAfter = 40'000});
        row("stalls", {.times = 3, .stallAfter = 30'000});
        row("stalls without a byte", {.times = 2, .stallAfter = 0});
        row("503", {.status = 503, .times = 2});
        row("500 with Retry-After", {.status = 500, .retryAfter = "0", .times = 1});
        row("429", {.status = 429, .retryAfter = "1", .times = 1});
        row("408", {.status = 408, .times = 1});
        row("ignores ranges", {.noRanges = true});
        row("ignores ranges and cuts twice", {.times = 2, .noRanges = true, .cutAfter = 100'000});
        row("no ETag", {.noEtag = true});
        row("weak ETag", {.weakEtag = true});
        row("weak ETag and cuts", {.times = 3, .weakEtag = true, .cutAfter = 30'000});
        row("endless body", {.noRanges = true, .endless = true});
        row("416 once", {.status = 416, .times = 1});
        row("slow trickle", {.times = 4, .bytesPerSecond = 300'000});
    }
    void passes() {
        QFETCH(HubFault, fault);
        DownloadFixture f;
        f.hub.setFault(kFile, fault);
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QVERIFY(!f.status().problem);
        QCOMPARE(f.states.count(DownloadState::failed), 0);
    }

    // What does not.
    void fails_data() {
        QTest::addColumn<HubFault>("fault");
        QTest::addColumn<Problem::Kind>("kind");
        using Kind = Problem::Kind;
        const auto row = [](const char* name, const HubFault& fault, Kind kind) {
            QTest::newRow(name) << fault << kind;
        };
        row("401", {.status = 401}, Kind::unauthorized);
        row("403", {.status = 403}, Kind::forbidden);
        row("404", {.status = 404}, Kind::notFound);
        row("416", {.status = 416}, Kind::changed);
        row("429 for ever", {.status = 429}, Kind::rateLimited);
        row("500 for ever", {.status = 500}, Kind::serverError);
        row("always cut at once", {.cutAfter = 0}, Kind::offline);
        row("always stalls", {.stallAfter = 0}, Kind::offline);
        row("wrong byte", {.wrongAt = 300'000}, Kind::wrongBytes);
        row("wrong last byte", {.wrongAt = 600'000}, Kind::wrongBytes);
        row("compressed", {.gzip = true}, Kind::badAnswer);
        row("longer than listed", {.lieAboutLength = 10}, Kind::badAnswer);
        row("shorter than listed", {.lieAboutLength = -10}, Kind::badAnswer);
        row("longer, without ranges", {.noRanges = true, .lieAboutLength = 10}, Kind::badAnswer);
        row("another range", {.wrongRange = true}, Kind::badAnswer);
        row("redirects in a circle", {.redirect = "loop"}, Kind::badAnswer);
        row("redirects to a file", {.redirect = "file:///etc/passwd"}, Kind::badAnswer);
        row("redirects to nowhere", {.redirect = "http://127.0.0.1:1/x"}, Kind::offline);
        row("always cut, no ranges", {.noRanges = true, .cutAfter = 1000}, Kind::badAnswer);
    }
    void fails() {
        QFETCH(HubFault, fault);
        QFETCH(Problem::Kind, kind);
        DownloadFixture f;
        f.hub.setFault(kFile, fault);
        f.start();
        QVERIFY(f.reaches(DownloadState::failed));
        QCOMPARE(static_cast<int>(f.status().problem.kind), static_cast<int>(kind));
        QVERIFY(!f.status().problem.text.isEmpty());
        QVERIFY(!QFile::exists(f.path()));
        QCOMPARE(f.states.count(DownloadState::failed), 1);
        QCOMPARE(f.status().bytesPerSecond, 0);
        // Retry clears the old error and comes to the end.
        f.hub.clearFaults();
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(!f.status().problem);
        QVERIFY(f.isWhole());
    }

    // The content becomes another one while segments come: they are never mixed.
    void changedContentStartsAnew_data() {
        QTest::addColumn<int>("after");
        QTest::addColumn<bool>("etag");
        for (const int after : {1, 100'000, 400'000}) {
            QTest::addRow("after %d", after) << after << true;
            QTest::addRow("after %d, no ETag", after) << after << false;
        }
    }
    void changedContentStartsAnew() {
        QFETCH(int, after);
        QFETCH(bool, etag);
        DownloadFixture f;
        const QByteArray next = pattern(f.content.size(), 99);
        f.hub.changeAfter(kFile, after, next);
        f.hub.setRedirects(false);
        f.hub.setFault(kFile, {.noEtag = !etag, .cutAfter = 70'000});
        f.start();
        // The hub listed the first content, so the second is not accepted, nor any mixture.
        QTRY_VERIFY_WITH_TIMEOUT(f.manager->find(f.id) && !f.status().active(), 20'000);
        if (f.status().state == DownloadState::done) { // all of the old one was on its way already
            QVERIFY(f.isWhole());
            return;
        }
        QCOMPARE(static_cast<int>(f.status().problem.kind), static_cast<int>(Problem::Kind::wrongBytes));
        QVERIFY(!QFile::exists(f.path()) && !QFile::exists(f.part()));
        f.content = next;
        f.spec.files = {listed(kFile, next)}; // asking the hub again
        f.hub.clearFaults();
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
    }

    // Between two runs, with no hash that would tell: If-Range has to.
    void changedBetweenRunsIsNotSpliced() {
        DownloadFixture f;
        f.spec.files[0].sha256.clear();
        f.hub.setRedirects(false);
        f.open();
        f.manager->setSpeedLimit(400'000);
        f.start();
        QVERIFY(f.receives(200'000));
        f.manager->pause(f.id);
        QVERIFY(f.reaches(DownloadState::paused));
        f.content = pattern(f.content.size(), 77);
        f.hub.addFile(kRepo, kFile, f.content);
        f.hub.clearRequests();
        f.manager->setSpeedLimit(0);
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole()); // the new one, whole
        QVERIFY(f.hub.requests().first().headers.contains("if-range"));
    }

    void stallingIsShownWithNoSpeed() {
        DownloadFixture f;
        f.tuning.abandonAfterMs = 60'000;
        f.hub.setFault(kFile, {.stallAfter = 30'000});
        f.start();
        QVERIFY(f.reaches(DownloadState::stalled));
        QCOMPARE(f.status().bytesPerSecond, 0);
        QCOMPARE(f.status().secondsLeft, -1);
        f.manager->pause(f.id);
        QVERIFY(f.reaches(DownloadState::paused));
        f.hub.clearFaults();
        f.manager->resume(f.id);
        QVERIFY(f.reaches(DownloadState::done));
        QVERIFY(f.isWhole());
    }

    void nextTryIsToldAndTheServersWishHeld() {
        DownloadFixture f;
        f.hub.setFault(kFile, {.status = 429, .retryAfter = "2", .times = 1});
        f.start();
        QVERIFY(f.reaches(DownloadState::stalled));
        QCOMPARE(f.status().problem.kind, Problem::Kind::rateLimited);
        QVERIFY(f.status().nextTryMs > 1000);
        const qsizetype before = f.hub.requests().size();
        QVERIFY(f.status().nextTryMs > 0);
        QCOMPARE(f.hub.requests().size(), before);
        QVERIFY(f.reaches(DownloadState::done));
    }

    void noHubAtAll() {
        DownloadFixture f;
        f.open();
        f.manager->setAccess({QStringLiteral("http://127.0.0.1:1"), {}});
        f.start();
        QVERIFY(f.reaches(DownloadState::failed));
        QCOMPARE(f.status().problem.kind, Problem::Kind::offline);
        f.manager->setAccess({QStringLiteral("not an address"), {}});
        f.manager->resume(f.id);
        QVERIFY(QTest::qWaitFor([&] { return f.status().problem.kind == Problem::Kind::badAnswer; }));
    }
};

QTEST_GUILESS_MAIN(MisbehavingHubTest)
#include "misbehaving_hub_test.moc"
