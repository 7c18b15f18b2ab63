// File names from the network: none leaves the folder, none is refused for nothing.
#include "app/downloads/hub_address.h"
#include "app/downloads/safe_path.h"
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class NamesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void hostile_data() {
        QTest::addColumn<QStringList>("names");
        const auto row = [](const char* what, const QStringList& names) { QTest::newRow(what) << names; };
        const auto text = [](const char* name) { return QString::fromUtf8(name); };
        row("parent", {text("../evil.gguf")});
        row("parent inside", {text("a/../../evil.gguf")});
        row("parent at the end", {text("a/..")});
        row("absolute", {text("/etc/evil.gguf")});
        row("empty", {QString()});
        row("empty part", {text("a//b.gguf")});
        row("folder", {text("a/")});
        row("backslash", {text("..\\evil.gguf")});
        row("drive", {text("C:evil.gguf")});
        row("stream", {text("a.gguf:hidden")});
        row("NUL", {QStringLiteral("a") + QChar(0) + QStringLiteral(".gguf")});
        row("newline", {text("a\nb.gguf")});
        row("escape", {text("\x1b[2Ja.gguf")});
        row("right to left override", {text("a\u202efugg.exe")});
        row("device", {text("CON")});
        row("device with ending", {text("x/nul.gguf")});
        row("device number", {text("Com1.gguf")});
        row("trailing dot", {text("a.gguf.")});
        row("trailing space", {text("a.gguf ")});
        row("overlong name", {QString(251, QLatin1Char('a')) + text(".gguf")});
        row("overlong in bytes", {QString(130, QChar(0x4e2d)) + text(".gguf")});
        row("deep", {QStringLiteral("a/").repeated(40) + text("b.gguf")});
        row("our own ending", {text("a.gguf.part")});
        row("twice", {text("a.gguf"), text("a.gguf")});
        row("case", {text("a.gguf"), text("A.gguf")});
        row("case of a folder", {text("x/a.gguf"), text("X/b.gguf")});
        row("composed", {text("\u00e9.gguf"), text("e\u0301.gguf")});
    }
    void hostile() {
        QFETCH(QStringList, names);
        QVERIFY(!whyUnsafe(names).isEmpty());
        QVERIFY(!whyUnsafe(names).contains(QChar(0x1b)));
        // And so all the way: nothing is written anywhere.
        DownloadFixture f;
        f.spec.files.clear();
        for (const QString& name : names) {
            f.hub.addFile(kRepo, name, f.content);
            f.spec.files.append(listed(name, f.content));
        }
        f.start();
        QVERIFY(f.reaches(DownloadState::failed));
        QCOMPARE(f.status().problem.kind, Problem::Kind::badName);
        QVERIFY(!QDir(f.models()).exists());
        QCOMPARE(f.hub.requests().size(), 0);
    }

    void usual() {
        for (const char* name :
             {"model.gguf", "Q4_K_M/model-00001-of-00002.gguf", "a b.gguf", "weiß-模型.gguf", "config.json",
              ".gitattributes", "null.gguf", "a..b.gguf", "console.gguf"})
            QCOMPARE(whyUnsafe(QString::fromUtf8(name)), QString());
        QCOMPARE(whyUnsafe({QStringLiteral("x/a"), QStringLiteral("x/b"), QStringLiteral("y/a")}), QString());
    }

    // A link in the folder must not lead the bytes elsewhere.
    void links_data() {
        QTest::addColumn<QString>("link");
        QTest::newRow("file") << QStringLiteral("Q4/") + kFile;
        QTest::newRow("part") << QStringLiteral("Q4/") + kFile + QStringLiteral(".part");
        QTest::newRow("folder") << QStringLiteral("Q4");
    }
    void links() {
        QFETCH(QString, link);
        DownloadFixture f;
        const QString inside = QStringLiteral("Q4/") + kFile;
        f.hub.addFile(kRepo, inside, f.content);
        f.spec.files = {listed(inside, f.content)};
        const QString victim = f.folder.filePath(QStringLiteral("victim"));
        if (link.contains(QLatin1Char('/'))) {
            QVERIFY(QDir().mkpath(f.spec.folder + QStringLiteral("/Q4")));
            QFile file(victim);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("precious");
        } else {
            QVERIFY(QDir().mkpath(f.spec.folder) && QDir().mkpath(victim));
        }
        QVERIFY(QFile::link(victim, f.spec.folder + QLatin1Char('/') + link));
        f.start();
        QVERIFY(f.reaches(DownloadState::failed));
        if (link.contains(QLatin1Char('/')))
            QCOMPARE(f.read(victim), QByteArray("precious"));
        else
            QVERIFY(QDir(victim).isEmpty());
    }

    void repositories() {
        for (const char* name : {"Qwen/Qwen3-8B", "gpt2", "a/b.c_d-e", "01-ai/Yi"})
            QVERIFY2(isRepositoryName(QLatin1String(name)), name);
        for (const char* name :
             {"", "/", "a/", "/b", "../b", "a/..", "a/b/c", "a b/c", "a/b\n", "-a/b", "a/b..c", "a/con"})
            QVERIFY2(!isRepositoryName(QLatin1String(name)), name);
    }

    void addresses_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("parts"); // repo, revision, variant, file; none: not an address
        const auto row = [](const char* typed, const QStringList& parts) {
            QTest::newRow(typed) << QString::fromLatin1(typed) << parts;
        };
        const QString repo = QStringLiteral("Qwen/Qwen3-8B-GGUF"), none;
        row("Qwen/Qwen3-8B-GGUF", {repo, none, none, none});
        row("  Qwen/Qwen3-8B-GGUF ", {repo, none, none, none});
        row("Qwen/Qwen3-8B-GGUF:Q4_K_M", {repo, none, QStringLiteral("Q4_K_M"), none});
        row("Qwen/Qwen3-8B-GGUF@abc:Q8_0", {repo, QStringLiteral("abc"), QStringLiteral("Q8_0"), none});
        row("https://huggingface.co/Qwen/Qwen3-8B-GGUF", {repo, none, none, none});
        row("huggingface.co/Qwen/Qwen3-8B-GGUF", {repo, none, none, none});
        row("hf.co/Qwen/Qwen3-8B-GGUF/", {repo, none, none, none});
        row("https://huggingface.co/Qwen/Qwen3-8B-GGUF/tree/main", {repo, none, none, none});
        row("https://huggingface.co/Qwen/Qwen3-8B-GGUF/blob/dev/x/a.gguf?download=true",
            {repo, QStringLiteral("dev"), none, QStringLiteral("x/a.gguf")});
        row("https://mirror.example:8080/Qwen/Qwen3-8B-GGUF/resolve/main/a.gguf",
            {repo, none, none, QStringLiteral("a.gguf")});
        row("qwen3", {});
        row("qwen3 8b", {});
        row("https://huggingface.co/datasets/a/b", {});
        row("../../etc", {});
        row("a/b/c", {});
        row("", {});
    }
    void addresses() {
        QFETCH(QString, typed);
        QFETCH(QStringList, parts);
        const auto address = parseAddress(typed);
        QCOMPARE(address.has_value(), !parts.isEmpty());
        if (!address) return;
        QCOMPARE((QStringList{address->repo, address->revision, address->variant, address->file}), parts);
    }

    void urls() {
        const HubUrls hub(QStringLiteral("https://mirror.example/hf/"));
        QCOMPARE(hub.file(QStringLiteral("a/b"), QStringLiteral("refs/pr/1"), QStringLiteral("x/ü #?.gguf"))
                     .toEncoded(),
                 QByteArray("https://mirror.example/hf/a/b/resolve/refs%2Fpr%2F1/x/%C3%BC%20%23%3F.gguf"));
        QVERIFY(hub.search(QStringLiteral("a&b=c"), {}, 5).toEncoded().contains("search=a%26b%3Dc&"));
        for (const char* bad :
             {"", "huggingface.co", "ftp://x", "file:///etc", "https://", "https://u:p@host", "https://h?x"})
            QVERIFY2(!HubUrls(QLatin1String(bad)).isValid(), bad);
    }

    void endpointsThatAPersonMayChoose() {
        for (const char* good : {"https://huggingface.co", " https://mirror.example:8443/hf/ ",
                                 "http://localhost:8080", "http://127.0.0.1:5000", "http://[::1]:5000"})
            QVERIFY2(checkEndpoint(QLatin1String(good)) == EndpointVerdict::good, good);
        for (const char* open : {"http://mirror.example", "http://10.0.0.2", "http://localhost.example.com",
                                 "http://127.0.0.1.example.com"})
            QVERIFY2(checkEndpoint(QLatin1String(open)) == EndpointVerdict::notSecure, open);
        for (const char* bad : {"", "huggingface.co", "ftp://x", "https://", "https://u:p@host",
                                "https://h?x", "https://h#x", "https://a b"})
            QVERIFY2(checkEndpoint(QLatin1String(bad)) == EndpointVerdict::noAddress, bad);
    }
};

QTEST_GUILESS_MAIN(NamesTest)
#include "names_test.moc"
