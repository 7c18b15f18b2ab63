// The library over starts: what is remembered, what is read again, what follows a file that moves.
#include "tests/app/library/library_window.h"

#include <QRandomGenerator>

#include "app/bridge/local_engine.h"

using namespace app::library;
using tests::LibraryWindow;
using tests::ModelTree;

namespace {
QString text(const char* latin) {
    return QLatin1String(latin);
}
} // namespace

class LibraryTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_tree.emplace();
        m_data.emplace();
    }

    void factsComeFromHeaders() {
        m_tree->file(text("a.gguf"), "name Alpha\nquantization Q8_0\nparameters 8000000000\n");
        m_tree->file(text("b.gguf"), "damaged");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        QCOMPARE(window.library->entries().size(), 2);
        const EntryPointer alpha = window.named(text("Alpha"));
        QVERIFY(alpha);
        QCOMPARE(alpha->state, Entry::State::ready);
        QCOMPARE(alpha->info.quantization, text("Q8_0"));
        QCOMPARE(alpha->info.parameters, 8'000'000'000);
        QVERIFY(alpha->isLoadable());
        QVERIFY(window.named(text("b"))->state == Entry::State::arriving); // just written: not yet a verdict
        QVERIFY(window.named(text("b"))->problem.contains(text("cut off")));
    }

    void whatIsFreeForTheOwnFolderBeforeItIsThere() {
        LibraryWindow window(m_data->path());
        QVERIFY(window.settle());
        const QString own = window.library->modelsFolder();
        QVERIFY(!QFileInfo::exists(own) && !window.library->report(own).reachable);
        QVERIFY(window.library->report(own).freeBytes > 0);
    }

    void nextStartReadsOnlyWhatChanged() {
        for (int i = 0; i < 20; ++i)
            m_tree->file(QStringLiteral("%1.gguf").arg(i), "name Model");
        {
            LibraryWindow window(m_data->path(), m_tree->path());
            QVERIFY(window.settle());
            QCOMPARE(window.script->header_reads, 20);
        }
        m_tree->file(text("7.gguf"), "name Other\n# longer");
        LibraryWindow window(m_data->path(), m_tree->path());
        QSignalSpy changed(&*window.library, &Library::changed);
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(changed.first().first().value<QList<EntryId>>().size(), 20); // at once, before any look
        QTRY_VERIFY(window.named(text("Other")));
        QCOMPARE(window.script->header_reads, 1);
    }

    void damagedFilesAreNotReadAgain() {
        const QString path = m_tree->file(text("a.gguf"), "damaged");
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(
            file.setFileTime(QDateTime::currentDateTime().addDays(-1), QFileDevice::FileModificationTime));
        file.close();
        {
            LibraryWindow window(m_data->path(), m_tree->path());
            QVERIFY(window.settle());
            QCOMPARE(window.named(text("a"))->state, Entry::State::damaged);
            QVERIFY(!window.named(text("a"))->hint.isEmpty());
        }
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.look());
        QCOMPARE(window.script->header_reads, 0);
        QCOMPARE(window.named(text("a"))->state, Entry::State::damaged);
    }

    void renamedFilesKeepWhatIsKnown() {
        const QString path = m_tree->file(text("a.gguf"), "name A");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        const EntryId id = window.named(text("A"))->id;
        window.library->markUsed(path);
        QTRY_VERIFY(window.library->find(id)->lastUsed.isValid());
        QSignalSpy moved(&*window.library, &Library::moved);
        const QString to = m_tree->path(text("sub/b.gguf"));
        m_tree->folder(text("sub"));
        QVERIFY(QFile::rename(path, to));
        QVERIFY(window.look());
        QCOMPARE(moved.size(), 1);
        QCOMPARE(moved.first(), (QVariantList{path, to}));
        QCOMPARE(window.library->entries().size(), 1);
        QCOMPARE(window.library->find(id)->path, to);
        QVERIFY(window.library->find(id)->lastUsed.isValid());
        QVERIFY(window.library->findPath(to) && !window.library->findPath(path));
    }

    void movedWhileTheProgramWasClosed() {
        const QByteArray content = "name A\n" + QByteArray(3 << 20, 'x');
        const QString path = m_tree->file(text("a.gguf"), content);
        EntryId id = 0;
        {
            LibraryWindow window(m_data->path(), m_tree->path());
            QVERIFY(window.settle());
            id = window.named(text("A"))->id;
            window.library->markUsed(path);
            QTRY_VERIFY(window.library->find(id)->lastUsed.isValid());
        }
        QVERIFY(QFile::remove(path));
        m_tree->file(text("other/place.gguf"), content); // another file as the disk sees it
        LibraryWindow window(m_data->path(), m_tree->path());
        QSignalSpy moved(&*window.library, &Library::moved);
        QTRY_VERIFY(window.library->find(id) && window.library->find(id)->path.endsWith(text("place.gguf")));
        QVERIFY(window.library->find(id)->lastUsed.isValid());
        QCOMPARE(window.library->entries().size(), 1);
        QCOMPARE(moved.size(), 1);
    }

    void copiesAreModelsOfTheirOwn() {
        m_tree->file(text("a.gguf"), "name A");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        m_tree->file(text("b.gguf"), "name A");
        QVERIFY(window.look());
        QCOMPARE(window.library->entries().size(), 2);
    }

    void oneFileByTwoWaysIsOneEntry() {
        const QString path = m_tree->file(text("a.gguf"), "name A");
        m_tree->link(path, text("b.gguf"));
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        QCOMPARE(window.library->entries().size(), 1);
        QCOMPARE(window.named(text("A"))->alsoKnownAs.size(), 1);
    }

    void unpluggedDisksComeBack() {
        const QString inside = m_tree->file(text("disk/a.gguf"), "name A");
        LibraryWindow window(m_data->path(), m_tree->path(text("disk")));
        QVERIFY(window.settle());
        const EntryId id = window.named(text("A"))->id;
        QVERIFY(QDir().rename(m_tree->path(text("disk")), m_tree->path(text("away"))));
        QVERIFY(window.look());
        QVERIFY(window.library->entries().isEmpty());
        QVERIFY(!window.library->report(m_tree->path(text("disk"))).reachable);
        QVERIFY(QDir().rename(m_tree->path(text("away")), m_tree->path(text("disk"))));
        QVERIFY(window.look());
        QTRY_VERIFY(window.library->find(id));
        QCOMPARE(window.library->find(id)->path, inside);
    }

    void changesOnTheDiskAreNoticed() {
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        m_tree->file(text("new.gguf"), "name New");
        QTRY_VERIFY(window.named(text("New")));
        QVERIFY(QFile::remove(m_tree->path(text("new.gguf"))));
        QTRY_VERIFY(window.library->entries().isEmpty());
    }

    void filesThatGrowBecomeReadyAtTheirEnd() {
        const QString path = m_tree->file(text("a.gguf"), "damaged: only a part is there");
        LibraryWindow window(m_data->path(), m_tree->path());
        QTRY_VERIFY(window.named(text("a")) && window.named(text("a"))->state == Entry::State::arriving);
        m_tree->file(text("a.gguf"), "name Whole\n# all of it");
        QTRY_VERIFY_WITH_TIMEOUT(window.named(text("Whole")), 10'000); // looked at again without being asked
        QCOMPARE(window.named(text("Whole"))->state, Entry::State::ready);
        QCOMPARE(window.library->findPath(path)->name, text("Whole"));
    }

    void filesThatChangeWhileTheyAreReadAreReadAgain() {
        m_tree->file(text("a.gguf"), "slow 300\nname Early");
        LibraryWindow window(m_data->path(), m_tree->path());
        QTRY_COMPARE(window.script->header_reads, 1);
        m_tree->file(text("a.gguf"), "name Late\n# and longer");
        QTRY_VERIFY_WITH_TIMEOUT(window.named(text("Late")), 10'000);
    }

    void foldersAreAddedAndTurnedOff() {
        const QString chosen = m_tree->folder(text("chosen"));
        m_tree->file(text("chosen/a.gguf"), "name A");
        {
            LibraryWindow window(m_data->path());
            window.library->addFolder(chosen + text("/../chosen/"));
            QTRY_VERIFY(window.named(text("A")));
            QCOMPARE(window.named(text("A"))->owner, Folder::Owner::chosen);
            window.library->setFolderEnabled(chosen, false);
            QTRY_VERIFY(window.library->entries().isEmpty());
            QVERIFY(!window.library->folders().last().enabled);
        }
        LibraryWindow window(m_data->path());
        QCOMPARE(window.library->folders().size(), 2);
        window.library->setFolderEnabled(chosen, true);
        QTRY_VERIFY(window.named(text("A")));
        window.library->removeFolder(chosen);
        QTRY_VERIFY(window.library->entries().isEmpty());
        QCOMPARE(window.library->folders().size(), 1);
    }

    void adaptersFindTheirModels() {
        m_tree->file(text("m.gguf"), "name Qwen3-8B");
        m_tree->file(text("l.gguf"), "name My style\nkind adapter\nbase_model Qwen/Qwen3-8B");
        LibraryWindow window(m_data->path(), m_tree->path());
        QVERIFY(window.settle());
        const EntryPointer adapter = window.named(text("My style"));
        QVERIFY(adapter && !adapter->isLoadable());
        QCOMPARE(window.library->baseOf(*adapter), window.named(text("Qwen3-8B")));
        QCOMPARE(window.library->adaptersOf(*window.named(text("Qwen3-8B"))).size(), 1);
    }

    void worksWithoutADatabase() {
        m_tree->file(text("a.gguf"), "name A");
        QVERIFY(QDir().mkpath(m_data->path() + text("/conversations.sqlite"))); // a folder in its place
        LibraryWindow window(m_data->path(), m_tree->path());
        QTRY_VERIFY_WITH_TIMEOUT(window.named(text("A")), 10'000);
    }

    void fiveThousandFiles() {
        constexpr int kFiles = 5000;
        for (int i = 0; i < kFiles; ++i)
            m_tree->file(QStringLiteral("d%1/model-%2.gguf").arg(i % 50).arg(i),
                         QStringLiteral("name Model %1").arg(i).toUtf8());
        QElapsedTimer time;
        time.start();
        {
            LibraryWindow window(m_data->path(), m_tree->path());
            QVERIFY(window.settle());
            QCOMPARE(window.library->entries().size(), kFiles);
            qInfo("first look: %lld ms", static_cast<long long>(time.restart()));
        }
        time.restart();
        LibraryWindow window(m_data->path(), m_tree->path());
        QTRY_COMPARE(window.library->entries().size(), kFiles);
        qInfo("known again after %lld ms", static_cast<long long>(time.elapsed()));
        QVERIFY(window.look());
        QCOMPARE(window.script->header_reads, 0);
    }

    // The real engine reads the real thing.
    void realHeaders() {
        const QString guide = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");
        const app::bridge::HeaderReader reader(app::bridge::localEngine());
        const app::bridge::Header header = reader.read(guide);
        QVERIFY2(header.problem.isEmpty(), qPrintable(header.problem.text));
        QVERIFY(header.info.isMixtureOfExperts() && header.info.hasTemplate);
        QVERIFY(header.info.trainedContext > 0 && header.info.unsupported.isEmpty());
        const app::bridge::Header noise = reader.read(m_tree->file(text("noise.gguf"), "GGUF????"));
        QVERIFY(!noise.problem.isEmpty());
        QVERIFY(!noise.problem.hint.isEmpty());
    }

 private:
    std::optional<ModelTree> m_tree;
    std::optional<QTemporaryDir> m_data;
};

QTEST_GUILESS_MAIN(LibraryTest)
#include "library_test.moc"
