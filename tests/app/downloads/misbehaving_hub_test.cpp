// A hub, a mirror or a network that misbehaves: nothing wrong ends up under a model's name, and the person is
// told.
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

namespace {

const QByteArray kSignIn = "<html><body>Welcome to our Wi-Fi</body></html>";
const QByteArray kPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 600001\n";

// How much of it is here.
qint64 pausedInTheMiddle(DownloadFixture& f) {
    if (!f.isOnTheWay(200'000) || !f.pause()) return -1;
    f.manager->setSpeedLimit(0);
    return f.status().received;
}

} // namespace

struct Touch { // a column of test data needs a type with one name
    std::function<bool(const QString& path)> act;
};
Q_DECLARE_METATYPE(Touch)

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
        row("chunked", {.noRanges = true, .chunked = true});
        row("chunked ranges", {.chunked = true});
        row("chunked and cut", {.times = 3, .cutAfter = 40'000, .chunked = true});
        row("another ETag each time, weak and strong", {.cutAfter = 60'000, .newEtags = true});
        row("half of what was asked for", {.halfRanges = true});
        row("416 with the right size", {.times = 2, .rangeEnds = true});
        row("units of ranges in capitals", {.cutAfter = 100'000, .capitalUnits = true});
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
        row("always cut at once", {.cutAfter = 0}, Kind::cutOff);
        row("always stalls", {.stallAfter = 0}, Kind::cutOff);
        row("wrong byte", {.wrongAt = 300'000}, Kind::wrongBytes);
        row("wrong last byte", {.wrongAt = 600'000}, Kind::wrongBytes);
        row("compressed", {.gzip = true}, Kind::badAnswer);
        row("longer than listed", {.lieAboutLength = 10}, Kind::changed);
        row("shorter than listed", {.lieAboutLength = -10}, Kind::changed);
        row("longer, without ranges", {.noRanges = true, .lieAboutLength = 10}, Kind::changed);
        row("a range that does not say which", {.noContentRange = true}, Kind::badAnswer);
        row("a page to sign in", {.instead = kSignIn}, Kind::badAnswer);
        row("a pointer to the file", {.instead = kPointer}, Kind::changed);
        row("a pointer in chunks", {.chunked = true, .instead = kPointer}, Kind::changed);
        row("another file by this name", {.linked = '"' + QByteArray(64, 'a') + '"'}, Kind::changed);
        row("nothing but 416", {.rangeEnds = true}, Kind::changed);
        row("another range", {.wrongRange = true}, Kind::badAnswer);
        row("redirects in a circle", {.redirect = "loop"}, Kind::badAnswer);
        row("redirects to a file", {.redirect = "file:///etc/passwd"}, Kind::badAnswer);
        row("redirects to nowhere", {.redirect = "http://127.0.0.1:1/x"}, Kind::unreachable);
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
        QVERIFY(!f.status().problem.text.isEmpty() && !f.status().problem.hint.isEmpty());
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

    // Whatever comes in the middle: what is here stays, and is not fetched again.
    void progressIsKept_data() {
        QTest::addColumn<HubFault>("fault");
        QTest::newRow("404") << HubFault{.status = 404};
        QTest::newRow("401") << HubFault{.status = 401};
        QTest::newRow("416") << HubFault{.rangeEnds = true};
        QTest::newRow("compressed") << HubFault{.gzip = true};
        QTest::newRow("another size") << HubFault{.lieAboutLength = 1};
        QTest::newRow("another range") << HubFault{.wrongRange = true};
        QTest::newRow("a page to sign in") << HubFault{.instead = kSignIn};
        QTest::newRow("a pointer in chunks") << HubFault{.chunked = true, .instead = kPointer};
        QTest::newRow("another file") << HubFault{.linked = '"' + QByteArray(64, 'a') + '"'};
        QTest::newRow("all of it, and always cut") << HubFault{.noRanges = true, .cutAfter = 1000};
        QTest::newRow("a redirect to a file") << HubFault{.redirect = "file:///etc/passwd"};
    }
    void progressIsKept() {
        QFETCH(HubFault, fault);
        DownloadFixture f;
        const qint64 received = pausedInTheMiddle(f);
        f.hub.setFault(kFile, fault);
        f.manager->resume(f.id);
        QVERIFY(f.reaches(DownloadState::failed));
        QVERIFY(f.status().received >= received);
        QVERIFY(!QFile::exists(f.path()));
        f.hub.clearFaults();
        const qint64 before = f.hub.sentBytes(), kept = f.status().received;
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(f.hub.sentBytes() - before, f.content.size() - kept);
    }

    // All of the file comes to one who wants the rest: what is here already is passed over.
    void wholeFilesUndoNothing() {
        DownloadFixture f;
        const qint64 received = pausedInTheMiddle(f);
        f.hub.setFault(kFile, {.times = 2, .noRanges = true, .cutAfter = 250'000});
        qint64 least = received;
        connect(f.manager.get(), &DownloadManager::changed, this, [&](const DownloadStatus& status) {
            if (status.received < least) least = status.received;
        });
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(least, received);
    }

    // Nothing tells which content it is, neither a hash nor a strong ETag: ranges are not put together.
    void withoutAnyProofItComesInOnePiece() {
        DownloadFixture f;
        f.spec.files[0].sha256.clear();
        f.hub.setRedirects(false);
        f.hub.setFault(kFile, {.times = 3, .weakEtag = true, .cutAfter = 400'000});
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        for (const HubRequest& request : f.hub.requests())
            QVERIFY(!request.headers.contains("if-range"));
        QVERIFY(!f.hub.requests().last().headers.contains("range"));
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
        QVERIFY(f.isOnTheWay(200'000));
        QVERIFY(f.pause());
        f.content = pattern(f.content.size(), 77);
        f.hub.addFile(kRepo, kFile, f.content);
        f.hub.clearRequests();
        f.resumeAtFullSpeed();
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
        QVERIFY(f.pause());
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

    // Somebody's hand in the .part between two runs of the program.
    void partsThatWereTouched_data() {
        QTest::addColumn<Touch>("touch");
        const auto edit = [](auto how) {
            return Touch{[how](const QString& path) {
                QFile file(path);
                return file.open(QIODevice::ReadWrite) && how(file);
            }};
        };
        QTest::newRow("truncated") << edit([](QFile& file) { return file.resize(file.size() / 2); });
        QTest::newRow("empty") << edit([](QFile& file) { return file.resize(0); });
        QTest::newRow("grown") << edit([](QFile& file) { return file.resize(file.size() + 10); });
        QTest::newRow("a byte that was hashed already")
            << edit([](QFile& file) { return file.putChar('!'); });
        QTest::newRow("removed") << Touch([](const QString& path) { return QFile::remove(path); });
    }
    void partsThatWereTouched() {
        QFETCH(Touch, touch);
        DownloadFixture f;
        (void)pausedInTheMiddle(f);
        f.manager.reset();
        QVERIFY(touch.act(f.part()));
        f.open();
        f.manager->load();
        QVERIFY(f.reaches(DownloadState::paused));
        f.manager->resume(f.id);
        QTRY_VERIFY_WITH_TIMEOUT(!f.status().active() && f.status().state != DownloadState::paused, 20'000);
        if (f.status().state == DownloadState::failed) { // found at the end
            QCOMPARE(f.status().problem.kind, Problem::Kind::wrongBytes);
            QVERIFY(!QFile::exists(f.path()) && !QFile::exists(f.part()));
            f.manager->resume(f.id);
        }
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
    }

    void theFolderGoesAway() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(100'000));
        QVERIFY(QDir(f.models()).removeRecursively());
        QVERIFY(f.reaches(DownloadState::failed));
        QVERIFY(!f.status().problem.hint.isEmpty());
        f.resumeAtFullSpeed();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
    }

    void somethingElseHasTheName() {
        DownloadFixture f;
        (void)pausedInTheMiddle(f);
        QVERIFY(QDir().mkpath(f.path() + QStringLiteral("/inside")));
        f.manager->resume(f.id);
        QVERIFY(f.reaches(DownloadState::failed));
        QCOMPARE(f.status().problem.kind, Problem::Kind::notWritable);
        QVERIFY(!f.status().problem.hint.isEmpty());
        QVERIFY(QDir(f.path()).removeRecursively());
        const qint64 sent = f.hub.sentBytes();
        f.manager->resume(f.id);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(f.hub.sentBytes(), sent); // it was all here
    }

    // Two programs with records of their own, one folder of models.
    void twoProgramsFillOneFolder() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(30'000, 200'000));
        DownloadManager other(f.folder.filePath(QStringLiteral("other records")), f.tuning);
        other.setAccess({f.hub.endpoint(), {}});
        other.add(f.spec);
        QTRY_VERIFY(other.find(f.id) && other.find(f.id)->state == DownloadState::failed);
        QCOMPARE(other.find(f.id)->problem.kind, Problem::Kind::busy);
        other.cancel(f.id); // deletes nothing that is not its own
        QTRY_VERIFY(!other.find(f.id));
        QVERIFY(QFile::exists(f.part()));
        f.manager->setSpeedLimit(0);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
    }

    void noHubAtAll() {
        DownloadFixture f;
        f.open();
        f.manager->setAccess({QStringLiteral("http://127.0.0.1:1"), {}});
        f.start();
        QVERIFY(f.reaches(DownloadState::failed));
        QCOMPARE(f.status().problem.kind, Problem::Kind::unreachable);
        f.manager->setAccess({QStringLiteral("not an address"), {}});
        f.manager->resume(f.id);
        QVERIFY(QTest::qWaitFor([&] { return f.status().problem.kind == Problem::Kind::badAnswer; }));
    }
};

QTEST_GUILESS_MAIN(MisbehavingHubTest)
#include "misbehaving_hub_test.moc"
