// Tokenizers from tokenizer.model: sentencepiece's ids, what the files beside it add, damaged and other
// files.
#include <QByteArray>
#include <QtTest>

#include "engine/text/gguf_vocabulary.h"
#include "engine/text/load_gguf.h"
#include "engine/text/sentencepiece_model.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

namespace {

formats::ModelFile folder_of(std::string tokenizer_model, std::string config = {}, std::string added = {}) {
    formats::ModelFile folder;
    folder.container = formats::Container::huggingface;
    folder.path = "folder";
    folder.tokenizer_model = std::move(tokenizer_model);
    folder.tokenizer_config_json = std::move(config);
    folder.added_tokens_json = std::move(added);
    return folder;
}

// A message's fields as protocol buffers has them.
std::string number(uint64_t value) {
    std::string bytes;
    for (; value >= 128; value >>= 7)
        bytes += static_cast<char>(value | 128);
    return bytes + static_cast<char>(value);
}
std::string field(uint64_t id, uint64_t value) {
    return number(id << 3) + number(value);
}
std::string field(uint64_t id, const std::string& bytes) {
    return number(id << 3 | 2) + number(bytes.size()) + bytes;
}
std::string real(uint64_t id, float value) {
    return number(id << 3 | 5) + std::string(reinterpret_cast<const char*>(&value), 4);
}
std::string piece(const std::string& text, uint64_t kind = 1, float score = -1) {
    return field(1, field(1, text) + real(2, score) + field(3, kind));
}
const std::string kUnknown = piece("<unk>", 2);

std::string names_of(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
    std::string names;
    for (const TokenId id : ids)
        names += " [" + std::string(tokenizer.token(id)) + "]";
    return names;
}

} // namespace

class TokenizerModelTest : public QObject {
    Q_OBJECT

    const Json models_ = tests::packed_golden("sentencepiece.bin");
    const Json files_ = tests::packed_golden("tokenizer_models.bin");

    std::string file(const std::string& name) const {
        return QByteArray::fromBase64(QByteArray::fromStdString(files_[name].get<std::string>()))
            .toStdString();
    }
    std::shared_ptr<const Tokenizer> load(const formats::ModelFile& folder) const {
        auto loaded = load_tokenizer(folder);
        if (!loaded.ok()) qWarning("%s", loaded.error().message.c_str());
        return loaded.ok() ? *loaded : nullptr;
    }
    void add_models() {
        QTest::addColumn<QByteArray>("name");
        for (const auto& [name, model] : models_.items())
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
    }

    static void refuses(const std::string& bytes, ErrorCode code, const char* says) {
        const auto read = parse_sentencepiece_model(bytes);
        QVERIFY2(!read.ok(), says);
        QVERIFY2(QByteArray::fromStdString(read.error().message).contains(says),
                 read.error().message.c_str());
        QVERIFY(read.error().message.starts_with("tokenizer.model: "));
        QVERIFY(!read.error().hint.empty());
        QCOMPARE(static_cast<int>(read.error().code), static_cast<int>(code));
    }

 private Q_SLOTS:
    void encodesLikeSentencepiece_data() { add_models(); }
    void encodesLikeSentencepiece() {
        QFETCH(QByteArray, name);
        const Json& golden = models_[name.toStdString()];
        const auto tokenizer = load(folder_of(file(name.toStdString())));
        QVERIFY(tokenizer != nullptr);
        const auto& strings = tests::nasty_strings();
        const size_t every = (strings.size() + golden["ids"].size() - 1) / golden["ids"].size();
        for (size_t i = 0; i < golden["ids"].size(); ++i) {
            if (golden["ids"][i].is_null()) continue;
            const auto expected = golden["ids"][i].get<std::vector<TokenId>>();
            const auto ids = tokenizer->encode(strings[i * every], {false, false});
            if (ids == expected) continue;
            QFAIL((strings[i * every] + "\n  got" + names_of(*tokenizer, ids) + "\n  not" +
                   names_of(*tokenizer, expected))
                      .c_str());
        }
    }

    // Sums in single precision decide which of equally likely ways is taken; found by sentencepiece 0.2.3.
    void equallyLikelyWaysAreSentencepiecesOwn() {
        const auto tokenizer = load(folder_of(kUnknown + piece("a", 1, -1.1f) + piece("aa", 1, -1.7f) +
                                              piece("aaa", 1, -2.3f) + field(3, field(3, 0))));
        QVERIFY(tokenizer != nullptr);
        const std::pair<int, std::vector<TokenId>> ways[] = {
            {10, {3, 3, 3, 1}}, {11, {3, 3, 3, 2}}, {13, {3, 3, 3, 1, 3}}};
        for (const auto& [length, ids] : ways)
            QCOMPARE(tokenizer->encode(std::string(static_cast<size_t>(length), 'a'), {false, false}), ids);
    }

    void marksInTheTextAreSpaces() {
        const auto tokenizer = load(folder_of(file("bpe rules")));
        QVERIFY(tokenizer != nullptr);
        for (const char* text : {"\xE2\x96\x81", " \xE2\x96\x81 ", "\xE2\x96\x81\xE2\x96\x81"})
            QVERIFY(tokenizer->encode(text, {false, false}).empty());
        QCOMPARE(tokenizer->encode("x\xE2\x96\x81", {false, false}), tokenizer->encode("x", {false, false}));
    }

    void saysWhatTheFileSays() {
        const auto tokenizer = load(folder_of(file("bpe")));
        QVERIFY(tokenizer != nullptr);
        QCOMPARE(tokenizer->model(), std::string_view("llama"));
        QCOMPARE(tokenizer->size(), 700);
        QCOMPARE(tokenizer->bos(), 1);
        QCOMPARE(tokenizer->eos(), 2);
        QVERIFY(tokenizer->adds_bos() && tokenizer->ends_generation(2));
        QCOMPARE(tokenizer->encode("", {true, true}), std::vector<TokenId>{1});
        QCOMPARE(tokenizer->encode("</s>", {false, true}), std::vector<TokenId>{2});
        QVERIFY(tokenizer->encode("</s>", {false, false}) != std::vector<TokenId>{2});
        QCOMPARE(load(folder_of(file("unigram")))->model(), std::string_view("t5"));
    }

    void theFilesBesideAddTokens() {
        const Json config{{"add_bos_token", false},
                          {"add_eos_token", true},
                          {"eos_token", "<|end|>"},
                          {"added_tokens_decoder",
                           {{"2", {{"content", "</s>"}, {"special", true}}},
                            {"700", {{"content", "<|end|>"}, {"special", true}}},
                            {"702", {{"content", "<note>"}, {"special", false}}}}}};
        const auto tokenizer =
            load(folder_of(file("bpe"), config.dump(), R"({"<|end|>": 700, "<|start|>": 703})"));
        QVERIFY(tokenizer != nullptr);
        QCOMPARE(tokenizer->size(), 704);
        QCOMPARE(tokenizer->eos(), 700);
        QVERIFY(!tokenizer->adds_bos() && tokenizer->ends_generation(700));
        QVERIFY(tokenizer->kind(700) == TokenKind::control);
        QVERIFY(tokenizer->kind(701) == TokenKind::unused);
        QVERIFY(tokenizer->kind(703) == TokenKind::user_defined);
        QCOMPARE(tokenizer->encode("", {true, true}), std::vector<TokenId>{700});
        const auto ids = tokenizer->encode("a<note>b<|end|>", {false, true});
        QCOMPARE(ids.back(), 700);
        QCOMPARE(std::count(ids.begin(), ids.end(), 702), 1);
        QCOMPARE(tokenizer->decode(ids, false), std::string("a<note> b")); // as sentencepiece puts spaces
    }

    void unreadableTokensBesideAreErrors() {
        for (const char* added :
             {R"({"x": -1})", R"({"x": "1"})", R"({"x": 4000000000})", "{", R"({"x": 99999999})"}) {
            const auto loaded = load_tokenizer(folder_of(file("bpe"), {}, added));
            QVERIFY(!loaded.ok());
            QVERIFY(QByteArray::fromStdString(loaded.error().message).contains("added_tokens.json"));
        }
    }

    // What GGUF files cannot say of a sentencepiece model is a warning; the ids stay.
    void becomesGguf_data() { add_models(); }
    void becomesGguf() {
        QFETCH(QByteArray, name);
        const auto folder = folder_of(file(name.toStdString()));
        formats::Metadata metadata;
        const auto warnings = write_gguf_vocabulary(folder, 705, metadata);
        if (name == "bpe without bytes") {
            QVERIFY(!warnings.ok() && warnings.error().code == ErrorCode::unsupported);
            return;
        }
        QVERIFY2(warnings.ok(), warnings.ok() ? "" : warnings.error().message.c_str());
        QCOMPARE(warnings->empty(), name != "bpe rules" && !name.endsWith("user"));
        const auto written = load_tokenizer_gguf(metadata);
        const auto own = load(folder);
        QVERIFY(written.ok() && own != nullptr);
        QCOMPARE((*written)->size(), 705);
        QCOMPARE((*written)->adds_bos(), own->adds_bos());
        if (name.endsWith("user")) return; // readers of GGUF files put spaces behind user-defined tokens
        size_t others = 0;                 // readers of GGUF files add scores in double precision
        for (const std::string& text : tests::nasty_strings())
            if ((*written)->encode(text, {true, false}) != own->encode(text, {true, false})) ++others;
        QVERIFY2(others <= (name.startsWith("unigram") ? tests::nasty_strings().size() / 200 : 0),
                 std::to_string(others).c_str());
    }

    void damagedFilesAreErrorsWithTheirPlace() {
        refuses("", ErrorCode::bad_file, "no pieces");
        refuses(kUnknown + "\x0a\x50", ErrorCode::bad_file, "byte 18: 80 bytes should follow");
        refuses(kUnknown + "\x0a", ErrorCode::bad_file, "byte 17: 1 bytes should follow");
        refuses(std::string(12, '\xff'), ErrorCode::bad_file, "byte 10: a number does not end");
        refuses(kUnknown + '\x03', ErrorCode::bad_file, "byte 17: there is no field 0");
        refuses(kUnknown + '\x0b', ErrorCode::bad_file, "byte 17: a field of the unknown kind 3");
        refuses(piece("a"), ErrorCode::bad_file, "no piece for what is unknown");
        refuses(kUnknown + piece("b", 2), ErrorCode::bad_file, "piece 1 and piece 0 are both");
        refuses(kUnknown + piece(""), ErrorCode::bad_file, "piece 1 is empty");
        refuses(kUnknown + piece("a") + piece("a"), ErrorCode::bad_file, "piece 2, \"a\", is also piece 1");
        refuses(kUnknown + piece("a", 9), ErrorCode::bad_file, "piece 1 is of the unknown kind 9");
        refuses(kUnknown + piece("a", 1, std::nanf("")), ErrorCode::bad_file, "score of piece 1");
        refuses(kUnknown + piece("<0x41>", 6), ErrorCode::bad_file, "1 bytes, not for none");
        refuses(kUnknown + field(2, field(35, 1)), ErrorCode::bad_file, "0 bytes, not for 256");
        refuses(kUnknown + field(2, field(3, 7)), ErrorCode::bad_file, "the unknown kind 7");
        refuses(kUnknown + field(2, field(3, 3)), ErrorCode::unsupported, "a word model");
        refuses(kUnknown + field(2, field(24, 1)), ErrorCode::unsupported, "spaces behind");
        refuses("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 499723\n",
                ErrorCode::bad_file, "Git LFS");
        refuses("IQ== 0\nIg== 1\nIw== 2\n", ErrorCode::unsupported, "a text");
        const auto broken =
            load_tokenizer(folder_of(kUnknown + field(3, field(2, std::string("\x08\x00\x00\x00 ", 5)))));
        QVERIFY(!broken.ok() && broken.error().message.starts_with("tokenizer.model: precompiled_charsmap"));
    }

    // Each end of a whole file is an error or another, shorter vocabulary; nothing else happens.
    void truncatedFilesDoNoHarm() {
        const std::string whole = file("unigram rules");
        int errors = 0;
        for (size_t end = 0; end < whole.size(); end += 7)
            if (!load_tokenizer(folder_of(whole.substr(0, end))).ok()) ++errors;
        QVERIFY(errors > static_cast<int>(whole.size() / 7 * 8 / 10));
    }
};

QTEST_APPLESS_MAIN(TokenizerModelTest)
#include "tokenizer_model_test.moc"
