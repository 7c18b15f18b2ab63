// tokenizer.json: ids and pieces of every part that a file can bring, against Hugging Face's `tokenizers`;
// files that are damaged or ask for too much.
#include <QtTest>

#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

namespace {

std::string shown(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
    std::string text;
    for (const TokenId id : ids)
        text += " [" + std::string(tokenizer.token(id)) + "]";
    return text;
}

} // namespace

class TokenizerJsonTest : public QObject {
    Q_OBJECT

    const Json golden_ = tests::packed_golden("variants.bin");
    std::map<std::string, Json> files_;

    std::string file(const Json& variant) {
        const std::string base = variant["base"];
        if (!files_.contains(base)) files_[base] = Json::parse(tests::golden_text((base + ".json").c_str()));
        Json patched = files_[base];
        patched.update(variant["sections"]);
        patched["model"].update(variant["model"]);
        return patched.dump();
    }

    std::string changed(const std::function<void(Json&)>& change) {
        Json json = Json::parse(tests::golden_text("byte_level.json"));
        change(json);
        return json.dump();
    }

 private Q_SLOTS:
    void encodesLikeHuggingFace_data() {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < golden_["variants"].size(); ++i)
            QTest::newRow(golden_["variants"][i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }
    void encodesLikeHuggingFace() {
        QFETCH(int, index);
        const Json& variant = golden_["variants"][static_cast<size_t>(index)];
        const auto loaded = load_tokenizer_json(file(variant), "");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        const Tokenizer& tokenizer = **loaded;
        std::vector<std::string> texts = tests::nasty_strings();
        texts.insert(texts.end(), tests::marked_strings().begin(), tests::marked_strings().end());
        const auto every = golden_["every"].get<size_t>();
        tests::ListHash trusted, typed;
        for (size_t i = 0; i < texts.size(); ++i) {
            const std::vector<TokenId> ids = tokenizer.encode(texts[i], {});
            if (i % every == 0) {
                const auto expected = variant["sample"][i / every].get<std::vector<TokenId>>();
                if (ids != expected)
                    QFAIL((texts[i] + "\n  got " + shown(tokenizer, ids) + "\n  not " +
                           shown(tokenizer, expected))
                              .c_str());
            }
            trusted.add(ids);
            typed.add(tokenizer.encode(texts[i], {true, false}));
        }
        QCOMPARE(QString::fromStdString(trusted.text()),
                 QString::fromStdString(variant["ids"].get<std::string>()));
        if (variant["typed"].is_string())
            QCOMPARE(QString::fromStdString(typed.text()),
                     QString::fromStdString(variant["typed"].get<std::string>()));
    }

    void whatIsTypedNeverBecomesAControlToken() {
        for (const Json& variant : golden_["variants"]) {
            const auto loaded = load_tokenizer_json(file(variant), "");
            QVERIFY(loaded.ok());
            for (const std::string& text : tests::marked_strings())
                for (const TokenId id : (*loaded)->encode(text, {false, false}))
                    QVERIFY((*loaded)->kind(id) != TokenKind::control);
        }
    }

    void decodingGivesTheTextBack_data() {
        QTest::addColumn<QByteArray>("base");
        for (const char* base : {"byte_level", "character_bpe"})
            QTest::newRow(base) << QByteArray(base);
    }
    void decodingGivesTheTextBack() {
        QFETCH(QByteArray, base);
        const auto loaded = load_tokenizer_json(tests::golden_text((base + ".json").constData()), "");
        QVERIFY(loaded.ok());
        for (const std::string& text : tests::nasty_strings()) {
            const auto ids = (*loaded)->encode(text, {true, false});
            if (text.find("\xE2\x96\x81") != std::string::npos) continue; // a mark reads as a space
            QCOMPARE((*loaded)->decode(ids, true), text);
            StreamDecoder stream(**loaded, true, false);
            std::string joined;
            for (const TokenId id : ids)
                joined += stream.push(id);
            QCOMPARE(joined + stream.finish(), text);
        }
    }

    void theConfigurationSaysWhatEndsAReply() {
        const auto loaded = load_tokenizer_json(
            tests::golden_text("byte_level.json"),
            R"({"bos_token": {"content": "<|begin|>"}, "eos_token": "<|im_end|>", "add_bos_token": true,
                "added_tokens_decoder": {"905": {"content": "<late>", "special": true},
                                         "2": {"content": "<|im_start|>", "special": true}}})");
        QVERIFY(loaded.ok());
        const Tokenizer& tokenizer = **loaded;
        QCOMPARE(tokenizer.bos(), tokenizer.find("<|begin|>"));
        QCOMPARE(tokenizer.eos(), tokenizer.find("<|im_end|>"));
        QVERIFY(tokenizer.adds_bos());
        QVERIFY(tokenizer.ends_generation(tokenizer.eos()));
        QCOMPARE(tokenizer.encode("", {}), std::vector<TokenId>{tokenizer.bos()});
        QCOMPARE(tokenizer.encode("<late>", {false, true}), std::vector<TokenId>{tokenizer.find("<late>")});
        QCOMPARE(tokenizer.pre(), "gpt-2");
    }

    void patternsWithRealLineBreaksHaveTheirName() {
        Json file = Json::parse(tests::golden_text("byte_level.json"));
        const std::string pattern =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\r\n]*|"
            "\\s*[\r\n]+|\\s+(?!\\S)|\\s+";
        file["pre_tokenizer"] = {
            {"type", "Sequence"},
            {"pretokenizers",
             {{{"type", "Split"},
               {"pattern", {{"Regex", pattern}}},
               {"behavior", "Isolated"},
               {"invert", false}},
              {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
        const auto loaded = load_tokenizer_json(file.dump(), "");
        QVERIFY(loaded.ok());
        QCOMPARE((*loaded)->pre(), "qwen2");
    }

    void whatIsNotKnownIsNamed_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("named");
        const auto row = [&](const char* name, const char* named, const std::function<void(Json&)>& change) {
            QTest::newRow(name) << QByteArray::fromStdString(changed(change)) << QByteArray(named);
        };
        row("model", "WordPiece", [](Json& json) { json["model"]["type"] = "WordPiece"; });
        row("normalizer", "BertNormalizer", [](Json& j) { j["normalizer"] = {{"type", "BertNormalizer"}}; });
        row("pre-tokenizer", "Bert", [](Json& j) { j["pre_tokenizer"] = {{"type", "BertPreTokenizer"}}; });
        row("decoder", "CTC", [](Json& json) { json["decoder"] = {{"type", "CTC"}}; });
        row("post-processor", "Odd", [](Json& json) { json["post_processor"] = {{"type", "Odd"}}; });
        row("dropout", "dropout", [](Json& json) { json["model"]["dropout"] = 0.1; });
        row("suffix", "end_of_word_suffix", [](Json& j) { j["model"]["end_of_word_suffix"] = "</w>"; });
        row("pattern", "NoSuch", [](Json& json) {
            json["pre_tokenizer"] = {{"type", "Split"}, {"pattern", {{"Regex", "\\p{NoSuch}"}}}};
        });
    }
    void whatIsNotKnownIsNamed() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, named);
        const auto loaded = load_tokenizer_json(json.toStdString(), "");
        QVERIFY(!loaded.ok());
        if (named != "NoSuch")
            QVERIFY2(QByteArray::fromStdString(loaded.error().message).contains(named),
                     loaded.error().message.c_str());
    }

    void damagedFilesAreErrors_data() {
        QTest::addColumn<QByteArray>("json");
        const auto row = [&](const char* name, const std::function<void(Json&)>& change) {
            QTest::newRow(name) << QByteArray::fromStdString(changed(change));
        };
        const std::string whole = tests::golden_text("byte_level.json");
        for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, whole.size() / 2, whole.size() - 1})
            QTest::addRow("cut at %zu", size) << QByteArray::fromStdString(whole.substr(0, size));
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("no model") << QByteArray("{}");
        QTest::newRow("deep") << QByteArray(100'000, '[');
        QTest::newRow("deep inside") << QByteArray(R"({"model":{"x":)") + QByteArray(100'000, '[');
        QTest::newRow("not UTF-8") << QByteArray("{\"model\":{\"vocab\":{\"\xFF\":1}}}");
        row("huge id", [](Json& json) { json["model"]["vocab"]["Zz"] = 4'000'000'000; });
        row("negative id", [](Json& json) { json["model"]["vocab"]["Zz"] = -1; });
        row("fraction", [](Json& json) { json["model"]["vocab"]["Zz"] = 1.5; });
        row("same id", [](Json& json) { json["model"]["vocab"]["Zz"] = 50; });
        row("no vocabulary", [](Json& json) { json["model"]["vocab"] = Json::object(); });
        row("list of text", [](Json& json) { json["model"]["vocab"] = {"a", "b"}; });
        row("merge of strangers", [](Json& json) { json["model"]["merges"][0] = {"Zz", "y"}; });
        row("merge of three", [](Json& json) { json["model"]["merges"][0] = "a b c"; });
        row("merge of one", [](Json& json) { json["model"]["merges"][0] = {"a"}; });
        row("no such unknown", [](Json& json) { json["model"]["unk_token"] = "<none>"; });
        row("added without id", [](Json& json) { json["added_tokens"][0].erase("id"); });
        row("added far away", [](Json& json) { json["added_tokens"][0]["id"] = 2'000'000'000; });
        row("added too long", [](Json& j) { j["added_tokens"][0]["content"] = std::string(100'000, 'x'); });
        row("template of a stranger", [](Json& json) {
            json["post_processor"] = {{"type", "TemplateProcessing"},
                                      {"single", {{{"SpecialToken", {{"id", "<none>"}}}}}}};
        });
        row("end past the vocabulary", [](Json& json) {
            json["post_processor"] = {
                {"type", "RobertaProcessing"}, {"sep", {"</s>", 90'000}}, {"cls", {"<s>", 0}}};
        });
        row("charsmap", [](Json& json) {
            json["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "////fwAA"}};
        });
        row("endless steps", [](Json& json) {
            json["normalizer"] = {{"type", "Sequence"}, {"normalizers", Json::array()}};
            for (int i = 0; i < 5000; ++i)
                json["normalizer"]["normalizers"].push_back({{"type", "NFC"}});
        });
    }
    void damagedFilesAreErrors() {
        QFETCH(QByteArray, json);
        const auto loaded = load_tokenizer_json(json.toStdString(), "");
        QVERIFY(!loaded.ok());
        QVERIFY(!loaded.error().message.empty());
    }
};

QTEST_APPLESS_MAIN(TokenizerJsonTest)
#include "tokenizer_json_test.moc"
