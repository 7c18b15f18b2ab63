// What a download tells the rest: the library knows which hash its file must have.
#include <QCryptographicHash>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/application/application.h"
#include "tests/support/fake_engine_factory.h"
#include "tests/support/fake_hub.h"

using namespace app;
using Verdict = library::Verification::Verdict;

class DownloadsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    // So a byte that changed after the download is found; where nobody gave a hash it would not be.
    void verifyKnowsWhatTheHubSaid() {
        QTemporaryDir folder;
        tests::FakeHub hub;
        const QByteArray content = tests::pattern(3 << 20);
        const QString repo = QStringLiteral("owner/model-GGUF"), name = QStringLiteral("model-Q4_K_M.gguf");
        hub.addFile(repo, name, content);
        application::Setup setup;
        setup.places = library::Places::none();
        setup.paths = storage::Paths(folder.path());
        setup.engine = tests::fakeEngine(std::make_shared<tests::FakeScript>());
        application::Application application(setup);
        application.settings().setValue(settings::kHubEndpoint, hub.endpoint());
        application.start();

        QSignalSpy finished(&application.downloads(), &downloads::DownloadManager::finished);
        const QString into = application.library().modelsFolder() + QStringLiteral("/owner/model-GGUF");
        const QString sha256 =
            QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex());
        application.downloads().add({repo,
                                     QStringLiteral("main"),
                                     QStringLiteral("Q4_K_M"),
                                     into,
                                     {{name, content.size(), sha256, {}}}});
        QTRY_COMPARE(finished.size(), 1);
        const QString path = into + QLatin1Char('/') + name;
        const auto status = finished.first().first().value<downloads::DownloadStatus>();
        QCOMPARE(status.hashes, (QHash<QString, QString>{{path, sha256}}));

        QTRY_COMPARE(verify(application, path), Verdict::intact);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(content.size() / 2) && file.putChar('\x7f'));
        file.close();
        application.library().rescan();
        QTRY_COMPARE(verify(application, path), Verdict::differs);
    }

 private:
    static Verdict verify(application::Application& application, const QString& path) {
        const library::EntryPointer entry = application.library().findPath(path);
        if (!entry) return Verdict::none;
        QSignalSpy finished(&application.verifier(), &library::Verifier::finished);
        application.verifier().start(entry->id);
        if (!QTest::qWaitFor([&] { return !finished.isEmpty(); })) return Verdict::none;
        return finished.first().at(1).value<Verdict>();
    }
};

QTEST_GUILESS_MAIN(DownloadsTest)
#include "downloads_test.moc"
