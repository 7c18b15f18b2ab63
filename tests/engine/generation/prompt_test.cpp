// Prompts: what a template sees of a message, continuing an unfinished one, leaving out the oldest turns.
#include <QTest>
#include <fstream>
#include <sstream>

#include "engine/generation/prompt.h"

using namespace engine;
using namespace engine::generation;

namespace {

std::shared_ptr<const text::Tokenizer> tokenizer() {
    std::ifstream file(TANDEM_SOURCE_DIR "/tests/golden/text/byte_level.json", std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const auto loaded = text::load_tokenizer_json(bytes.str(), {});
    if (!loaded.ok()) qFatal("%s", loaded.error().message.c_str());
    return *loaded;
}

Result<Prompt> build(const Turn& turn, const char* source, int64_t context = 4096) {
    const auto chat_template = text::ChatTemplate::parse(source);
    if (!chat_template.ok()) return chat_template.error();
    return build_prompt(turn, *tokenizer(), &*chat_template, context, 0, 0);
}

} // namespace

class PromptTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // The rows are what transformers' render_jinja_template() gives for the same messages.
    void messagesOfATemplate_data() {
        QTest::addColumn<QString>("reasoning");
        QTest::addColumn<QString>("extra");
        QTest::addColumn<QString>("seen");
        QTest::newRow("plain") << ""
                               << ""
                               << R"({"role": "assistant", "content": "Hi"})";
        QTest::newRow("thinking") << "Hm"
                                  << ""
                                  << R"({"thinking": "Hm", "role": "assistant", "content": "Hi", )"
                                     R"("reasoning_content": "Hm"})";
        QTest::newRow("extra") << ""
                               << R"({"tool_calls": [{"id": null}], "name": null})"
                               << R"({"role": "assistant", "content": "Hi", "tool_calls": [{"id": null}]})";
    }
    void messagesOfATemplate() {
        QFETCH(QString, reasoning);
        QFETCH(QString, extra);
        QFETCH(QString, seen);
        Turn turn;
        turn.messages = {{"assistant", "Hi", reasoning.toStdString(), extra.toStdString()}};
        const auto prompt = build(turn, "{{ messages[0]|tojson }}");
        QVERIFY2(prompt.ok(), prompt.ok() ? "" : prompt.error().message.c_str());
        QCOMPARE(QString::fromStdString(prompt->text), seen);
    }

    void unfinishedReplyGoesOn() {
        Turn turn;
        turn.messages = {{"user", "Why?", "", ""}, {"assistant", "Because", "Hm", ""}};
        turn.continue_last = true;
        const auto open =
            build(turn, "{% for m in messages %}{{ m.content }}|{% endfor %}<think>\n\n"); // one goes
        QVERIFY(open.ok());
        QCOMPARE(open->text, std::string("Why?|<think>\nHm\n</think>\n\nBecause"));
        const auto closed = build(turn, "{% for m in messages %}{{ m.content }}|{% endfor %}");
        QVERIFY(closed.ok());
        QCOMPARE(closed->text, std::string("Why?|<think>\nHm\n</think>\n\nBecause"));
    }

    void oldestTurnsAreLeftOut() {
        Turn turn;
        turn.messages = {{"system", "S", "", ""}};
        for (int i = 0; i < 20; ++i) {
            turn.messages.push_back({"user", std::to_string(100 + i), "", ""});
            turn.messages.push_back({"assistant", "ok", "", ""});
        }
        turn.messages.push_back({"user", "last", "", ""});
        const char* source = "{% for m in messages %}{{ m.content }} {% endfor %}";
        const auto refused = build(turn, source, 40);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::context_full);
        turn.overflow = Overflow::drop_oldest;
        const auto prompt = build(turn, source, 40);
        QVERIFY2(prompt.ok(), prompt.ok() ? "" : prompt.error().message.c_str());
        QVERIFY(prompt->dropped_messages > 0 && prompt->dropped_messages % 2 == 0);
        QVERIFY(prompt->ids.size() + 10 <= 40); // a quarter stays free for the reply
        QVERIFY(prompt->text.starts_with("S ") && prompt->text.ends_with("last "));
        QVERIFY(prompt->text.find("100") == std::string::npos);
    }
};

QTEST_APPLESS_MAIN(PromptTest)
#include "prompt_test.moc"
