// Pre-tokenizers against Hugging Face's `tokenizers`: every cut in thousands of nasty strings, every
// character of Unicode, ids over a small vocabulary; names, and patterns that cannot be taken over.
#include <QtTest>

#include "engine/text/byte_alphabet.h"
#include "engine/text/load_gguf.h"
#include "engine/text/pre_tokenizer_table.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;
using tests::Json;

namespace {

// Lengths in bytes; the text of some stages is in the byte alphabet already, where a character is a byte.
std::vector<int32_t> cuts(const NamedPreTokenizer& pre, std::string_view text, bool in_byte_alphabet) {
    PreTokenizer::Scratch scratch = pre.stages.scratch();
    std::vector<int32_t> lengths;
    pre.stages.run({text, true, 0}, scratch, [&](Piece piece) {
        const size_t continued = in_byte_alphabet
                                     ? static_cast<size_t>(std::count_if(
                                           piece.text.begin(), piece.text.end(),
                                           [](char c) { return (static_cast<uint8_t>(c) & 0xC0u) == 0x80; }))
                                     : 0;
        lengths.push_back(static_cast<int32_t>(piece.text.size() - continued));
    });
    return lengths;
}

std::string block_text(char32_t base) {
    std::string text;
    for (char32_t point = base; point < base + 0x400; ++point) {
        std::string c;
        append_utf8(c, point);
        text += c + " x" + c + "1" + c + c + "b " + c + "." + c + "\n";
    }
    return text;
}

} // namespace

class PreTokenizerTest : public QObject {
    Q_OBJECT

    const Json golden_ = tests::packed_golden("pieces.bin");

    void familyRows() const {
        QTest::addColumn<int>("family");
        for (size_t i = 0; i < golden_["names"].size(); ++i)
            QTest::newRow(golden_["names"][i].get<std::string>().c_str()) << static_cast<int>(i);
    }
    std::string name(int family) const { return golden_["names"][static_cast<size_t>(family)]; }

 private Q_SLOTS:
    void cutsNastyStringsLikeHuggingFace_data() { familyRows(); }
    void cutsNastyStringsLikeHuggingFace() {
        QFETCH(int, family);
        const auto pre = find_pre_tokenizer(name(family));
        QVERIFY(pre.ok());
        const auto& strings = tests::nasty_strings();
        QVERIFY(strings.size() >= 2000);
        for (size_t i = 0; i < strings.size(); ++i) {
            std::vector<int32_t> expected;
            for (const Json& cut : golden_["cuts"][i])
                if (std::find(cut[1].begin(), cut[1].end(), family) != cut[1].end())
                    expected = cut[0].get<std::vector<int32_t>>();
            if (cuts(*pre, strings[i], name(family) == "falcon") != expected)
                QFAIL(("string " + std::to_string(i) + ": " + strings[i]).c_str());
        }
    }

    void knowsEveryCharacterLikeHuggingFace_data() { familyRows(); }
    void knowsEveryCharacterLikeHuggingFace() {
        QFETCH(int, family);
        const auto pre = find_pre_tokenizer(name(family));
        QVERIFY(pre.ok());
        for (size_t i = 0; i < golden_["blocks"].size(); ++i) {
            const auto base = golden_["blocks"][i].get<char32_t>();
            tests::ListHash hash;
            hash.add(cuts(*pre, block_text(base), name(family) == "falcon"));
            if (hash.text() != golden_["characters"][name(family)][i])
                QFAIL(("block " + std::to_string(base)).c_str());
        }
    }

    void givesHuggingFacesIdsFromGguf_data() { familyRows(); }
    void givesHuggingFacesIdsFromGguf() {
        QFETCH(int, family);
        const auto tokenizer = load_tokenizer_gguf(
            tests::byte_level_metadata(tests::golden_text("byte_level.json"), name(family)));
        QVERIFY(tokenizer.ok());
        tests::ListHash hash;
        for (const std::string& text : tests::nasty_strings())
            hash.add((*tokenizer)->encode(text, {false, false}));
        QCOMPARE(QString::fromStdString(hash.text()),
                 QString::fromStdString(golden_["ids"][name(family)].get<std::string>()));
    }

    void everyNameIsThere() {
        for (const std::string_view known : pre_tokenizer_names())
            QVERIFY2(find_pre_tokenizer(known).ok(), std::string(known).c_str());
        for (const char* wanted : {"default",
                                   "llama3",
                                   "llama-v3",
                                   "llama-bpe",
                                   "falcon3",
                                   "falcon-h1",
                                   "pixtral",
                                   "deepseek-llm",
                                   "deepseek-coder",
                                   "deepseek-v3",
                                   "deepseek-r1-qwen",
                                   "falcon",
                                   "mpt",
                                   "starcoder",
                                   "gpt-2",
                                   "phi-2",
                                   "refact",
                                   "command-r",
                                   "qwen2",
                                   "qwen35",
                                   "stablelm2",
                                   "olmo",
                                   "dbrx",
                                   "smaug-bpe",
                                   "glm4",
                                   "chatglm-bpe",
                                   "gpt-4o",
                                   "llama4",
                                   "kimi-k2",
                                   "tekken",
                                   "smollm",
                                   "gemma4"})
            QVERIFY2(find_pre_tokenizer(wanted).ok(), wanted);
    }

    void anUnknownNameIsAnErrorThatSaysIt_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* unknown : {"qwen9", "Qwen2", "llama-bpe ", "gpt2", "x"})
            QTest::newRow(unknown) << QByteArray(unknown);
    }
    void anUnknownNameIsAnErrorThatSaysIt() {
        QFETCH(QByteArray, name);
        const auto tokenizer = load_tokenizer_gguf(
            tests::byte_level_metadata(tests::golden_text("byte_level.json"), name.toStdString()));
        QVERIFY(!tokenizer.ok());
        QCOMPARE(tokenizer.error().code, ErrorCode::unsupported);
        QVERIFY(QByteArray::fromStdString(tokenizer.error().message).contains("\"" + name + "\""));
    }

    void noNameIsAnErrorToo() {
        auto metadata = tests::byte_level_metadata(tests::golden_text("byte_level.json"), "");
        QVERIFY(!load_tokenizer_gguf(metadata).ok());
        metadata.set_u32("tokenizer.ggml.pre", 3);
        QVERIFY(!load_tokenizer_gguf(metadata).ok());
    }

    void patternsThatMeanOtherThingsElsewhereAreRefused_data() {
        QTest::addColumn<QByteArray>("pattern");
        for (const char* pattern : {"\\G.", "\\X", "(?<name>a)", "(?~a)",
                                    "(?i)stra\xC3\x9F"
                                    "e",
                                    "(?i)office", "(?i:ss)", "[[:graph:]]", "\\p{NoSuchThing}", "(", ")",
                                    "[a", "*", "\\", "(*ACCEPT)a", "\\K"})
            QTest::newRow(pattern) << QByteArray(pattern);
    }
    void patternsThatMeanOtherThingsElsewhereAreRefused() {
        QFETCH(QByteArray, pattern);
        const auto stage = make_split(pattern.toStdString(), SplitBehavior::isolated, false);
        QVERIFY(!stage.ok());
        QVERIFY(!stage.error().message.empty());
    }

    void aPatternThatBacktracksWithoutEndDoesNotHang() {
        const auto stage = make_split("(a+)+$", SplitBehavior::isolated, false);
        QVERIFY(stage.ok());
        Matcher matcher(*(*stage)->regex());
        const std::string text = std::string(5000, 'a') + "b";
        std::string joined;
        QElapsedTimer clock;
        clock.start();
        (*stage)->run({text, true, 0}, &matcher, [&](Piece piece) { joined += piece.text; });
        QCOMPARE(joined, text);
        QVERIFY(clock.elapsed() < 20'000);
    }
};

QTEST_APPLESS_MAIN(PreTokenizerTest)
#include "pre_tokenizer_test.moc"
