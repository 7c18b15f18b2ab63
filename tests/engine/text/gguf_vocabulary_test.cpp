// A folder's tokenizer written as GGUF metadata: the same ids, or a warning, or an error; never another
// reading that nobody is told of.
#include <QtTest>
#include <algorithm>

#include "engine/text/gguf_vocabulary.h"
#include "engine/text/load_gguf.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

namespace {

const std::string kMark = "\xE2\x96\x81";

formats::ModelFile folder_of(std::string tokenizer_json, std::string tokenizer_config = {}) {
    formats::ModelFile folder;
    folder.container = formats::Container::huggingface;
    folder.path = "folder";
    folder.tokenizer_json = std::move(tokenizer_json);
    folder.tokenizer_config_json = std::move(tokenizer_config);
    return folder;
}

struct Written {
    std::shared_ptr<const Tokenizer> folders, files;
    formats::Metadata metadata;
    std::vector<std::string> warnings;
};

// `spare`: rows of the embedding without a token.
Result<Written> write(const formats::ModelFile& folder, int64_t spare = 0) {
    Written written;
    ENGINE_ASSIGN(written.folders, load_tokenizer(folder));
    ENGINE_ASSIGN(written.warnings,
                  write_gguf_vocabulary(folder, written.folders->size() + spare, written.metadata));
    ENGINE_ASSIGN(written.files, load_tokenizer_gguf(written.metadata));
    return written;
}

std::vector<std::string> all_texts() {
    std::vector<std::string> texts = tests::nasty_strings();
    texts.insert(texts.end(), tests::marked_strings().begin(), tests::marked_strings().end());
    return texts;
}

// The first text that the two read differently, "" when there is none.
std::string first_difference(const Written& written, const std::function<bool(const std::string&)>& tries) {
    for (const std::string& text : all_texts()) {
        if (!tries(text)) continue;
        for (const bool trusted : {true, false})
            if (written.folders->encode(text, {true, trusted}) !=
                written.files->encode(text, {true, trusted}))
                return text + (trusted ? " (trusted)" : " (typed)");
    }
    return {};
}

bool any(const std::string&) {
    return true;
}

std::string sentencepiece_json(const Json& model) {
    return tests::tokenizer_json_of(tests::sentencepiece_metadata(model));
}

// All strings of sentencepiece.bin have their ids there.
void compare_with_sentencepiece(const Json& golden, const Tokenizer& tokenizer) {
    const auto& strings = tests::nasty_strings();
    const size_t every = (strings.size() + golden["ids"].size() - 1) / golden["ids"].size();
    for (size_t i = 0; i < golden["ids"].size(); ++i)
        if (!golden["ids"][i].is_null())
            QCOMPARE(tokenizer.encode(strings[i * every], {false, false}),
                     golden["ids"][i].get<std::vector<TokenId>>());
}

} // namespace

class GgufVocabularyTest : public QObject {
    Q_OBJECT

    const Json variants_ = tests::packed_golden("variants.bin")["variants"];
    const Json models_ = tests::packed_golden("sentencepiece.bin");

    static std::string variant_json(const Json& variant) {
        Json file = Json::parse(tests::golden_text((variant["base"].get<std::string>() + ".json").c_str()));
        file.update(variant["sections"]);
        file["model"].update(variant["model"]);
        return file.dump();
    }

    static std::string changed(const std::function<void(Json&)>& change) {
        Json json = Json::parse(tests::golden_text("byte_level.json"));
        change(json);
        return json.dump();
    }

 private Q_SLOTS:
    void nothingIsReadOtherwiseInSilence_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < variants_.size(); ++i)
            QTest::newRow(variants_[i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }
    void nothingIsReadOtherwiseInSilence() {
        QFETCH(int, index);
        const auto written = write(folder_of(variant_json(variants_[static_cast<size_t>(index)])));
        if (!written.ok()) {
            QCOMPARE(written.error().code, ErrorCode::unsupported);
            QVERIFY(!written.error().hint.empty());
            qInfo("%s", written.error().message.c_str());
            return;
        }
        if (written->warnings.empty()) QCOMPARE(first_difference(*written, any), std::string());
        for (const std::string& warning : written->warnings)
            qInfo("%s", warning.c_str());
    }

    void namedPatternsGoThrough_data() {
        QTest::addColumn<QByteArray>("variant");
        QTest::addColumn<QByteArray>("pre");
        QTest::newRow("gpt-2") << QByteArray("byte_level") << QByteArray("gpt-2");
        for (const char* name : {"llama-bpe", "qwen2", "gpt-4o", "deepseek-v3", "falcon"})
            QTest::newRow(name) << QByteArray("byte_level ") + name << QByteArray(name);
    }
    void namedPatternsGoThrough() {
        QFETCH(QByteArray, variant);
        QFETCH(QByteArray, pre);
        const auto found = std::find_if(variants_.begin(), variants_.end(), [&](const Json& each) {
            return each["name"].get<std::string>() == variant.toStdString();
        });
        QVERIFY(found != variants_.end());
        const auto written = write(folder_of(variant_json(*found)), 5);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QVERIFY(written->warnings.empty());
        QCOMPARE(*written->metadata.string("tokenizer.ggml.model"), std::string("gpt2"));
        QCOMPARE(*written->metadata.string("tokenizer.ggml.pre"), pre.toStdString());
        QCOMPARE(written->files->size(), written->folders->size() + 5);
        QCOMPARE(written->files->kind(written->folders->size()), TokenKind::unused);
        QCOMPARE(first_difference(*written, any), std::string());
        for (TokenId id = 0; id < written->folders->size(); ++id) {
            QCOMPARE(written->files->token(id), written->folders->token(id));
            QCOMPARE(written->files->piece(id, true), written->folders->piece(id, true));
            QCOMPARE(written->files->ends_generation(id), written->folders->ends_generation(id));
        }
    }

    // The reference is sentencepiece itself.
    void modelsOfSentencepiece_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("model");
        for (const char* name : {"bpe", "bpe user"})
            QTest::newRow(name) << QByteArray(name) << QByteArray("llama");
        for (const char* name : {"unigram", "unigram user"})
            QTest::newRow(name) << QByteArray(name) << QByteArray("t5");
    }
    void modelsOfSentencepiece() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, model);
        const Json& golden = models_[name.toStdString()];
        const auto written =
            write(folder_of(sentencepiece_json(golden), R"({"bos_token": "<s>", "add_bos_token": true})"));
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QVERIFY2(written->warnings.empty(), written->warnings.empty() ? "" : written->warnings[0].c_str());
        QCOMPARE(*written->metadata.string("tokenizer.ggml.model"), model.toStdString());
        QCOMPARE(written->metadata.boolean("tokenizer.ggml.add_space_prefix"), true);
        QVERIFY(written->files->adds_bos());
        QCOMPARE(first_difference(*written, any), std::string());
        if (!name.endsWith("user")) compare_with_sentencepiece(golden, *written->files);
    }

    // sentencepiece would go on from "ab" to "abc".
    void mergesThatScoresCannotSay() {
        Json file = Json::parse(tests::golden_text("character_bpe.json"));
        Json vocab = Json::object();
        const auto add = [&](const std::string& token) { vocab[token] = vocab.size(); };
        for (const auto& [token, id] : file["model"]["vocab"].items())
            if (token.starts_with("<")) add(token); // control and byte tokens
        for (const char* token : {"a", "b", "c", "ab", "bc", "abc"})
            add(token);
        add(kMark);
        for (Json& added : file["added_tokens"])
            added["id"] = vocab[added["content"].get<std::string>()];
        file["model"]["vocab"] = vocab;
        file["model"]["merges"] = {{"a", "b"}, {"b", "c"}, {"a", "bc"}};
        const auto written = write(folder_of(file.dump()));
        QVERIFY(!written.ok());
        QCOMPARE(written.error().code, ErrorCode::unsupported);
        QVERIFY2(written.error().message.find("cut otherwise") != std::string::npos,
                 written.error().message.c_str());
    }

    void idsAndTemplate() {
        formats::ModelFile folder = folder_of(
            tests::golden_text("byte_level.json"),
            R"({"bos_token": {"content": "<|begin|>"}, "eos_token": "<|im_end|>", "pad_token": "<|end|>",
                "add_bos_token": true, "chat_template": "{{ messages }}"})");
        folder.generation_config_json = R"({"eos_token_id": [3, 1, 2]})";
        const auto written = write(folder);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        const auto id = [&](const char* key) {
            return written->metadata.integer("tokenizer.ggml." + std::string(key) + "_token_id").value_or(-1);
        };
        const Tokenizer& tokenizer = *written->folders;
        QCOMPARE(id("bos"), int64_t{tokenizer.find("<|begin|>")});
        QCOMPARE(id("eos"), int64_t{tokenizer.find("<|im_end|>")});
        QCOMPARE(id("padding"), int64_t{tokenizer.find("<|end|>")});
        QCOMPARE(id("eot"), int64_t{tokenizer.find("<|im_start|>")}); // <|end|> is known by its text
        QCOMPARE(id("unknown"), int64_t{-1});
        QCOMPARE(written->metadata.boolean("tokenizer.ggml.add_bos_token"), true);
        QCOMPARE(written->metadata.boolean("tokenizer.ggml.add_eos_token"), false);
        for (TokenId token = 0; token < tokenizer.size(); ++token)
            QCOMPARE(written->files->ends_generation(token), tokenizer.ends_generation(token));
        QCOMPARE(*written->metadata.string("tokenizer.chat_template"), std::string("{{ messages }}"));
        folder.chat_template = "{{ bos_token }}"; // the file of its own comes first
        QCOMPARE(*write(folder)->metadata.string("tokenizer.chat_template"), std::string("{{ bos_token }}"));
    }

    void compositionIsWarnedOf() {
        const auto written = write(folder_of(changed([](Json& json) {
            json["normalizer"] = {{"type", "NFC"}};
        })));
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QCOMPARE(written->warnings.size(), size_t{1});
        QVERIFY(written->warnings[0].find("NFC") != std::string::npos);
    }

    void aSpaceBeforeTheFirstWordOnly() {
        Json file = Json::parse(sentencepiece_json(models_["bpe"]));
        file["normalizer"] = nullptr;
        file["pre_tokenizer"] = {
            {"type", "Metaspace"}, {"replacement", kMark}, {"prepend_scheme", "first"}, {"split", false}};
        const auto written = write(folder_of(file.dump()));
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
        QCOMPARE(written->warnings.size(), size_t{1});
        for (const std::string& text : all_texts()) { // in a chat
            const Span spans[] = {{"<s>", true}, {text, false}};
            QCOMPARE(written->files->encode(spans), written->folders->encode(spans));
        }
    }

    void whatHasNoWordsIsAnError_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("named");
        const auto row = [&](const char* name, const char* named, const std::function<void(Json&)>& change) {
            QTest::newRow(name) << QByteArray::fromStdString(changed(change)) << QByteArray(named);
        };
        row("pattern", "pattern", [](Json& json) {
            json["pre_tokenizer"] = {
                {"type", "Sequence"},
                {"pretokenizers",
                 {{{"type", "Split"}, {"pattern", {{"Regex", "q+"}}}, {"behavior", "Isolated"}},
                  {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
        });
        row("space in front", "pattern", [](Json& j) { j["pre_tokenizer"]["add_prefix_space"] = true; });
        row("lower case", "Lowercase", [](Json& json) { json["normalizer"] = {{"type", "Lowercase"}}; });
        Json no_bytes = Json::parse(sentencepiece_json(models_["bpe without bytes"]));
        no_bytes["model"]["byte_fallback"] = false;
        QTest::newRow("no bytes") << QByteArray::fromStdString(no_bytes.dump()) << QByteArray("single bytes");
    }
    void whatHasNoWordsIsAnError() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, named);
        const auto written = write(folder_of(json.toStdString()));
        QVERIFY(!written.ok());
        QCOMPARE(written.error().code, ErrorCode::unsupported);
        QVERIFY2(QByteArray::fromStdString(written.error().message).contains(named),
                 written.error().message.c_str());
        QVERIFY(written.error().hint.find("--quantize") != std::string::npos);
    }

    void sizesThatDoNotMatch() {
        const formats::ModelFile folder = folder_of(tests::golden_text("byte_level.json"));
        formats::Metadata metadata;
        const auto fewer = write_gguf_vocabulary(folder, 800, metadata);
        QVERIFY(!fewer.ok() && fewer.error().code == ErrorCode::bad_file);
        const formats::ModelFile more = folder_of(changed([](Json& json) {
            json["added_tokens"].push_back({{"id", 903}, {"content", "<|late|>"}, {"special", true}});
        }));
        const auto tokenizer = load_tokenizer(more);
        QVERIFY(tokenizer.ok());
        const auto late = write_gguf_vocabulary(more, (*tokenizer)->size() - 1, metadata);
        QVERIFY2(late.ok(), late.ok() ? "" : late.error().message.c_str());
        QCOMPARE(late->size(), size_t{1});
        QVERIFY((*late)[0].find("last 1 tokens") != std::string::npos);
        const auto none = write_gguf_vocabulary(folder_of(""), 900, metadata);
        QVERIFY(!none.ok() && none.error().code == ErrorCode::not_found);
    }
};

QTEST_APPLESS_MAIN(GgufVocabularyTest)
#include "gguf_vocabulary_test.moc"
