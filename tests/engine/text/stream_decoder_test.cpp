// StreamDecoder: whole characters only, whatever the tokens are; nothing lost, nothing held longer than
// needed.
#include <QtTest>

#include "engine/text/load_gguf.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/utf8.h"
#include "text_goldens.h"

using namespace engine;
using namespace engine::text;

class StreamDecoderTest : public QObject {
    Q_OBJECT

    std::shared_ptr<const Tokenizer> bytes_, marks_;

    TokenId byteToken(uint8_t byte) const {
        return bytes_->encode(std::string(1, static_cast<char>(byte)), {false, false})[0];
    }

 private Q_SLOTS:
    void initTestCase() {
        auto bytes =
            load_tokenizer_gguf(tests::byte_level_metadata(tests::golden_text("byte_level.json"), "gpt-2"));
        QVERIFY(bytes.ok());
        bytes_ = *bytes;
        const auto models = tests::packed_golden("sentencepiece.bin");
        auto marks = load_tokenizer_gguf(tests::sentencepiece_metadata(models["bpe"]));
        QVERIFY(marks.ok());
        marks_ = *marks;
    }

    void aByteAtATime() {
        for (const std::string& text : tests::nasty_strings()) {
            StreamDecoder stream(*bytes_, true);
            std::string joined;
            size_t given = 0;
            for (const char c : text) {
                const std::string part = stream.push(byteToken(static_cast<uint8_t>(c)));
                ++given;
                QVERIFY(is_utf8(part));
                joined += part;
                QCOMPARE(joined, text.substr(0, utf8_complete_prefix(text.substr(0, given))));
            }
            QCOMPARE(stream.finish(), std::string());
        }
    }

    void anyBytesAtAll() {
        QRandomGenerator random(3);
        for (int round = 0; round < 2000; ++round) {
            std::string text;
            for (int i = 0; i < 12; ++i)
                text += static_cast<char>(random.bounded(3) == 0 ? random.bounded(128)
                                                                 : 0x80 + random.bounded(128));
            StreamDecoder stream(*bytes_, true);
            std::string joined;
            for (const char c : text) {
                const std::string part = stream.push(byteToken(static_cast<uint8_t>(c)));
                QVERIFY(is_utf8(part));
                joined += part;
            }
            joined += stream.finish();
            QCOMPARE(joined, replace_invalid_utf8(text));
        }
    }

    void randomTokensOfEachVocabulary() {
        QRandomGenerator random(4);
        for (const Tokenizer* tokenizer : {bytes_.get(), marks_.get()})
            for (int round = 0; round < 500; ++round) {
                StreamDecoder stream(*tokenizer, round % 2 == 0, round % 3 == 0);
                for (int i = 0; i < 30; ++i)
                    QVERIFY(is_utf8(stream.push(random.bounded(-2, tokenizer->size() + 2))));
                QVERIFY(is_utf8(stream.finish()));
            }
    }

    void controlTokensShowOnlyWhenAsked() {
        const TokenId end = bytes_->find("<|im_end|>");
        QCOMPARE(StreamDecoder(*bytes_, false).push(end), std::string());
        QCOMPARE(StreamDecoder(*bytes_, true).push(end), std::string("<|im_end|>"));
    }

    void theSpaceInFrontBelongsToAContinuationOnly() {
        const auto ids = marks_->encode("the tree", {false, false});
        for (const bool continues : {true, false}) {
            StreamDecoder stream(*marks_, false, continues);
            std::string joined;
            for (const TokenId id : ids)
                joined += stream.push(id);
            QCOMPARE(joined + stream.finish(), std::string(continues ? " the tree" : "the tree"));
        }
    }

    void anUnfinishedCharacterEndsAsOneReplacement() {
        StreamDecoder stream(*bytes_, false);
        QCOMPARE(stream.push(byteToken(0xF0)), std::string());
        QCOMPARE(stream.push(byteToken(0x9F)), std::string());
        const std::string rest = stream.finish();
        QVERIFY(!rest.empty() && is_utf8(rest));
        QCOMPARE(stream.finish(), std::string());
    }
};

QTEST_APPLESS_MAIN(StreamDecoderTest)
#include "stream_decoder_test.moc"
