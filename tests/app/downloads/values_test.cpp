// The values under it all: progress, records, variants, the answers of the API.
#include <QJsonArray>
#include <QJsonDocument>

#include "app/downloads/hub_json.h"
#include "app/downloads/network_problem.h"
#include "tests/app/downloads/download_fixture.h"

using namespace app::downloads;
using namespace tests;

class ValuesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void progressThatContradictsItselfIsNone() {
        FileProgress progress;
        progress.restart(1000, 4, 100);
        QCOMPARE(progress.segments.size(), 4);
        progress.segments[0].done = 250;
        progress.segments[1].done = 10;
        progress.rangeValidator = "\"x\"";
        QCOMPARE(progress.contiguous(), 260);
        QCOMPARE(progress.received(), 260);
        const QJsonObject json = toJson(progress);
        QCOMPARE(progressFromJson(json, 1000).segments, progress.segments);
        QCOMPARE(progressFromJson(json, 1000).rangeValidator, progress.rangeValidator);
        QVERIFY(progressFromJson(json, 999).segments.isEmpty());
        const auto with = [&](const char* key, const QJsonValue& value) {
            QJsonObject other = json;
            other[QLatin1String(key)] = value;
            return progressFromJson(other, 1000).segments.isEmpty();
        };
        for (const char* bad : {"[[0,1000,1001]]", "[[0,500,1],[501,1000,0]]", "[[0,1000,-1]]"})
            QVERIFY2(with("segments", QJsonDocument::fromJson(bad).array()), bad);
        QVERIFY(with("segments", QStringLiteral("none")));
        QVERIFY(with("hash", QStringLiteral("00")));
        app::storage::Sha256 ahead;
        ahead.add(pattern(500).constData(), 500);
        QVERIFY(with("hash", QString::fromLatin1(ahead.state()))); // more than is there
    }

    void recordsComeBack() {
        DownloadFixture f;
        DownloadRecord record{
            f.spec, DownloadState::failed, {Problem::Kind::unreachable, QStringLiteral("why"), {}}, {}, 5};
        record.files.resize(1);
        const auto again = recordFromJson(toJson(record));
        QVERIFY(again);
        QCOMPARE(again->spec.id(), f.spec.id());
        QCOMPARE(again->spec.files, f.spec.files);
        QCOMPARE(again->state, DownloadState::failed);
        QCOMPARE(again->problem, record.problem);
        for (const QByteArray& bad : {QByteArray(), QByteArray("[]"), QByteArray("{}"),
                                      toJson(record).replace(kFile.toLatin1(), "../x")})
            QVERIFY(!recordFromJson(bad));
        for (int kind = 0; kind <= static_cast<int>(Problem::Kind::busy); ++kind) {
            record.problem.kind = static_cast<Problem::Kind>(kind);
            QCOMPARE(recordFromJson(toJson(record))->problem.kind, record.problem.kind);
        }
        record.state = DownloadState::downloading; // wants to go on
        QCOMPARE(recordFromJson(toJson(record))->state, DownloadState::queued);
    }

    // What no file can have reads as not known, and no sum of it goes wrong.
    void numbersThatAreNone() {
        for (const char* size : {"-1", "9223372036854775807", "9223372036854775808", "1.5", "\"7\"", "null",
                                 "[1]", "-0.0001", "true"}) {
            const QByteArray entry =
                QByteArray("{\"type\":\"file\",\"path\":\"m-Q4_K_M-00001-of-00002.gguf\",\"size\":") + size +
                ",\"lfs\":{\"oid\":\"x\",\"size\":" + size + "}}";
            QByteArray second = entry;
            second.replace("00001-of", "00002-of");
            const auto files = parseTree('[' + entry + ',' + second + ']');
            QVERIFY2(files && files->size() == 2, size);
            RepoListing listing;
            listing.files = *files;
            for (const RepoVariant& variant : variantsOf(listing)) {
                QVERIFY2(variant.bytes >= 0, size);
                QVERIFY2(!specOf(kRepo, {}, variant, QStringLiteral("/x")).whyInvalid().isEmpty(), size);
            }
        }
        for (const char* size : {"NaN", "1e400", "Infinity"})
            QVERIFY2(!parseTree(QByteArray("[{\"type\":\"file\",\"path\":\"a\",\"size\":") + size + "}]"),
                     size);
    }

    void namesThatAreNone() {
        const QByteArray nul =
            "[{\"id\":\"a/b\\u0000c\"},{\"id\":\"../../x\"},{\"id\":\"a/" + QByteArray(1'000'000, 'x') +
            "\"},{\"id\":[\"a/b\"]},{\"modelId\":\"a/b\",\"tags\":\"gguf\",\"downloads\":\"many\"},7,null]";
        const auto hits = parseHits(nul);
        QVERIFY(hits);
        QCOMPARE(hits->size(), 1);
        QCOMPARE(hits->at(0).repo, QStringLiteral("a/b"));
        const auto model = parseModel(
            "{\"id\":\"a/b\",\"sha\":\"0\",\"tags\":[1,{},\"x\"],\"gguf\":7,\"safetensors\":[], "
            "\"config\":null,\"cardData\":{\"license\":" +
            QByteArray("\"") + QByteArray(1'000'000, 'x') + "\"}}");
        QVERIFY(model);
        QVERIFY(model->licence.isEmpty());
    }

    // Many of them take no longer than they are long.
    void aMillionFiles() {
        QByteArray json = "[";
        for (int i = 0; i < 300'000; ++i)
            json +=
                "{\"type\":\"file\",\"path\":\"f" + QByteArray::number(i % 150'000) + ".gguf\",\"size\":1},";
        json.back() = ']';
        const auto files = parseTree(json);
        QVERIFY(files);
        QCOMPARE(withoutRepeats(*files).size(), 150'000);
    }

    void repeatsOfPages() {
        const RepoFile a = listed(QStringLiteral("a"), "1"), b = listed(QStringLiteral("b"), "2");
        RepoFile other = a;
        other.bytes = 2;
        QCOMPARE(withoutRepeats({a, b, a, b}), (QList<RepoFile>{a, b}));
        QCOMPARE(withoutRepeats({a, other}), (QList<RepoFile>{a, other})); // refused as a pair
    }

    // Whatever the network says there is something to do.
    void networkErrorsAreExplained() {
        using Error = QNetworkReply::NetworkError;
        using Kind = Problem::Kind;
        const QList<std::pair<Error, Kind>> known{
            {Error::ConnectionRefusedError, Kind::unreachable},
            {Error::HostNotFoundError, Kind::unreachable},
            {Error::TimeoutError, Kind::unreachable},
            {Error::UnknownNetworkError, Kind::unreachable},
            {Error::ProxyNotFoundError, Kind::unreachable},
            {Error::ProxyConnectionRefusedError, Kind::unreachable},
            {Error::ProxyAuthenticationRequiredError, Kind::unreachable},
            {Error::SslHandshakeFailedError, Kind::tls},
            {Error::ProtocolFailure, Kind::badAnswer},
            {Error::RemoteHostClosedError, Kind::cutOff}};
        for (const auto& [error, kind] : known) {
            const Problem problem = fromNetwork(error, QStringLiteral("words"), QStringLiteral("a.hub"), {},
                                                QStringLiteral("what"));
            QVERIFY2(problem.kind == kind, qPrintable(problem.text));
            QVERIFY(problem.text.startsWith(QLatin1String("what: ")) && !problem.hint.isEmpty());
            QVERIFY(!problem.message().title.isEmpty());
        }
    }

    void variants() {
        RepoListing listing;
        const auto add = [&](const char* path, qint64 bytes) {
            listing.files.append({QString::fromLatin1(path), bytes, {}, {}});
        };
        add("README.md", 1);
        add("mmproj-F16.gguf", 5);
        add("m-Q4_K_M.gguf", 40);
        add("m-UD-Q2_K_XL.gguf", 20);
        add("BF16/m-BF16-00002-of-00002.gguf", 70);
        add("BF16/m-BF16-00001-of-00002.gguf", 80);
        add("m-Q8_0-00001-of-00003.gguf", 30); // not whole
        add("imatrix.gguf", 3);
        add("m-imatrix-Q6_K.gguf", 60);       // made with its help
        add("m-F16-00001-of-00002.gguf", 70); // the same part twice is not both
        add("m-F16-00001-of-00002.gguf", 71);
        add("m-Q5_K_M-00003-of-00002.gguf", 30); // no part of two
        QList<RepoVariant> found = variantsOf(listing);
        QCOMPARE(found.size(), 5);
        QVERIFY(findVariant(found, QStringLiteral("Q6_K")));
        QCOMPARE(findVariant(found, QStringLiteral("Q5_K_M"))->files.size(), 1); // a file by itself
        QVERIFY(!findVariant(found, QStringLiteral("F16")));
        found.removeIf([](const RepoVariant& variant) {
            return variant.name == QLatin1String("Q6_K") || variant.name == QLatin1String("Q5_K_M");
        });
        QCOMPARE(found[0].name, QStringLiteral("UD-Q2_K_XL"));
        QCOMPARE(found[1].name, QStringLiteral("Q4_K_M"));
        QCOMPARE(found[2].bytes, 150);
        QCOMPARE(found[2].files.first().path, QStringLiteral("BF16/m-BF16-00001-of-00002.gguf"));
        QCOMPARE(usualVariant(found)->name, QStringLiteral("Q4_K_M"));
        QCOMPARE(findVariant(found, QStringLiteral("bf16"))->bytes, 150);
        QVERIFY(!findVariant(found, QStringLiteral("Q8_0")));
        QCOMPARE(findVariant(found, QStringLiteral("m-Q4_K_M.gguf"))->bytes, 40);

        listing.files.clear();
        for (const char* path : {"config.json", "tokenizer.json", "model-00001-of-00002.safetensors",
                                 "model-00002-of-00002.safetensors", "model.safetensors.index.json",
                                 "consolidated.safetensors", "original/params.json", "LICENSE"})
            add(path, 10);
        listing.dtype = QStringLiteral("BF16");
        found = variantsOf(listing);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].files.size(), 5);
        QCOMPARE(found[0].name, QStringLiteral("BF16"));
        QCOMPARE(found[0].files.first().path, QStringLiteral("config.json"));
    }

    void quantisations_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* path, const char* name) {
            QTest::newRow(path) << QString::fromLatin1(name);
        };
        row("Qwen3-8B-Q4_K_M.gguf", "Q4_K_M");
        row("qwen2.5-7b-instruct-q5_k_m-00001-of-00002.gguf", "Q5_K_M");
        row("x.IQ3_XXS.gguf", "IQ3_XXS");
        row("model-UD-IQ1_S.gguf", "UD-IQ1_S");
        row("gpt-oss-20b-mxfp4.gguf", "MXFP4");
        row("Q6_K/Llama-3-8B-00001-of-00009.gguf", "Q6_K");
        row("Q8_0/m-Q4_0.gguf", "Q4_0");
        row("m-f16.gguf", "F16");
        row("ggml-model-Q8_0.gguf", "Q8_0");
        row("plain.gguf", "");
        row("Q44.gguf", "");
    }
    void quantisations() {
        QFETCH(QString, expected);
        QCOMPARE(quantisationOf(QString::fromLatin1(QTest::currentDataTag())), expected);
    }

    void oddAnswers() {
        for (const QByteArray& bad :
             {QByteArray(), QByteArray("<html>"), QByteArray("{}"), QByteArray("null"), QByteArray("[1,")}) {
            QVERIFY(!parseHits(bad));
            QVERIFY(!parseTree(bad));
            QVERIFY(!parseModel(bad));
        }
        QCOMPARE(
            parseHits("[1,null,{\"id\":7},{\"id\":\"a/b\",\"tags\":\"x\",\"downloads\":\"many\"}]")->size(),
            1);
        const auto tree = parseTree(
            "[{\"type\":\"directory\",\"path\":\"x\"},{\"type\":\"file\",\"path\":\"a\",\"size\":\"1\"},"
            "{\"type\":\"file\",\"path\":\"b\",\"size\":3,\"lfs\":{\"oid\":\"sha256:AB\",\"size\":9}}]");
        QCOMPARE(tree->size(), 2);
        QCOMPARE(tree->at(0).bytes, -1);
        QCOMPARE(tree->at(1), (RepoFile{QStringLiteral("b"), 9, QStringLiteral("ab"), {}}));
        QCOMPARE(nextLink("<https://a/b?c=1>; rel=\"prev\", <https://a/b?c=2>; rel=\"next\""),
                 QByteArray("https://a/b?c=2"));
        QCOMPARE(nextLink("nonsense"), QByteArray());
    }

    void descriptions() {
        QCOMPARE(firstParagraph("---\nlicense: mit\n---\n# Name\n<img src=x>\n\n![pic](x)\n\nShort.\n\n"
                                "**Qwen** is a [model](http://x) that answers `questions` of all "
                                "kinds.\nSecond line.\n\nNext"),
                 QStringLiteral("Qwen is a model that answers questions of all kinds. Second line."));
        QCOMPARE(firstParagraph(""), QString());
        QCOMPARE(firstParagraph("---\nnever closed"), QString());
        QVERIFY(firstParagraph(QByteArray("word ").repeated(1000)).size() <= 401);
    }
};

QTEST_GUILESS_MAIN(ValuesTest)
#include "values_test.moc"
