// Tokenizers from GGUF metadata: sentencepiece's ids, who may write control tokens, bytes that are no text,
// and vocabularies that are damaged.
#include <QtTest>

#include "engine/text/load_gguf.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

class TokenizerTest : public QObject {
    Q_OBJECT

    const Json models_ = tests::packed_golden("sentencepiece.bin");
    std::shared_ptr<const Tokenizer>
        bytes_; // GPT-2's cuts, <|im_start|> and <|im_end|> control, <tool> user-defined

    static formats::Metadata byteMetadata() {
        return tests::byte_level_metadata(tests::golden_text("byte_level.json"), "gpt-2");
    }

    std::vector<TokenId> spans(const std::vector<Span>& parts) const {
        return bytes_->encode(std::span(parts));
    }

 private Q_SLOTS:
    void initTestCase() {
        auto loaded = load_tokenizer_gguf(byteMetadata());
        QVERIFY(loaded.ok());
        bytes_ = *loaded;
    }

    void encodesLikeSentencepiece_data() {
        QTest::addColumn<QByteArray>("model");
        // Around user-defined tokens llama.cpp, whose format this is, adds spaces that sentencepiece does
        // not.
        for (const auto& [name, model] : models_.items())
            if (!name.ends_with("user")) QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
    }
    void encodesLikeSentencepiece() {
        QFETCH(QByteArray, model);
        const Json& golden = models_[model.toStdString()];
        const auto loaded = load_tokenizer_gguf(tests::sentencepiece_metadata(golden));
        QVERIFY(loaded.ok());
        const Tokenizer& tokenizer = **loaded;
        const auto& strings = tests::nasty_strings();
        const size_t every = (strings.size() + golden["ids"].size() - 1) / golden["ids"].size();
        for (size_t i = 0; i < golden["ids"].size(); ++i) {
            if (golden["ids"][i].is_null()) continue;
            const auto expected = golden["ids"][i].get<std::vector<TokenId>>();
            const auto ids = tokenizer.encode(strings[i * every], {false, false});
            if (ids == expected) continue;
            std::string message = strings[i * every] + "\n  got";
            for (const TokenId id : ids)
                message += " [" + std::string(tokenizer.token(id)) + "]";
            message += "\n  not";
            for (const TokenId id : expected)
                message += " [" + std::string(tokenizer.token(id)) + "]";
            QFAIL(message.c_str());
        }
    }

    void sentencepieceGivesTheTextBack_data() {
        QTest::addColumn<QByteArray>("model");
        for (const char* name : {"bpe", "unigram"})
            QTest::newRow(name) << QByteArray(name);
    }
    void sentencepieceGivesTheTextBack() {
        QFETCH(QByteArray, model);
        const auto loaded = load_tokenizer_gguf(tests::sentencepiece_metadata(models_[model.toStdString()]));
        QVERIFY(loaded.ok());
        for (const std::string& text : tests::nasty_strings()) {
            if (text.find("\xE2\x96\x81") != std::string::npos) continue; // a mark reads as a space
            const std::string decoded = (*loaded)->decode((*loaded)->encode(text, {true, false}), false);
            if (decoded != text) QFAIL((text + "\n  became " + decoded).c_str());
        }
    }

    void bytesThatAreNoTextComeBack() {
        QRandomGenerator random(11);
        const auto loaded = load_tokenizer_gguf(tests::sentencepiece_metadata(models_["bpe"]));
        QVERIFY(loaded.ok());
        for (int round = 0; round < 3000; ++round) {
            std::string text;
            for (int i = random.bounded(1, 20); i > 0; --i)
                text += random.bounded(2) == 0
                            ? std::string(1, static_cast<char>(random.bounded(1, 256)))
                            : tests::nasty_strings()[static_cast<size_t>(random.bounded(200))];
            if (text.find("\xE2\x96\x81") != std::string::npos) continue;
            QCOMPARE(bytes_->decode(bytes_->encode(text, {false, false}), true), text);
            QCOMPARE((*loaded)->decode((*loaded)->encode(text, {false, false}), true), text);
        }
    }

    void onlyTheTemplatesMarkersAreControlTokens() {
        const TokenId start = bytes_->find("<|im_start|>"), end = bytes_->find("<|im_end|>");
        const std::string typed = "a<|im_end|>b";
        const auto as_text = bytes_->encode(typed, {false, false});
        QVERIFY(std::find(as_text.begin(), as_text.end(), end) == as_text.end());
        QCOMPARE(bytes_->decode(as_text, false), typed);
        const auto parsed = bytes_->encode(typed, {false, true});
        QCOMPARE(std::count(parsed.begin(), parsed.end(), end), 1);

        const auto prompt = spans({{"<|im_start|>", true}, {typed, false}, {"<|im_end|>", true}});
        QCOMPARE(prompt.front(), start);
        QCOMPARE(prompt.back(), end);
        QCOMPARE(std::vector(prompt.begin() + 1, prompt.end() - 1), as_text);
    }

    void aMarkerAcrossABorderStaysText() {
        const TokenId end = bytes_->find("<|im_end|>");
        const auto has = [&](const std::vector<Span>& parts) {
            const auto ids = spans(parts);
            return std::find(ids.begin(), ids.end(), end) != ids.end();
        };
        QVERIFY(has({{"<|im_", true}, {"end|>", true}})); // both trusted: one text
        QVERIFY(!has({{"<|im_", true}, {"end|>", false}}));
        QVERIFY(!has({{"<|im_", false}, {"end|>", true}}));
        QVERIFY(!has({{"<|", true}, {"im_end", false}, {"|>", true}}));
        QVERIFY(has({{"x", false}, {"", false}, {"<|im_end|>", true}, {"y", false}}));
        for (size_t cut = 1; cut < 10; ++cut) {
            const std::string_view marker = "<|im_end|>";
            QVERIFY(!has({{marker.substr(0, cut), true}, {marker.substr(cut), false}}));
        }
    }

    void bordersChangeNothingElse() {
        for (size_t i = 0; i < 1500; ++i) {
            const std::string& text = tests::nasty_strings()[i];
            const size_t cut = text.size() / 2;
            const std::string_view view = text;
            QCOMPARE(spans({{view.substr(0, cut), false}, {view.substr(cut), false}}),
                     bytes_->encode(text, {false, false}));
        }
    }

    void userDefinedTokensAreFoundEverywhere() {
        const TokenId tool = bytes_->find("<tool>");
        QCOMPARE(bytes_->encode("<tool>", {false, false}), std::vector<TokenId>{tool});
        QCOMPARE(bytes_->piece(tool, false), std::string("<tool>"));
    }

    void idsOutsideOfTheVocabularyAreNothing() {
        for (const TokenId id : {-1, bytes_->size(), INT32_MAX, INT32_MIN}) {
            QCOMPARE(bytes_->piece(id, true), std::string());
            QVERIFY(bytes_->token(id).empty());
            QVERIFY(!bytes_->ends_generation(id));
            QCOMPARE(bytes_->kind(id), TokenKind::unused);
        }
        QCOMPARE(bytes_->find("no such token"), -1);
        QCOMPARE(bytes_->find(""), -1);
    }

    void addsTheEndsThatTheFileNames() {
        auto metadata = byteMetadata();
        metadata.set_u32("tokenizer.ggml.bos_token_id", 0);
        metadata.set_u32("tokenizer.ggml.eos_token_id", 1);
        metadata.set_bool("tokenizer.ggml.add_bos_token", true);
        metadata.set_bool("tokenizer.ggml.add_eos_token", true);
        const auto loaded = load_tokenizer_gguf(metadata);
        QVERIFY(loaded.ok());
        QCOMPARE((*loaded)->encode("", {}), (std::vector<TokenId>{0, 1}));
        QVERIFY((*loaded)->encode("", {false, true}).empty());
        QVERIFY((*loaded)->ends_generation(1));
    }

    void damagedVocabulariesAreErrors_data() {
        QTest::addColumn<int>("damage");
        const char* names[] = {"no tokens",        "tokens of another type",
                               "too few types",    "a type past the end",
                               "a negative type",  "no merges",
                               "a merge of one",   "a merge without a right side",
                               "too few scores",   "bos past the end",
                               "an unknown model", "no model",
                               "a long marker",    "a bad charsmap"};
        for (int i = 0; i < static_cast<int>(std::size(names)); ++i)
            QTest::newRow(names[i]) << i;
    }
    void damagedVocabulariesAreErrors() {
        QFETCH(int, damage);
        auto m = byteMetadata();
        auto tokens = *m.strings("tokenizer.ggml.tokens");
        switch (damage) {
            case 0:
                m.set_strings("tokenizer.ggml.tokens", {});
                break;
            case 1:
                m.set_u32("tokenizer.ggml.tokens", 5);
                break;
            case 2:
                m.set_i32s("tokenizer.ggml.token_type", {1, 1, 1});
                break;
            case 3:
                m.set_i32s("tokenizer.ggml.token_type", std::vector<int32_t>(tokens.size(), 7));
                break;
            case 4:
                m.set_i32s("tokenizer.ggml.token_type", std::vector<int32_t>(tokens.size(), -1));
                break;
            case 5:
                m.set_bool("tokenizer.ggml.merges", true);
                break;
            case 6:
                m.set_strings("tokenizer.ggml.merges", {"ab"});
                break;
            case 7:
                m.set_strings("tokenizer.ggml.merges", {"a "});
                break;
            case 8:
                m.set_f32s("tokenizer.ggml.scores", {0, 1});
                break;
            case 9:
                m.set_u32("tokenizer.ggml.bos_token_id", 4'000'000'000u);
                m.set_bool("tokenizer.ggml.add_bos_token", true);
                break;
            case 10:
                m.set_string("tokenizer.ggml.model", "rwkv9");
                break;
            case 11:
                m.set_u32("tokenizer.ggml.model", 1);
                break;
            case 12:
                tokens[2] = std::string(100'000, 'x');
                m.set_strings("tokenizer.ggml.tokens", tokens);
                break;
            default:
                m = tests::sentencepiece_metadata(models_["unigram rules"]);
                m.set_i32s("tokenizer.ggml.precompiled_charsmap", {255, 255, 255, 127, 0});
        }
        const auto loaded = load_tokenizer_gguf(m);
        QVERIFY(!loaded.ok());
        QVERIFY(!loaded.error().message.empty());
    }

    void aFileWithoutATokenizerSaysWhatToDo() {
        const Error error = load_tokenizer_gguf(formats::Metadata()).error();
        QCOMPARE(error.code, ErrorCode::not_found);
        QVERIFY(!error.hint.empty());
    }

    // Bytes without a token of their own are left out; nothing else goes wrong.
    void aVocabularyWithHolesStillWorks() {
        auto metadata = byteMetadata();
        auto tokens = *metadata.strings("tokenizer.ggml.tokens");
        for (std::string& token : tokens)
            if (token == "z") token = "";
        metadata.set_strings("tokenizer.ggml.tokens", tokens);
        const auto loaded = load_tokenizer_gguf(metadata);
        QVERIFY(loaded.ok());
        const std::string decoded = (*loaded)->decode((*loaded)->encode("#z#", {}), true);
        QVERIFY2(decoded == "##", decoded.c_str());
    }

    void longTextsTakeTimeInProportion() {
        QElapsedTimer clock;
        clock.start();
        for (const char* unit : {"a", " ", "\n", "1", "!", "\xE4\xBD\xA0", "\xCC\x81", "\x80", "ab ", "'s"}) {
            std::string text;
            while (text.size() < 300'000)
                text += unit;
            for (const auto& [name, model] : models_.items()) {
                const auto loaded = load_tokenizer_gguf(tests::sentencepiece_metadata(model));
                QVERIFY(loaded.ok() && !(*loaded)->encode(text, {}).empty());
            }
            QCOMPARE(bytes_->decode(bytes_->encode(text, {false, true}), true), text);
        }
        QVERIFY(clock.elapsed() < 120'000);
    }
};

QTEST_APPLESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
