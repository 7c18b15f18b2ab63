// Streams: stop strings and thinking markers give the same result however the text is cut into pieces.
#include <QTest>

#include "engine/base/random.h"
#include "engine/generation/reasoning_splitter.h"
#include "engine/generation/stop_matcher.h"

using namespace engine;
using namespace engine::generation;

namespace {

std::vector<std::string> cut(const std::string& text, Random& random) {
    std::vector<std::string> pieces;
    for (size_t at = 0; at < text.size();) {
        const size_t n = 1 + random.next_u32() % 5;
        pieces.push_back(text.substr(at, n));
        at += n;
    }
    return pieces;
}

} // namespace

class StreamsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void stopStringsEndTheText() {
        struct Case {
            std::vector<std::string> stops;
            std::string text, expected;
        };
        const std::vector<Case> cases = {
            {{}, "hello", "hello"},
            {{""}, "hello", "hello"},
            {{"END"}, "abc END def", "abc "},
            {{"END"}, "abc EN", "abc EN"},
            {{"aab"}, "aaaab!", "aa"},
            {{"world", "lo w"}, "hello world", "hel"}, // the earliest begin wins
            {{"\nUser:"}, "one\n\nUser: two", "one\n"},
        };
        Random random(1);
        for (const Case& c : cases) {
            for (int round = 0; round < 50; ++round) {
                StopMatcher matcher(c.stops);
                std::string out;
                for (const auto& piece : cut(c.text, random))
                    out += matcher.push(piece);
                out += matcher.finish();
                QCOMPARE(out, c.expected);
                QCOMPARE(matcher.stopped(), c.expected.size() < c.text.size());
            }
        }
    }

    void thinkingIsPartedFromTheAnswer() {
        struct Case {
            std::string prompt, text, reasoning, answer;
        };
        const std::vector<Case> cases = {
            {"", "Hello <think> you", "", "Hello <think> you"},
            {"", "<think>\nhm, 1 < 2\n</think>\n\nYes.", "hm, 1 < 2", "Yes."},
            {"", "\n <think>a</think>b", "a", "b"},
            {"user\n<think>\n", "so\n\nthen</think>ok", "so\n\nthen", "ok"}, // opened by the template
            {"<think>", "still </thi", "still </thi", ""},
            {"", "<think>\n\n</think>\n\nHi", "", "Hi"},
            {"", "<thin ice", "", "<thin ice"},
            {"<think>\n\n</think>\n\n", "Hi", "", "Hi"}, // closed in the prompt
        };
        Random random(2);
        for (const Case& c : cases) {
            for (int round = 0; round < 50; ++round) {
                ReasoningSplitter splitter(c.prompt);
                ReasoningSplitter::Piece all;
                const auto add = [&](const ReasoningSplitter::Piece& p) {
                    all.reasoning += p.reasoning;
                    all.answer += p.answer;
                };
                for (const auto& piece : cut(c.text, random))
                    add(splitter.push(piece));
                add(splitter.finish());
                QCOMPARE(all.reasoning, c.reasoning);
                QCOMPARE(all.answer, c.answer);
            }
        }
    }
};

QTEST_APPLESS_MAIN(StreamsTest)
#include "streams_test.moc"
