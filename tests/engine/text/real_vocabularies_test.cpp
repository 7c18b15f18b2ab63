// Published vocabularies with the ids that their own tokenizers give; they lie in the folder
// TANDEM_EXTRA_DATA.
#include <QtTest>

#include "engine/formats/gguf.h"
#include "engine/text/byte_alphabet.h"
#include "engine/text/byte_bpe.h"
#include "engine/text/gguf_vocabulary.h"
#include "engine/text/load_gguf.h"
#include "engine/text/stream_decoder.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

namespace {

constexpr const char* kSkipped =
    "SKIPPED: TANDEM_EXTRA_DATA is not set, so published vocabularies were not tried";

QByteArray contents(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) qFatal("cannot read %s", qPrintable(path));
    return file.readAll();
}

Result<formats::Metadata> read_metadata(const QString& path) {
    const QByteArray bytes = contents(path);
    const auto data = std::as_bytes(std::span(bytes.constData(), static_cast<size_t>(bytes.size())));
    ENGINE_ASSIGN(formats::GgufHeader header, formats::parse_gguf(data, data.size()));
    return std::move(header.metadata);
}

Result<std::shared_ptr<const Tokenizer>> load_gguf(const QString& path) {
    ENGINE_ASSIGN(const formats::Metadata metadata, read_metadata(path));
    return load_tokenizer_gguf(metadata);
}

// "! 0 IQ== Ig== ...": lines of a mark, the first rank and base64 of each token.
std::vector<std::string> tiktoken_tokens(const Json& table) {
    std::vector<std::string> tokens;
    const QByteArray lines = QByteArray::fromStdString(table["bpe_ranks"].get<std::string>());
    for (const QByteArray& line : lines.split('\n')) {
        const QList<QByteArray> fields = line.split(' ');
        if (fields.size() < 3) continue;
        const auto first = static_cast<size_t>(fields[1].toLongLong());
        for (qsizetype i = 2; i < fields.size(); ++i) {
            const size_t rank = first + static_cast<size_t>(i) - 2;
            if (tokens.size() <= rank) tokens.resize(rank + 1);
            tokens[rank] = to_byte_alphabet(QByteArray::fromBase64(fields[i]).toStdString());
        }
    }
    return tokens;
}

// A table of ranks as a GGUF file has it: with merges.
Result<std::shared_ptr<const Tokenizer>> load_tiktoken(const Json& table, const std::string& pre) {
    const std::vector<std::string> tokens = tiktoken_tokens(table);
    Vocabulary vocabulary;
    for (const std::string& token : tokens)
        vocabulary.tokens.add(token);
    vocabulary.kinds.assign(tokens.size(), TokenKind::normal);
    std::vector<std::string> merges;
    for (const MergeRule& rule : rules_from_ranks(vocabulary))
        merges.push_back(std::string(rule.left) + " " + std::string(rule.right));
    formats::Metadata metadata;
    metadata.set_string("tokenizer.ggml.model", "gpt2");
    metadata.set_string("tokenizer.ggml.pre", pre);
    metadata.set_strings("tokenizer.ggml.tokens", tokens);
    metadata.set_strings("tokenizer.ggml.merges", merges);
    return load_tokenizer_gguf(metadata);
}

} // namespace

class RealVocabulariesTest : public QObject {
    Q_OBJECT

    QString data_ = qEnvironmentVariable("TANDEM_EXTRA_DATA");

 private Q_SLOTS:
    void vocabulariesOfLlamaCpp_data() {
        QTest::addColumn<QString>("path");
        if (data_.isEmpty()) QSKIP(kSkipped);
        const QDir folder(data_ + QStringLiteral("/vocabularies"));
        for (const QFileInfo& file : folder.entryInfoList({QStringLiteral("*.gguf")}))
            if (QFile::exists(file.filePath() + QStringLiteral(".inp")))
                QTest::newRow(qPrintable(file.fileName())) << file.filePath();
    }
    void vocabulariesOfLlamaCpp() {
        QFETCH(QString, path);
        const auto loaded = load_gguf(path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        const Tokenizer& tokenizer = **loaded;
        const QStringList texts = QString::fromUtf8(contents(path + QStringLiteral(".inp")))
                                      .split(QStringLiteral("\n__ggml_vocab_test__\n"));
        const QList<QByteArray> lines = contents(path + QStringLiteral(".out")).split('\n');
        QVERIFY(lines.size() >= texts.size());
        for (qsizetype i = 0; i < texts.size(); ++i) {
            std::vector<TokenId> expected;
            for (const QByteArray& field : lines[i].simplified().split(' '))
                if (!field.isEmpty()) expected.push_back(field.toInt());
            const std::string text = texts[i].toStdString();
            QCOMPARE(tokenizer.encode(text, {false, false}), expected);
            QCOMPARE(tokenizer.decode(expected, false), text);
            StreamDecoder stream(tokenizer, false, false);
            std::string joined;
            for (const TokenId id : expected)
                joined += stream.push(id);
            QCOMPARE(joined + stream.finish(), text);
        }
        for (const std::string& text : tests::nasty_strings())
            if (text.find("\xE2\x96\x81") == std::string::npos)
                QCOMPARE(tokenizer.decode(tokenizer.encode(text, {true, false}), false), text);
    }

    // As tokenizer.json and back: the same ids.
    void folderOfAVocabulary_data() {
        QTest::addColumn<QString>("path");
        if (data_.isEmpty()) QSKIP(kSkipped);
        for (const char* name :
             {"gpt-2", "llama-bpe", "llama-spm", "qwen2"}) // the goldens have their patterns
            QTest::newRow(name)
                << data_ + QStringLiteral("/vocabularies/ggml-vocab-%1.gguf").arg(QString::fromLatin1(name));
    }
    void folderOfAVocabulary() {
        QFETCH(QString, path);
        const auto metadata = read_metadata(path);
        QVERIFY(metadata.ok());
        formats::ModelFile folder;
        folder.container = formats::Container::huggingface;
        folder.tokenizer_json = tests::tokenizer_json_of(*metadata);
        QVERIFY(!folder.tokenizer_json.empty());
        formats::Metadata written;
        const auto rows = static_cast<int64_t>(metadata->strings("tokenizer.ggml.tokens")->size());
        const auto warnings = write_gguf_vocabulary(folder, rows, written);
        QVERIFY2(warnings.ok(), warnings.ok() ? "" : warnings.error().message.c_str());
        QVERIFY2(warnings->empty(), warnings->empty() ? "" : warnings->front().c_str());
        const auto before = load_tokenizer_gguf(*metadata), after = load_tokenizer_gguf(written);
        QVERIFY(before.ok() && after.ok());
        QCOMPARE((*after)->pre(), (*before)->pre());
        for (const auto* texts : {&tests::nasty_strings(), &tests::marked_strings()})
            for (const std::string& text : *texts)
                for (const bool trusted : {true, false})
                    QCOMPARE((*after)->encode(text, {false, trusted}),
                             (*before)->encode(text, {false, trusted}));
    }

    void tablesOfTiktoken_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("pre");
        if (data_.isEmpty()) QSKIP(kSkipped);
        QTest::newRow("cl100k_base") << "cl100k_base"
                                     << "dbrx";
        QTest::newRow("o200k_base") << "o200k_base"
                                    << "gpt-4o";
    }
    void tablesOfTiktoken() {
        QFETCH(QString, name);
        QFETCH(QString, pre);
        const QString path = data_ + QStringLiteral("/tiktoken/") + name;
        const auto loaded = load_tiktoken(Json::parse(contents(path + QStringLiteral(".json")).toStdString()),
                                          pre.toStdString());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        const Json cases = Json::parse(contents(path + QStringLiteral(".cases.json")).toStdString());
        QVERIFY(!cases.empty());
        for (const Json& each : cases) {
            const std::string text = each["text"];
            const auto expected = each["ids"].get<std::vector<TokenId>>();
            QCOMPARE((*loaded)->encode(text, {false, false}), expected);
            QCOMPARE((*loaded)->decode(expected, false), text);
        }
    }
};

QTEST_APPLESS_MAIN(RealVocabulariesTest)
#include "real_vocabularies_test.moc"
