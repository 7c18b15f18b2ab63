// The hub's access tokens where there is no keychain: one file per hub, for its owner's eyes only.
#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "app/settings/credentials.h"
#include "app/storage/paths.h"

using namespace app;
using settings::Credentials;

class CredentialsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void initTestCase() {
        qunsetenv("HF_TOKEN");
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); // nobody's keychain is touched
    }
    void init() { m_folder.emplace(); }

    void eachHubHasItsOwn() {
        const Credentials hub = of("https://hub.example:443"), mirror = of("https://hub.example:8443");
        QCOMPARE(hub.read().place, Credentials::Place::none);
        QCOMPARE(hub.store("hf_one", false), Credentials::Stored::needsConsent);
        QCOMPARE(hub.store("hf_one", true), Credentials::Stored::inFile);
        QCOMPARE(hub.read().token, "hf_one");
        QCOMPARE(hub.read().place, Credentials::Place::file);
        QVERIFY(mirror.read().token.isEmpty());
        QCOMPARE(mirror.store("other", true), Credentials::Stored::inFile);
        QCOMPARE(hub.remove(), QString());
        QVERIFY(hub.read().token.isEmpty());
        QCOMPARE(mirror.read().token, "other");
        QCOMPARE(hub.remove(), QString()); // nothing to remove
    }

    void onlyTheOwnerReadsTheFile() {
        QCOMPARE(of("https://hub.example:443").store("hf_one", true), Credentials::Stored::inFile);
        const QFileInfoList files = QDir(m_folder->path()).entryInfoList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QVERIFY(!(files[0].permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    }

    void theEnvironmentWins() {
        const Credentials hub = of("https://hub.example:443");
        QCOMPARE(hub.store("hf_one", true), Credentials::Stored::inFile);
        qputenv("HF_TOKEN", "hf_given");
        const Credentials::Found found = hub.read();
        qunsetenv("HF_TOKEN");
        QCOMPARE(found.token, "hf_given");
        QCOMPARE(found.place, Credentials::Place::environment);
        QCOMPARE(hub.read().token, "hf_one");
    }

    void saysWhyItCannotBeRemoved() {
        const QString file = m_folder->filePath(QStringLiteral("token"));
        QVERIFY(QDir().mkpath(file + QStringLiteral("/something")));
        const QString why = Credentials(QStringLiteral("https://hub.example:443"), file).remove();
        QVERIFY2(why.contains(file), qPrintable(why));
    }

 private:
    Credentials of(const char* hub) const {
        const QString name = QLatin1String(hub);
        return {name, storage::Paths(m_folder->path()).tokenFile(name)};
    }
    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(CredentialsTest)
#include "credentials_test.moc"
