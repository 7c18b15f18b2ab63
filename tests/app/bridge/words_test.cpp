// The engine's errors and summaries in words for people.
#include <QTest>

#include "app/bridge/engine_words.h"

using namespace app::bridge;
using engine::ErrorCode;

class WordsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void everyErrorHasWords() {
        for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
            for (const Task task : {Task::loading, Task::inspecting, Task::replying}) {
                const engine::Error error{static_cast<ErrorCode>(code), "tensor x is 3 bytes short", ""};
                const UserMessage message = toUserMessage(error, task);
                QVERIFY(!message.title.isEmpty());
                QCOMPARE(message.text, QStringLiteral("tensor x is 3 bytes short"));
                QVERIFY(message.details.contains(message.text));
            }
        }
    }

    void hintOfTheEngineWins() {
        const UserMessage message = toUserMessage(
            {ErrorCode::unsupported, "architecture 'x' is unknown", "Update Tandem."}, Task::loading);
        QCOMPARE(message.hint, QStringLiteral("Update Tandem."));
        QVERIFY(message.details.contains(QStringLiteral("Update Tandem.")));
    }

    void templateTroubleLeadsToThePlainOne() {
        for (const ErrorCode code : {ErrorCode::bad_template, ErrorCode::not_found})
            QCOMPARE(toUserMessage({code, "line 3: unknown filter", ""}, Task::replying).action,
                     UserMessage::Action::usePlainTemplate);
        QCOMPARE(toUserMessage({ErrorCode::not_found, "no such file", ""}, Task::loading).action,
                 UserMessage::Action::chooseModel);
    }

    void aModelWhoseFileIsGoneIsLoadedAgain() {
        const engine::Error error{ErrorCode::io, "m.gguf became shorter while it was in use", ""};
        QCOMPARE(toUserMessage(error, Task::replying).action, UserMessage::Action::reloadModel);
        QCOMPARE(toUserMessage(error, Task::loading).action, UserMessage::Action::retry);
    }

    void thinkingIsSeenInTheTemplate_data() {
        QTest::addColumn<QByteArray>("chatTemplate");
        QTest::addColumn<bool>("canThink");
        QTest::newRow("none") << QByteArray() << false;
        QTest::newRow("plain") << QByteArray("{{ messages[0].content }}") << false;
        QTest::newRow("qwen3") << QByteArray("{% if enable_thinking is defined %}") << true;
        QTest::newRow("deepseek") << QByteArray("{% if not thinking is defined %}") << true;
        QTest::newRow("gpt-oss") << QByteArray("{{ reasoning_effort }}") << true;
    }
    void thinkingIsSeenInTheTemplate() {
        QFETCH(QByteArray, chatTemplate);
        engine::api::ModelSummary summary;
        summary.chat_template = chatTemplate.toStdString();
        const ModelInfo info = toModelInfo(summary);
        QTEST(info.canThink, "canThink");
        QCOMPARE(info.hasTemplate, !chatTemplate.isEmpty());
    }

    void effortIsAWordForTemplatesThatKnowIt() {
        TurnRequest request;
        request.settings.thinking = app::settings::Thinking::on;
        QCOMPARE(toTurn(request, "{{ reasoning_effort }}").template_variables.at("reasoning_effort"),
                 std::string("\"high\""));
        QCOMPARE(toTurn(request, "{{ enable_thinking }}").template_variables.count("reasoning_effort"),
                 size_t(0));
        request.settings.thinking = app::settings::Thinking::automatic;
        QVERIFY(toTurn(request, "{{ reasoning_effort }}").template_variables.empty());
    }
};

QTEST_GUILESS_MAIN(WordsTest)
#include "words_test.moc"
