// Headers of models that are not on this disk: as few bytes as will do, in a file that looks like the whole.
#include <sys/stat.h>

#include <QtEndian>

#include "app/downloads/catalogue.h"
#include "app/downloads/header_fetcher.h"
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using app::bridge::HeaderProbe;
using namespace tests;

namespace {

// A format of this test: "HEAD", the header's length in eight digits, then it.
HeaderProbe probe(const QByteArray& first, qint64) {
    if (!first.startsWith("HEAD")) return {HeaderProbe::State::bad, QStringLiteral("no such magic")};
    const qint64 length = first.mid(4, 8).toLongLong();
    return {first.size() >= length ? HeaderProbe::State::whole : HeaderProbe::State::more, {}};
}

QByteArray model(qint64 header, qint64 bytes) {
    QByteArray content = "HEAD" + QByteArray::number(header).rightJustified(8, '0');
    return content + pattern(bytes - content.size(), 4);
}

QByteArray safetensors(qint64 data) {
    const QByteArray json = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    const qint64 length = qToLittleEndian<qint64>(json.size());
    return QByteArray(reinterpret_cast<const char*>(&length), 8) + json + pattern(data, 9);
}

// All that a model's matrices hold.
qint64 weightsOf(const app::bridge::ModelOutline& m) {
    const qint64 attention = m.width * m.headSize * 2 * (m.heads + m.kvHeads);
    const qint64 feedForward = 3 * m.width * (m.experts > 0 ? m.experts * m.expertWidth : m.feedForward);
    return m.layers * (attention + feedForward) + (m.tiedHead ? 1 : 2) * m.vocabulary * m.width;
}

} // namespace

class HeaderFetcherTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void headersGrowUntilTheyAreWhole_data() {
        QTest::addColumn<qint64>("header");
        QTest::newRow("small") << qint64{1000};
        QTest::newRow("exactly the first piece") << qint64{256 * 1024};
        QTest::newRow("one more") << qint64{256 * 1024 + 1};
        QTest::newRow("large") << qint64{3'000'000};
    }
    void headersGrowUntilTheyAreWhole() {
        QFETCH(qint64, header);
        open(model(header, 6'000'000));
        const auto answer = fetch(variant({kFile}));
        QVERIFY2(!answer.problem, qPrintable(answer.problem.text));
        QFile local(answer.value);
        QCOMPARE(local.size(), 6'000'000);
        QVERIFY(local.open(QIODevice::ReadOnly));
        QCOMPARE(local.read(header), m_content.left(header));
        QVERIFY(m_hub->sentBytes() < qMax<qint64>(4 * header, 300'000));
        struct stat found {};
        QCOMPARE(::stat(QFile::encodeName(answer.value).constData(), &found), 0);
        QVERIFY2(found.st_blocks * 512 < 5'000'000, "the rest is a hole");
        const qsizetype requests = m_hub->requests().size();
        QCOMPARE(fetch(variant({kFile})).value, answer.value); // kept
        QCOMPARE(m_hub->requests().size(), requests);
    }

    void everyPartOfASplitModel() {
        open(model(1000, 500'000));
        m_hub->addFile(kRepo, QStringLiteral("x/second.gguf"), model(2000, 400'000));
        const auto answer = fetch(variant({kFile, QStringLiteral("x/second.gguf")}));
        QVERIFY(!answer.problem);
        QVERIFY(answer.value.endsWith(kFile));
        QCOMPARE(QFileInfo(QFileInfo(answer.value).absolutePath() + QStringLiteral("/second.gguf")).size(),
                 400'000);
    }

    void twoAskForTheSameAtOnce() {
        open(model(3'000'000, 6'000'000));
        QStringList paths;
        for (int i = 0; i < 2; ++i)
            m_fetcher->fetch(kRepo, QStringLiteral("main"), variant({kFile}), this,
                             [&](const Answer<QString>& answer) { paths.append(answer.value); });
        QTRY_COMPARE(paths.size(), 2);
        QVERIFY(!paths[0].isEmpty() && paths[0] == paths[1]);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
    }

    void foldersOfSafetensors() {
        open("x");
        RepoVariant folder;
        folder.format = RepoVariant::Format::safetensors;
        const auto add = [&](const char* name, const QByteArray& content) {
            m_hub->addFile(kRepo, QLatin1String(name), content, content.size() < 100);
            folder.files.append(listed(QLatin1String(name), content));
        };
        add("config.json", "{\"model_type\":\"qwen3\"}");
        add("tokenizer.json", "{}");
        add("model-00001-of-00002.safetensors", safetensors(600'000));
        add("model-00002-of-00002.safetensors", safetensors(700'000));
        const auto answer = fetch(folder);
        QVERIFY2(!answer.problem, qPrintable(answer.problem.text));
        const QDir local(answer.value);
        QCOMPARE(QFileInfo(local.filePath(QStringLiteral("model-00002-of-00002.safetensors"))).size(),
                 folder.files[3].bytes);
        QVERIFY(!local.exists(QStringLiteral("tokenizer.json"))); // no plan needs it
        QVERIFY(DownloadFixture::read(local.filePath(QStringLiteral("config.json"))).contains("qwen3"));
    }

    void whatIsNotAModel_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<HubFault>("fault");
        QTest::newRow("another format") << QByteArray(100'000, 'x') << HubFault{};
        QTest::newRow("a header beyond the file") << model(9'999'999, 600'000) << HubFault{};
        QTest::newRow("404") << model(10, 1000) << HubFault{.status = 404};
        QTest::newRow("always cut") << model(10, 1000) << HubFault{.cutAfter = 0};
        QTest::newRow("compressed") << model(10, 1000) << HubFault{.gzip = true};
        QTest::newRow("another size") << model(10, 1000) << HubFault{.lieAboutLength = 5};
        QTest::newRow("empty") << QByteArray() << HubFault{};
    }
    void whatIsNotAModel() {
        QFETCH(QByteArray, content);
        QFETCH(HubFault, fault);
        open(content);
        m_hub->setFault(kFile, fault);
        const auto answer = fetch(variant({kFile}));
        QVERIFY(answer.problem);
        QVERIFY(!answer.problem.text.isEmpty());
        QVERIFY(QDir(m_folder->path()).isEmpty(QDir::Dirs | QDir::NoDotAndDotDot)); // nothing half is kept
    }

    void whatNobodyWaitsForIsGivenUp() {
        open(model(5'000'000, 6'000'000));
        m_hub->setRedirects(false);
        m_hub->setFault(kFile, {.bytesPerSecond = 500'000});
        auto receiver = std::make_unique<QObject>();
        m_fetcher->fetch(kRepo, QStringLiteral("main"), variant({kFile}), receiver.get(),
                         [](const Answer<QString>&) { QFAIL("it was gone"); });
        QTRY_VERIFY(m_hub->sentBytes() > 0);
        receiver.reset();
        QTRY_COMPARE(m_hub->openConnections(), 0);
        QVERIFY(m_hub->sentBytes() < 5'000'000);
        QTRY_VERIFY(QDir(m_folder->path()).isEmpty(QDir::Dirs | QDir::NoDotAndDotDot));
    }

    void aServerWithoutRangesWillDo() {
        open(model(2000, 500'000));
        m_hub->setFault(kFile, {.noRanges = true});
        QVERIFY(!fetch(variant({kFile})).problem);
    }

    void theCatalogueIsSound() {
        const auto entries = catalogue();
        QCOMPARE(entries.size(), 25);
        QSet<QString> repos;
        for (const CatalogueEntry& entry : entries) {
            QVERIFY(!entry.name.isEmpty() && !entry.licence.isEmpty() && !entry.description.isEmpty());
            QVERIFY(entry.parameters >= entry.active && entry.active > 0 && entry.context >= 1024);
            for (const char* fact : {"repo", "parameters", "active", "context", "licence"})
                QVERIFY(!entry.sources.value(QLatin1String(fact)).isEmpty());
            repos.insert(entry.repo);
            if (!entry.outline) continue;
            QVERIFY(!entry.sources.value(QStringLiteral("shape")).isEmpty());
            const double count = double(weightsOf(*entry.outline));
            QVERIFY2(qAbs(count / double(entry.parameters) - 1) < 0.01, qPrintable(entry.name));
        }
        QCOMPARE(repos.size(), entries.size());
        QVERIFY(parseCatalogue("nonsense").isEmpty());
    }

 private:
    void open(const QByteArray& content) {
        m_content = content;
        m_folder.emplace();
        m_hub.emplace();
        m_hub->addFile(kRepo, kFile, content);
        m_fetcher.emplace(m_folder->path(), probe);
        m_fetcher->setAccess({m_hub->endpoint(), {}});
    }
    RepoVariant variant(const QStringList& paths) {
        RepoVariant variant;
        for (const QString& path : paths)
            variant.files.append(path == kFile ? listed(path, m_content)
                                               : listed(path, model(2000, 400'000)));
        return variant;
    }
    Answer<QString> fetch(const RepoVariant& variant) {
        std::optional<Answer<QString>> found;
        m_fetcher->fetch(kRepo, QStringLiteral("main"), variant, this,
                         [&](const auto& answer) { found = answer; });
        (void)QTest::qWaitFor([&] { return found.has_value(); }, 20'000);
        return found.value_or(
            Answer<QString>{{}, {Problem::Kind::unreachable, QStringLiteral("no answer"), {}}});
    }

    QByteArray m_content;
    std::optional<QTemporaryDir> m_folder;
    std::optional<FakeHub> m_hub;
    std::optional<HeaderFetcher> m_fetcher;
};

QTEST_GUILESS_MAIN(HeaderFetcherTest)
#include "header_fetcher_test.moc"
