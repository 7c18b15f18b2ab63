// The settings of the hub: a token never goes to another hub than the one it was given for.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/downloads/hub_settings.h"
#include "tests/app/downloads/download_fixture.h"

using namespace app;
using namespace app::downloads;
using namespace tests;

class HubSettingsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void initTestCase() {
        qunsetenv("HF_TOKEN");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); // nobody's keychain is touched
    }

    void eachHubGetsItsOwnTokenOnly() {
        FakeHub first, second;
        for (FakeHub* hub : {&first, &second})
            hub->addFile(kRepo, kFile, "x");
        const QTemporaryDir folder;
        const storage::Paths paths(folder.path());
        settings::Settings settings(paths.settingsFile());
        settings.setValue(settings::kHubEndpoint, first.endpoint());
        HubClient client;
        DownloadManager manager(paths.downloadsFolder());
        HubSettings hub(settings, paths, client, manager);
        QSignalSpy ready(&hub, &HubSettings::ready);
        hub.readToken();
        QVERIFY(ready.wait());
        hub.storeToken("hf_first", true);
        QTRY_COMPARE(client.access().token, "hf_first");
        QCOMPARE(hub.hubName(), QUrl(first.endpoint()).authority());

        settings.setValue(settings::kHubEndpoint, first.endpoint() + QStringLiteral("/mirror"));
        QCOMPARE(client.access().token, "hf_first"); // the same hub
        ready.clear();
        settings.setValue(settings::kHubEndpoint, second.endpoint());
        QVERIFY(client.access().token.isEmpty()); // at once
        QCOMPARE(hub.tokenPlace(), settings::Credentials::Place::none);
        QVERIFY(list(client));
        QTRY_VERIFY(!ready.isEmpty());
        QVERIFY(client.access().token.isEmpty());
        QVERIFY(list(client));
        for (const HubRequest& request : second.requests())
            QVERIFY(!request.headers.contains("authorization"));

        hub.storeToken("second", true);
        QTRY_COMPARE(client.access().token, "second");
        settings.setValue(settings::kHubEndpoint, first.endpoint());
        QVERIFY(client.access().token.isEmpty());
        QTRY_COMPARE(client.access().token, "hf_first");
        QSignalSpy removed(&hub, &HubSettings::tokenRemoved);
        hub.removeToken();
        QTRY_VERIFY(client.access().token.isEmpty());
        QCOMPARE(removed.size(), 1);
        QCOMPARE(removed.first().first().toString(), QString());
        hub.useEndpoint(second.endpoint());
        QTRY_COMPARE(client.access().token, "second");
    }

    // The window asks in the middle of a key press, and must not see the answer in the same one.
    void answersComeLater() {
        const QTemporaryDir folder;
        const storage::Paths paths(folder.path());
        settings::Settings settings(paths.settingsFile());
        HubClient client;
        DownloadManager manager(paths.downloadsFolder());
        HubSettings hub(settings, paths, client, manager);
        QSignalSpy stored(&hub, &HubSettings::tokenStored);
        for (int i = 0; i < 50; ++i) {
            stored.clear();
            hub.storeToken("hf_token", false);
            QVERIFY(stored.isEmpty());
            QTRY_COMPARE(stored.size(), 1);
        }
    }

 private:
    bool list(HubClient& client) {
        std::optional<Answer<RepoListing>> got;
        client.list(kRepo, {}, this, [&](const Answer<RepoListing>& answer) { got = answer; });
        return QTest::qWaitFor([&] { return got.has_value(); }, 10'000) && !got->problem;
    }
};

QTEST_GUILESS_MAIN(HubSettingsTest)
#include "hub_settings_test.moc"
