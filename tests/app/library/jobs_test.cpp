// Verifying, importing and deleting: right bytes, right numbers, all or nothing.
#include <QLockFile>
#include <QProcess>
#include <filesystem>

#include "app/library/importer.h"
#include "app/library/remover.h"
#include "app/library/staging.h"
#include "app/library/verifier.h"
#include "app/storage/free_space.h"
#include "tests/app/library/library_window.h"

using namespace app::library;
using tests::LibraryWindow;
using tests::ModelTree;
using Verdict = Verification::Verdict;

namespace {

QString text(const char* latin) {
    return QLatin1String(latin);
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList everythingIn(const QString& folder) {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                                  QDir::Name);
}

} // namespace

class JobsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_tree.emplace();
        m_data.emplace();
    }

    void hashesArePublishedNotedAndCompared() {
        m_tree->hubFile(text("hub"), text("a/b"), text("good.gguf"), "name Good");
        m_tree->hubFile(text("hub"), text("a/b"), text("bad.gguf"), "name Bad");
        m_tree->file(text("hub/models--a--b/blobs/") + ModelTree::sha256("name Bad"), "name Baf");
        m_tree->file(text("own.gguf"), "name Own");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        Verifier verifier(*window.library, window.database);
        QCOMPARE(verify(verifier, *window.named(text("Good"))), Verdict::intact);
        QCOMPARE(verify(verifier, *window.named(text("Baf"))), Verdict::differs);
        QCOMPARE(verify(verifier, *window.named(text("Own"))), Verdict::noted);
        QCOMPARE(verify(verifier, *window.named(text("Own"))), Verdict::same);
        QTRY_COMPARE(window.named(text("Own"))->verification.verdict, Verdict::same);
        QVERIFY(window.named(text("Own"))->verification.when.isValid());
        window.library->noteHash(window.named(text("Own"))->path, ModelTree::sha256("name Own"));
        QCOMPARE(verify(verifier, *window.named(text("Own"))), Verdict::intact);
    }

    // As for a model that was just downloaded.
    void hashesThatAreBeingNotedCount() {
        for (int i = 0; i < 20; ++i)
            m_tree->file(QStringLiteral("%1.gguf").arg(i), QByteArray("name M") + QByteArray::number(i));
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        Verifier verifier(*window.library, window.database);
        for (int i = 0; i < 20; ++i) {
            const EntryPointer entry = window.named(QStringLiteral("M%1").arg(i));
            window.library->noteHash(entry->path, ModelTree::sha256("something else"));
            QCOMPARE(verify(verifier, *entry), Verdict::differs);
        }
    }

    void changesSinceTheListAreNoDamage() {
        const QString path = m_tree->file(text("a.gguf"), "name A");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        Verifier verifier(*window.library, window.database);
        QSignalSpy finished(&verifier, &Verifier::finished);
        QSignalSpy scanned(&*window.library, &Library::scanned);
        m_tree->file(text("a.gguf"), "name A, longer");
        QCOMPARE(verify(verifier, *window.named(text("A"))), Verdict::none);
        QVERIFY(
            finished.first().at(2).toString().startsWith(path + text(" has changed since it was listed")));
        QTRY_VERIFY(!scanned.isEmpty() && window.named(text("A, longer")));
        QVERIFY(window.settle());
        QCOMPARE(verify(verifier, *window.named(text("A, longer"))), Verdict::noted);
        QVERIFY(QFile::remove(path));
        QCOMPARE(verify(verifier, *window.named(text("A, longer"))), Verdict::none);
        QVERIFY(finished.last().at(2).toString().contains(text("not there any more")));
        QTRY_VERIFY(window.library->entries().isEmpty());
    }

    void verifyingAllParts() {
        m_tree->ollamaModel(text("o"), text("registry.ollama.ai/library/m/1"), "name M");
        for (const char* name : {"s-00001-of-00002.gguf", "s-00002-of-00002.gguf"})
            m_tree->file(text(name), QByteArray("name S\n") + name);
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        Verifier verifier(*window.library, window.database);
        QCOMPARE(verify(verifier, *window.named(text("m:1"))), Verdict::intact);
        QCOMPARE(verify(verifier, *window.named(text("S"))), Verdict::noted);
        QFile part(m_tree->path(text("s-00002-of-00002.gguf")));
        QVERIFY(part.open(QIODevice::ReadWrite) && part.seek(3) && part.write("X") == 1);
        part.close();
        QVERIFY(window.look());
        QCOMPARE(verify(verifier, *window.named(text("S"))), Verdict::noted); // another content: another file
    }

    void verifyingCanBeCancelled() {
        const QString path = m_tree->file(text("a.gguf"), "name A\n");
        QVERIFY(QFile(path).resize(qint64{3} << 30)); // holes: no room on the disk
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        const EntryId id = window.named(text("A"))->id;
        Verifier verifier(*window.library, window.database);
        QSignalSpy finished(&verifier, &Verifier::finished);
        verifier.start(id);
        QVERIFY(verifier.isAtWork(id));
        verifier.cancel(id);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished.first().at(1).value<Verdict>(), Verdict::none);
        QVERIFY(!verifier.isAtWork(id));
        QCOMPARE(window.library->find(id)->verification.verdict, Verdict::none);
    }

    void importing_data() {
        QTest::addColumn<ImportRequest::Mode>("mode");
        QTest::newRow("copy") << ImportRequest::Mode::copy;
        QTest::newRow("move") << ImportRequest::Mode::move;
        QTest::newRow("link") << ImportRequest::Mode::link;
    }
    void importing() {
        QFETCH(ImportRequest::Mode, mode);
        const QString single = m_tree->file(text("from/a.gguf"), "one file");
        const QString part = m_tree->file(text("from/set/s-00001-of-00002.gguf"), "part one");
        m_tree->file(text("from/set/s-00002-of-00002.gguf"), "part two");
        m_tree->file(text("from/folder/config.json"), "{}");
        m_tree->file(text("from/folder/model.safetensors"), "weights");
        const ImportResult result =
            import({{single, part, m_tree->path(text("from/folder"))}, mode, m_tree->path(text("models"))});
        QVERIFY2(result.problem.isEmpty(), qPrintable(result.problem.text));
        QCOMPARE(everythingIn(m_tree->path(text("models"))),
                 (QStringList{text("a.gguf"), text("folder"), text("s")}));
        QCOMPARE(contentOf(m_tree->path(text("models/a.gguf"))), "one file");
        QCOMPARE(contentOf(m_tree->path(text("models/s/s-00002-of-00002.gguf"))), "part two");
        QCOMPARE(contentOf(m_tree->path(text("models/folder/model.safetensors"))), "weights");
        QCOMPARE(QFile::exists(single), mode != ImportRequest::Mode::move);
        QCOMPARE(QFile::exists(part), mode != ImportRequest::Mode::move);
        QCOMPARE(QFileInfo(m_tree->path(text("models/a.gguf"))).isSymLink(),
                 mode == ImportRequest::Mode::link);
    }

    void namesThatAreTakenAndWhatIsThere() {
        const QString a = m_tree->file(text("from/a.gguf"), "one");
        m_tree->file(text("models/a.gguf"), "two");
        const QString models = m_tree->path(text("models"));
        QCOMPARE(import({{a}, ImportRequest::Mode::copy, models}).made,
                 QStringList{models + text("/a (2).gguf")});
        QCOMPARE(contentOf(models + text("/a.gguf")), "two");
        const QString again = m_tree->file(text("other/a (2).gguf"), "one");
        QCOMPARE(import({{again}, ImportRequest::Mode::copy, models}).made,
                 QStringList{models + text("/a (2).gguf")});
        QCOMPARE(everythingIn(models).size(), 2); // the same bytes under the same name
        QVERIFY(!import({{models + text("/a.gguf")}, ImportRequest::Mode::copy, models}).problem.isEmpty());
    }

    void whatIsNoModelIsRefused_data() {
        QTest::addColumn<QString>("source");
        QTest::newRow("nothing") << text("nothing.gguf");
        QTest::newRow("text") << text("notes.txt");
        QTest::newRow("folder") << text("empty");
        QTest::newRow("half") << text("h-00001-of-00002.gguf");
    }
    void whatIsNoModelIsRefused() {
        QFETCH(QString, source);
        m_tree->file(text("notes.txt"));
        m_tree->folder(text("empty"));
        m_tree->file(text("h-00001-of-00002.gguf"));
        const ImportResult result =
            import({{m_tree->path(source)}, ImportRequest::Mode::move, m_tree->path(text("models"))});
        QVERIFY(result.problem.text.contains(source));
        QVERIFY(everythingIn(m_tree->path(text("models"))).isEmpty());
    }

    void movedLinksWouldLoseTheirFile() {
        const QString snapshot = m_tree->hubFile(text("hub"), text("a/b"), text("m.gguf"), "content");
        const QString models = m_tree->path(text("models"));
        QVERIFY(!import({{snapshot}, ImportRequest::Mode::move, models}).problem.isEmpty());
        QVERIFY(import({{snapshot}, ImportRequest::Mode::copy, models}).problem.isEmpty());
        QCOMPARE(contentOf(models + text("/m.gguf")), "content");
        QVERIFY(!QFileInfo(models + text("/m.gguf")).isSymLink());
    }

    void tooLargeForTheDisk() {
        const QString huge = m_tree->file(text("from/huge.gguf"));
        const qint64 more = app::storage::freeSpaceAt(m_tree->path()).value() + (qint64{1} << 30);
        if (!QFile(huge).resize(more)) QSKIP("the file system has no files with holes");
        const ImportResult result = import({{huge}, ImportRequest::Mode::copy, m_tree->path(text("models"))});
        QCOMPARE(result.problem.action, app::bridge::UserMessage::Action::freeDiskSpace);
        QVERIFY(result.problem.text.contains(text("more room")));
        QVERIFY(everythingIn(m_tree->path(text("models"))).isEmpty());
    }

    void cancelledImportsLeaveNothing() {
        const QString large = m_tree->file(text("from/a.gguf"));
        QVERIFY(QFile(large).resize(qint64{2} << 30));
        Importer importer;
        QSignalSpy finished(&importer, &Importer::finished);
        importer.start({{large}, ImportRequest::Mode::copy, m_tree->path(text("models"))});
        importer.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30'000);
        QVERIFY(finished.first().first().value<ImportResult>().cancelled);
        QVERIFY(everythingIn(m_tree->path(text("models"))).isEmpty());
    }

    // Killed in the middle: nothing half is seen, the source is whole, the next import cleans up.
    void killedImportsLeaveNothingHalf() {
        const QString large = m_tree->file(text("from/a.gguf"), "name A\n");
        QVERIFY(QFile(large).resize(qint64{1} << 29));
        const QString models = m_tree->path(text("models"));
        QProcess program;
        program.start(QStringLiteral(IMPORTING_PROGRAM), {large, models});
        QVERIFY(QTest::qWaitFor([&] { return program.readAllStandardOutput().contains('\n'); }, 30'000));
        program.kill();
        QVERIFY(program.waitForFinished());
        if (QFile::exists(models + text("/a.gguf"))) QSKIP("it was done before it could be killed");
        QCOMPARE(everythingIn(models).size(), 1); // hidden
        LibraryWindow window(m_data->path(), models);
        QVERIFY(window.look());
        QVERIFY(window.library->entries().isEmpty());
        QCOMPARE(QFileInfo(large).size(), qint64{1} << 29);
        const QString small = m_tree->file(text("from/b.gguf"), "name B");
        QVERIFY(import({{small}, ImportRequest::Mode::copy, models}).problem.isEmpty());
        QCOMPARE(everythingIn(models), QStringList{text("b.gguf")});
    }

    void whatIsStillMadeIsNotSweptAway_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("now") << text("models/.unfinished-x");
        QTest::newRow("of earlier versions") << text("models/.importing-x");
    }
    void whatIsStillMadeIsNotSweptAway() {
        QFETCH(QString, name);
        const QString staging = m_tree->folder(name);
        QLockFile lock(staging + text("/lock"));
        QVERIFY(lock.tryLock());
        Staging::sweep(m_tree->path(text("models")));
        QVERIFY(QFile::exists(staging));
        lock.unlock();
        Staging::sweep(m_tree->path(text("models")));
        QVERIFY(!QFile::exists(staging));
    }

    void deletionCountsWhatTheDiskGetsBack() {
        const QString plain = m_tree->file(text("plain.gguf"), QByteArray(100, 'p'));
        const QString first = m_tree->file(text("hard.gguf"), QByteArray(200, 'h'));
        std::filesystem::create_hard_link(first.toStdString(), m_tree->path(text("kept.bin")).toStdString());
        for (const char* name : {"s-00001-of-00002.gguf", "s-00002-of-00002.gguf"})
            m_tree->file(text(name), QByteArray(50, name[6]));
        m_tree->link(m_tree->file(text("elsewhere/target"), QByteArray(70, 't')), text("soft.gguf"));
        QCOMPARE(planOf(text("plain.gguf")).freed, 100);
        const RemovalPlan hard = planOf(text("hard.gguf"));
        QCOMPARE(hard.freed, 0);
        QCOMPARE(hard.kept, 200);
        QCOMPARE(planOf(text("s-00001-of-00002.gguf")).freed, 100);
        QCOMPARE(planOf(text("s-00001-of-00002.gguf")).paths.size(), 2);
        QCOMPARE(planOf(text("soft.gguf")).freed, 0);
        QVERIFY(removeFiles(planOf(text("soft.gguf"))).ok());
        QVERIFY(QFile::exists(m_tree->path(text("elsewhere/target"))));
        QVERIFY(removeFiles(planOf(text("plain.gguf"))).ok());
        QVERIFY(!QFile::exists(plain));
    }

    void foldersKeepWhatIsNotTheModels() {
        m_tree->file(text("m/config.json"), "{}");
        m_tree->file(text("m/model.safetensors"), QByteArray(100, 'w'));
        m_tree->file(text("m/my notes.txt"), "mine");
        const RemovalPlan plan = planOf(text("m"));
        QCOMPARE(plan.freed, 102);
        QVERIFY(removeFiles(plan).ok());
        QCOMPARE(everythingIn(m_tree->path(text("m"))), QStringList{text("my notes.txt")});
    }

    void hubBlobsThatOtherRevisionsUseStay() {
        m_tree->hubFile(text("hub"), text("a/b"), text("m.gguf"), QByteArray(100, 'm'), text("r1"));
        m_tree->hubFile(text("hub"), text("a/b"), text("other.gguf"), QByteArray(60, 'o'), text("r1"));
        m_tree->hubFile(text("hub"), text("a/b"), text("m.gguf"), QByteArray(100, 'm'), text("r2"));
        const QString snapshots = text("hub/models--a--b/snapshots/");
        const RemovalPlan shared = planOf(snapshots + text("r1/m.gguf"), Folder::Owner::huggingFace);
        QVERIFY(shared.foreign);
        QCOMPARE(shared.freed, 0);
        QCOMPARE(shared.kept, 100);
        const RemovalPlan lone = planOf(snapshots + text("r1/other.gguf"), Folder::Owner::huggingFace);
        QCOMPARE(lone.freed, 60);
        QVERIFY(removeFiles(lone).ok());
        QVERIFY(removeFiles(shared).ok());
        QCOMPARE(planOf(snapshots + text("r2/m.gguf"), Folder::Owner::huggingFace).freed, 100);
    }

    void ollamaBlobsThatOtherModelsUseStay() {
        m_tree->ollamaModel(text("o"), text("registry.ollama.ai/library/m/1"), QByteArray(100, 'm'));
        m_tree->ollamaModel(text("o"), text("registry.ollama.ai/library/m/latest"), QByteArray(100, 'm'));
        m_tree->ollamaModel(text("o"), text("registry.ollama.ai/library/n/1"), QByteArray(50, 'n'));
        const QString model = text("o/blobs/sha256-") + ModelTree::sha256(QByteArray(100, 'm'));
        const RemovalPlan plan = planOf(model, Folder::Owner::ollama);
        QCOMPARE(plan.otherNames.size(), 1);                  // one file, two names
        QVERIFY(plan.freed > 100);                            // with its manifests
        QCOMPARE(plan.kept, qint64(strlen("{{ .Prompt }}"))); // the template, which n has as well
        QVERIFY(removeFiles(plan).ok());
        QVERIFY(
            QFile::exists(m_tree->path(text("o/blobs/sha256-") + ModelTree::sha256(QByteArray(50, 'n')))));
        QVERIFY(!QFile::exists(m_tree->path(model)));
    }

    void deletedModelsLeaveTheLibrary() {
        m_tree->file(text("a.gguf"), "name A");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        Remover remover(*window.library);
        QSignalSpy planned(&remover, &Remover::planned);
        QSignalSpy removed(&remover, &Remover::removed);
        const EntryId id = window.named(text("A"))->id;
        remover.plan(id);
        QTRY_COMPARE(planned.size(), 1);
        remover.remove(id, planned.first().at(1).value<RemovalPlan>());
        QTRY_COMPARE(removed.size(), 1);
        QCOMPARE(removed.first().at(1).toLongLong(), 6);
        QTRY_VERIFY(window.library->entries().isEmpty());
    }

 private:
    static Verdict verify(Verifier& verifier, const Entry& entry) {
        QSignalSpy finished(&verifier, &Verifier::finished);
        verifier.start(entry.id);
        if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 30'000)) qFatal("no verdict");
        return finished.first().at(1).value<Verdict>();
    }
    static ImportResult import(const ImportRequest& request) {
        Importer importer;
        QSignalSpy finished(&importer, &Importer::finished);
        importer.start(request);
        if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 60'000)) qFatal("no end");
        return finished.first().first().value<ImportResult>();
    }
    RemovalPlan planOf(const QString& relative, Folder::Owner owner = Folder::Owner::chosen) const {
        const std::atomic_bool go = false;
        for (const Entry& entry : walk({m_tree->path(), owner, true}, go).found)
            if (entry.path == m_tree->path(relative)) return planRemoval(entry);
        qFatal("no entry %s", qPrintable(relative));
    }

    std::optional<ModelTree> m_tree;
    std::optional<QTemporaryDir> m_data;
};

QTEST_GUILESS_MAIN(JobsTest)
#include "jobs_test.moc"
