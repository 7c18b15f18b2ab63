// Walking folders: how programs lay out models, and trees that mean no good.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <QTest>

#include "app/library/folder_walk.h"
#include "tests/app/library/model_tree.h"

using namespace app::library;
using tests::ModelTree;

namespace {

const std::atomic_bool kNoStop = false;

QString text(const char* latin) {
    return QLatin1String(latin);
}

} // namespace

class FolderWalkTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_tree.emplace(); }

    void plainFilesOfAnyDepth() {
        m_tree->file(text("a.gguf"));
        m_tree->file(text("LM/publisher/model/B.GGUF"));
        m_tree->file(text("notes.txt"));
        m_tree->file(text("c.gguf.part"));
        QCOMPARE(names(), (QStringList{text("B"), text("a")}));
        QCOMPARE(m_walk.folders.size(), 4);
    }

    void partsAreOneEntry() {
        for (const char* name : {"m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"})
            m_tree->file(text(name), "GGUF part");
        m_tree->file(text("m-00001-of-00002.gguf")); // another set of the same stem
        m_tree->file(text("odd-00004-of-00003.gguf"));
        QCOMPARE(names(), (QStringList{text("m"), text("m"), text("odd-00004-of-00003")}));
        const Entry& whole = entryAt(text("m-00001-of-00003.gguf"));
        QCOMPARE(whole.files.size(), 3);
        QCOMPARE(whole.bytes(), 27);
        QCOMPARE(whole.state, Entry::State::unread);
        const Entry& half = entryAt(text("m-00001-of-00002.gguf"));
        QCOMPARE(half.state, Entry::State::incomplete);
        QCOMPARE(half.missingParts, (QStringList{text("m-00002-of-00002.gguf")}));
    }

    void aPartWithoutAStemIsAFileOfItsOwn() {
        m_tree->file(text("-00001-of-00002.gguf"));
        QCOMPARE(names(), (QStringList{text("-00001-of-00002")}));
    }

    void firstPartMayBeMissing() {
        m_tree->file(text("m-00002-of-00003.gguf"));
        QCOMPARE(names(), (QStringList{text("m")}));
        QCOMPARE(m_walk.found.first().missingParts,
                 (QStringList{text("m-00001-of-00003.gguf"), text("m-00003-of-00003.gguf")}));
    }

    void absurdNumbersOfPartsAreListedBriefly() {
        m_tree->file(text("m-00001-of-99999.gguf"));
        QCOMPARE(names().size(), 1);
        QCOMPARE(m_walk.found.first().missingParts.size(), 100);
    }

    void shardsAndTheirFolder() {
        m_tree->file(text("org/name/config.json"), "{}");
        m_tree->file(text("org/name/model-00001-of-00002.safetensors"));
        m_tree->file(text("org/name/model-00002-of-00002.safetensors"));
        m_tree->file(text("half/config.json"), "{}");
        m_tree->file(text("half/model-00002-of-00002.safetensors"));
        m_tree->file(text("headless/model.safetensors"));
        m_tree->file(text("drawing/style.safetensors")); // of another kind of program
        QCOMPARE(names(), (QStringList{text("half"), text("headless"), text("name")}));
        QCOMPARE(entryAt(text("org/name")).files.size(), 2);
        QCOMPARE(entryAt(text("half")).missingParts, (QStringList{text("model-00001-of-00002.safetensors")}));
        QCOMPARE(entryAt(text("headless")).missingParts, (QStringList{text("config.json")}));
        QCOMPARE(entryAt(text("headless")).state, Entry::State::incomplete);
    }

    void adaptersAreEntriesOfTheirOwn() {
        m_tree->file(text("lora/adapter_config.json"),
                     R"({"peft_type": "LORA", "base_model_name_or_path": "Qwen/Qwen3-8B", "r": 16})");
        m_tree->file(text("lora/adapter_model.safetensors"));
        m_tree->file(text("broken/adapter_config.json"), "{{{");
        m_tree->file(text("empty/adapter_config.json"), "{\"base_model_name_or_path\": 5}");
        QCOMPARE(names(), (QStringList{text("broken"), text("empty"), text("lora")}));
        const Entry& lora = entryAt(text("lora"));
        QCOMPARE(lora.info.kind, app::bridge::ModelInfo::Kind::adapter);
        QCOMPARE(lora.info.baseModel, text("Qwen/Qwen3-8B"));
        QCOMPARE(lora.state, Entry::State::ready);
        QCOMPARE(entryAt(text("broken")).state, Entry::State::damaged);
        QCOMPARE(entryAt(text("empty")).state, Entry::State::incomplete);
    }

    void hubCacheIsSeenThroughItsSnapshots() {
        m_tree->hubFile(text("hub"), text("unsloth/Qwen3-8B-GGUF"), text("Qwen3-8B-Q4_K_M.gguf"), "GGUF one");
        m_tree->hubFile(text("hub"), text("Qwen/Qwen3-0.6B"), text("model.safetensors"), "weights");
        m_tree->hubFile(text("hub"), text("Qwen/Qwen3-0.6B"), text("config.json"), "{}");
        m_tree->file(text("hub/datasets--a--b/snapshots/x/data.gguf"));
        m_tree->file(text("hub/.locks/models--a--b/x.gguf"));
        QCOMPARE(names(), (QStringList{text("Qwen3-0.6B"), text("Qwen3-8B-Q4_K_M")}));
        for (const Entry& entry : m_walk.found)
            QCOMPARE(entry.files.first().sha256.size(), 64);
        QCOMPARE(m_walk.found.first().source.contains(text("Qwen")), true);
    }

    void ollamaIsReadFromItsManifests() {
        const QString blob = m_tree->ollamaModel(text("o"), text("registry.ollama.ai/library/qwen3/8b"),
                                                 "GGUF qwen", "GGUF lora");
        m_tree->ollamaModel(text("o"), text("registry.ollama.ai/somebody/tuned/latest"), "GGUF tuned");
        m_tree->ollamaModel(text("o"), text("hf.co/unsloth/gemma/Q4"), "GGUF gemma");
        QCOMPARE(names(), (QStringList{text("hf.co/unsloth/gemma:Q4"), text("qwen3:8b"), text("qwen3:8b"),
                                       text("somebody/tuned:latest")}));
        const Entry& model = entryAt(text("o/blobs/") + QFileInfo(blob).fileName());
        QVERIFY(model.hasOuterTemplate);
        QCOMPARE(model.files.first().sha256, ModelTree::sha256("GGUF qwen"));
        QVERIFY(QFile::remove(blob));
        (void)names();
        QCOMPARE(entryAt(text("o/blobs/") + QFileInfo(blob).fileName()).state, Entry::State::incomplete);
    }

    void hostileManifests_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("noise") << QByteArray("\xff\x00{", 3);
        QTest::newRow("no layers") << QByteArray("{\"layers\": 5}");
        QTest::newRow("deep") << QByteArray(2000, '[');
        QTest::newRow("long") << QByteArray(3 << 20, ' ');
    }
    void hostileManifests() {
        QFETCH(QByteArray, content);
        m_tree->folder(text("o/blobs"));
        m_tree->file(text("o/manifests/registry.ollama.ai/library/x/y"), content);
        QCOMPARE(names(), (QStringList{text("x:y")}));
        QCOMPARE(m_walk.found.first().state, Entry::State::damaged);
    }

    void manifestsCannotLeadOutOfTheStore() {
        m_tree->folder(text("o/blobs"));
        m_tree->file(text("secret"), "x");
        m_tree->file(text("o/manifests/registry.ollama.ai/library/x/y"),
                     R"({"layers": [{"mediaType": "application/vnd.ollama.image.model",)"
                     R"( "digest": "sha256:../../secret", "size": 1}, 7, null]})");
        QCOMPARE(names(), QStringList());
    }

    void loopsEnd() {
        m_tree->file(text("a/model.gguf"));
        m_tree->link(m_tree->path(text("a")), text("a/again"));
        m_tree->link(m_tree->path(), text("a/up"));
        m_tree->link(text("itself"), text("itself"));
        m_tree->link(text("ping.gguf"), text("pong.gguf"));
        m_tree->link(text("pong.gguf"), text("ping.gguf"));
        QCOMPARE(names(), (QStringList{text("model"), text("ping"), text("pong")}));
        QCOMPARE(entryAt(text("ping.gguf")).state, Entry::State::damaged);
        QCOMPARE(m_walk.folders.size(), 2);
    }

    void depthIsBounded() {
        QString deep = text("d");
        for (int i = 0; i < 30; ++i)
            deep += text("/d");
        m_tree->file(deep + text("/model.gguf"));
        QCOMPARE(names(), QStringList());
        QVERIFY(m_walk.cutShort);
    }

    void danglingLinksSaySo() {
        m_tree->link(text("nowhere"), text("gone.gguf"));
        QCOMPARE(names(), (QStringList{text("gone")}));
        QCOMPARE(m_walk.found.first().state, Entry::State::damaged);
        QVERIFY(!m_walk.found.first().problem.isEmpty());
    }

    void namesThatAreNoText() {
        QFile(m_tree->path(text("good.gguf"))).open(QIODevice::WriteOnly);
        const QByteArray bad = m_tree->path().toUtf8() + "/caf\xe9.gguf";
        QVERIFY(QFile::exists(m_tree->path()));
        const int descriptor = ::creat(bad.constData(), 0600);
        QVERIFY(descriptor >= 0);
        ::close(descriptor);
        QCOMPARE(::mkdir((m_tree->path().toUtf8() + "/\xff\xfe").constData(), 0700), 0);
        QCOMPARE(names().size(), 2);
        const auto odd = std::find_if(m_walk.found.begin(), m_walk.found.end(), [](const Entry& entry) {
            return entry.state == Entry::State::damaged;
        });
        QVERIFY(odd != m_walk.found.end());
        QVERIFY(odd->problem.contains(text("UTF-8")));
        QCOMPARE(m_walk.unreadable.size(), 1);
        ::unlink(bad.constData()); // QTemporaryDir cannot
        ::rmdir((m_tree->path().toUtf8() + "/\xff\xfe").constData());
    }

    void unreadableFoldersAreCounted() {
        if (::geteuid() == 0) QSKIP("root may read everything");
        m_tree->file(text("closed/model.gguf"));
        QFile::setPermissions(m_tree->path(text("closed")), QFileDevice::Permissions());
        QCOMPARE(names(), QStringList());
        QCOMPARE(m_walk.unreadable.size(), 1);
        QFile::setPermissions(m_tree->path(text("closed")),
                              QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }

    void whatIsNoFileIsLeftAlone() {
        QCOMPARE(::mkfifo(m_tree->path(text("pipe.gguf")).toUtf8().constData(), 0600), 0);
        m_tree->folder(text("folder.gguf"));
        m_tree->link(text("/dev/zero"), text("endless.gguf"));
        QCOMPARE(names(), QStringList());
    }

    void aFolderThatIsNotThere() {
        const Walk walked = walk({m_tree->path(text("nothing")), Folder::Owner::chosen, true}, kNoStop);
        QVERIFY(!walked.reachable);
        QVERIFY(walked.found.isEmpty());
    }

    void programsFolders() {
        QHash<QString, QString> variables{{text("HF_HOME"), text("/data/hf")},
                                          {text("OLLAMA_MODELS"), text("/data/ollama/")},
                                          {text("HF_HUB_CACHE"), text("/data/hf/hub")}};
        const Places places{text("/home/x"),
                            [&](const char* name) { return variables.value(QLatin1String(name)); }};
        QStringList paths;
        for (const Folder& folder : foreignFolders(places)) {
            QVERIFY(folder.isForeign());
            paths.append(folder.path);
        }
        QCOMPARE(paths.count(text("/data/hf/hub")), 1);
        for (const char* path : {"/home/x/.cache/huggingface/hub", "/home/x/.lmstudio/models", "/data/ollama",
                                 "/home/x/.ollama/models", "/home/x/.cache/llama.cpp"})
            QVERIFY2(paths.contains(text(path)), path);
        QVERIFY(foreignFolders(Places::none()).isEmpty());
    }

 private:
    QStringList names() {
        m_walk = walk({m_tree->path(), Folder::Owner::chosen, true}, kNoStop);
        QStringList all;
        for (const Entry& entry : m_walk.found)
            all.append(entry.name);
        all.sort();
        return all;
    }
    const Entry& entryAt(const QString& relative) {
        for (const Entry& entry : m_walk.found)
            if (entry.path == m_tree->path(relative)) return entry;
        qFatal("no entry %s", qPrintable(relative));
    }

    std::optional<ModelTree> m_tree;
    Walk m_walk;
};

QTEST_GUILESS_MAIN(FolderWalkTest)
#include "folder_walk_test.moc"
