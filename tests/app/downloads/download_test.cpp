// Downloads that go well: segments, pause and resume, restarts of the program, several files, limits.
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class DownloadTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void sizes_data() {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {0, 1, 63, 64, 65'535, 65'536, 65'537, 131'072, 262'145, 1'000'003})
            QTest::addRow("%d bytes", bytes) << bytes;
    }
    void sizes() {
        QFETCH(int, bytes);
        DownloadFixture f;
        f.content = pattern(bytes, bytes);
        f.hub.addFile(kRepo, kFile, f.content);
        f.spec.files = {listed(kFile, f.content)};
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(f.status().received, bytes);
        QCOMPARE(f.states.count(DownloadState::done), 1);
        if (bytes > 0) QCOMPARE(f.hub.sentBytes(), bytes); // no byte twice
    }

    void segmentsAreAskedForTogether() {
        DownloadFixture f;
        f.start();
        QVERIFY(f.reaches(DownloadState::done));
        QSet<QByteArray> ranges;
        for (const HubRequest& request : f.hub.requests())
            ranges.insert(request.headers.value("range"));
        QCOMPARE(ranges.size(), 4);
    }

    void pausedDownloadsGoOn() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(100'000));
        QVERIFY(f.pause());
        QVERIFY(!QFile::exists(f.path()));
        const qint64 received = f.status().received;
        QVERIFY(received >= 100'000 && received < f.content.size());
        f.resumeAtFullSpeed();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QVERIFY(f.hub.sentBytes() <
                f.content.size() + 4 * 600'000); // what lay in buffers came twice, no more
    }

    void theNextStartGoesOn() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(200'000));
        f.manager.reset(); // the program ends
        QVERIFY(QFile::exists(f.part()));
        f.open();
        f.manager->load();
        QVERIFY(QTest::qWaitFor([&] { return f.manager->find(f.id) != nullptr; }));
        QVERIFY(f.status().received >= 200'000);
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        f.manager.reset(); // what is done stays in the list, and is no news
        f.open();
        QSignalSpy finished(f.manager.get(), &DownloadManager::finished);
        f.manager->load();
        QVERIFY(f.reaches(DownloadState::done));
        QVERIFY(finished.isEmpty());
    }

    void severalFilesAreOneDownload() {
        DownloadFixture f;
        const QByteArray second = pattern(200'000, 5), small = "{}";
        const QString nested = QStringLiteral("Q4/part-00002-of-00002.gguf"),
                      json = QStringLiteral("config.json");
        f.hub.addFile(kRepo, nested, second);
        f.hub.addFile(kRepo, json, small, true);
        f.spec.files += listed(nested, second);
        f.spec.files += {json, 2, {}, QStringLiteral("9e26dfeeb6e641a33dae4961196235bdb965b21b")};
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        QVERIFY(f.isWhole());
        QCOMPARE(f.read(f.spec.folder + QLatin1Char('/') + nested), second);
        QCOMPARE(f.read(f.spec.folder + QLatin1Char('/') + json), small);
        QCOMPARE(f.status().received, f.content.size() + second.size() + 2);
    }

    void whatIsThereIsNotFetchedAgain() {
        DownloadFixture f;
        f.start();
        QVERIFY(f.reaches(DownloadState::done));
        f.manager->cancel(f.id); // out of the list; the file stays
        QTRY_VERIFY(!f.manager->find(f.id));
        QVERIFY(f.isWhole());
        const qint64 sent = f.hub.sentBytes();
        f.start();
        QVERIFY(f.reaches(DownloadState::done));
        QCOMPARE(f.hub.sentBytes(), sent);
        QFile file(f.path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write("damaged");
        file.close();
        f.manager->cancel(f.id);
        QTRY_VERIFY(!f.manager->find(f.id));
        f.start();
        QVERIFY(f.reaches(DownloadState::done));
        QVERIFY(f.isWhole());
    }

    void cancellingTakesThePartsAway() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(20'000, 100'000));
        f.manager->cancel(f.id);
        QTRY_VERIFY(!f.manager->find(f.id));
        QVERIFY(!QFile::exists(f.part()));
        QVERIFY(QDir(f.folder.filePath(QStringLiteral("records"))).isEmpty(QDir::Files));
        QCOMPARE(f.manager->activeCount(), 0);
    }

    void onlySoManyRunAtATime() {
        DownloadFixture f;
        f.tuning.active = 2;
        f.open();
        f.manager->setSpeedLimit(100'000);
        QStringList ids;
        for (int i = 0; i < 4; ++i) {
            DownloadSpec spec = f.spec;
            spec.folder += QString::number(i);
            ids.append(f.manager->add(spec));
        }
        QTRY_COMPARE(f.manager->model()->rowCount(), 4);
        const auto state = [&](int i) { return f.manager->find(ids[i])->state; };
        QTRY_COMPARE_WITH_TIMEOUT(state(1), DownloadState::downloading, 20'000);
        QCOMPARE(state(2), DownloadState::queued);
        f.manager->pause(ids[2]); // one that waits
        QTRY_COMPARE(state(2), DownloadState::paused);
        f.manager->setSpeedLimit(0);
        QTRY_COMPARE_WITH_TIMEOUT(state(3), DownloadState::done, 20'000);
        QCOMPARE(state(2), DownloadState::paused);
        f.manager->resumeAll();
        QTRY_COMPARE_WITH_TIMEOUT(state(2), DownloadState::done, 20'000);
    }

    void twoProgramsDoNotShareADownload() {
        DownloadFixture f;
        QVERIFY(f.isOnTheWay(10'000, 50'000));
        DownloadManager other(f.folder.filePath(QStringLiteral("records")), f.tuning);
        other.setAccess({f.hub.endpoint(), {}});
        other.add(f.spec);
        QTRY_VERIFY(other.find(f.id) && other.find(f.id)->state == DownloadState::failed);
        QCOMPARE(other.find(f.id)->problem.kind, Problem::Kind::busy);
        f.manager->setSpeedLimit(0);
        QVERIFY(f.reaches(DownloadState::done));
        QVERIFY(f.isWhole());
    }

    void theTokenStaysAtTheHub() {
        DownloadFixture f;
        f.hub.setToken("hf_secret");
        f.open();
        f.manager->setAccess({f.hub.endpoint(), "hf_secret"});
        f.start();
        QVERIFY2(f.reaches(DownloadState::done), qPrintable(f.why()));
        int with = 0, without = 0;
        for (const HubRequest& request : f.hub.requests())
            ++(request.headers.contains("authorization") ? with : without);
        QVERIFY(with > 0);
        QCOMPARE(without, with); // each request once at the hub and once, without it, at the other host
    }

    // Speed, the rest of the time and the bytes of the last update belong together.
    void progressIsToldAndBounded() {
        DownloadFixture f;
        f.tuning.publishMs = 50;
        f.open();
        f.manager->setSpeedLimit(300'000);
        QElapsedTimer timer;
        int told = 0;
        connect(f.manager->model(), &QAbstractItemModel::dataChanged, this, [&] { ++told; });
        timer.start();
        f.start();
        QVERIFY(f.reaches(DownloadState::downloading));
        QTRY_VERIFY(f.status().bytesPerSecond > 0 && f.status().secondsLeft >= 0);
        QVERIFY(f.reaches(DownloadState::done));
        QVERIFY2(told <= timer.elapsed() / 50 + 6, "more updates than the rate allows");
        QVERIFY(timer.elapsed() >= 1200); // 600,001 bytes under a limit of 300,000 a second
    }
};

QTEST_GUILESS_MAIN(DownloadTest)
#include "download_test.moc"
