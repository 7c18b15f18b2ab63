// A turn: pieces, figures, stopping, errors, and the end of everything while it runs.
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_host.h"
#include "tests/support/fake_engine_factory.h"

using namespace app;
using namespace app::bridge;
using namespace std::chrono_literals;
using End = TurnOutcome::End;

namespace {

TurnRequest question(const QString& text) {
    TurnRequest request;
    request.messages.append({QStringLiteral("user"), text, {}});
    return request;
}

} // namespace

class ChatRunnerTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_script = std::make_shared<tests::FakeScript>();
        m_host = std::make_unique<EngineHost>(tests::fakeEngine(m_script), 0);
        m_runner = std::make_unique<ChatRunner>(*m_host);
        m_text.clear();
        m_reasoning.clear();
        m_outcome.reset();
        connect(m_runner.get(), &ChatRunner::batch, this, [this](const TokenBatch& batch) {
            m_text += batch.text;
            m_reasoning += batch.reasoning;
            m_last = batch;
        });
        connect(m_runner.get(), &ChatRunner::finished, this, [this](const TurnOutcome& outcome) {
            QVERIFY(!m_outcome); // once
            QVERIFY(!m_runner->isRunning());
            m_outcome = outcome;
        });
        m_host->load(QStringLiteral("/models/m.gguf"));
        QTRY_COMPARE(m_host->state(), EngineHost::State::ready);
    }
    void cleanup() {
        m_runner.reset();
        m_host.reset();
        QCOMPARE(m_script->live_models.load(), 0);
        QCOMPARE(m_script->live_sessions.load(), 0);
    }

    void piecesComeTogether() {
        m_script->set_reply({"Let me think… ", "Grüße aus 東京 🙂!", 100});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::finished);
        QCOMPARE(m_text, QStringLiteral("Grüße aus 東京 🙂!"));
        QCOMPARE(m_reasoning, QStringLiteral("Let me think… "));
        const ReplyMetrics& metrics = m_outcome->metrics;
        QCOMPARE(metrics.stopReason, QStringLiteral("end"));
        QVERIFY(metrics.generatedTokens > 5);
        QVERIFY(metrics.reasoningTokens > 2);
        QVERIFY(metrics.reasoningSeconds > 0 && metrics.reasoningSeconds < metrics.generateSeconds);
        QVERIFY2(metrics.tokensPerSecond > 50 && metrics.tokensPerSecond < 130,
                 qPrintable(QString::number(metrics.tokensPerSecond)));
        QVERIFY(m_last.tokensPerSecond > 50);
        QCOMPARE(m_last.generatedTokens, metrics.generatedTokens);
    }

    void noRateForOneToken() {
        m_script->set_reply({"", "ok", 0});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_outcome);
        QVERIFY(m_outcome->metrics.tokensPerSecond < 0);
        QVERIFY(m_last.tokensPerSecond < 0);
    }

    void emptyReplyIsAReply() {
        m_script->set_reply({"", "", 0});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::finished);
        QVERIFY(m_text.isEmpty());
    }

    void promptProgressIsTold() {
        tests::FakeReply reply{"", "x", 0};
        reply.prompt_steps = 10;
        reply.prompt_step_time = 30ms;
        m_script->set_reply(reply);
        QList<double> progress;
        connect(m_runner.get(), &ChatRunner::batch, this, [&](const TokenBatch& batch) {
            if (batch.text.isEmpty())
                progress.append(static_cast<double>(batch.promptDone) /
                                static_cast<double>(batch.promptTotal));
        });
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_outcome);
        QVERIFY(progress.size() >= 5);
        QVERIFY(std::is_sorted(progress.begin(), progress.end()));
    }

    void stopEndsWithinATokenAndKeepsWhatCame() {
        m_script->set_reply({"", std::string(100'000, 'x'), 100});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_text.size() > 40);
        QElapsedTimer time;
        time.start();
        m_runner->stop();
        QTRY_VERIFY(m_outcome);
        QVERIFY2(time.elapsed() < 100, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(m_outcome->end, End::stopped);
        QCOMPARE(m_text.size(), m_outcome->metrics.generatedTokens * 4);
    }

    void stopWhileThePromptIsRead() {
        tests::FakeReply reply{"", "x", 0};
        reply.prompt_steps = 1000;
        reply.prompt_step_time = 20ms;
        m_script->set_reply(reply);
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_last.promptTotal > 0);
        QElapsedTimer time;
        time.start();
        m_runner->stop();
        QTRY_VERIFY(m_outcome);
        QVERIFY(time.elapsed() < 250);
        QCOMPARE(m_outcome->end, End::stopped);
    }

    void errorComesAfterTheTextBeforeIt() {
        tests::FakeReply reply{"", "some words before it", 0};
        reply.fail_after_tokens = 3;
        reply.error = {engine::ErrorCode::context_full, "12 tokens too many", ""};
        m_script->set_reply(reply);
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::failed);
        QCOMPARE(m_outcome->error.text, QStringLiteral("12 tokens too many"));
        QCOMPARE(m_outcome->error.action, UserMessage::Action::increaseContext);
        QCOMPARE(m_text, QStringLiteral("some words b"));
        // The session can be used on.
        m_outcome.reset();
        m_script->set_reply({"", "fine", 0});
        m_runner->start(question(QStringLiteral("again")));
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::finished);
    }

    void ejectDuringATurnStopsItAndFreesTheModel() {
        m_script->set_reply({"", std::string(100'000, 'x'), 100});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(!m_text.isEmpty());
        m_host->eject();
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::stopped);
        QTRY_COMPARE(m_script->live_models.load(), 0);
    }

    void anotherModelDuringATurn() {
        m_script->set_reply({"", std::string(100'000, 'x'), 100});
        m_runner->start(question(QStringLiteral("hello")));
        QTRY_VERIFY(!m_text.isEmpty());
        m_host->load(QStringLiteral("/models/other.gguf"));
        QTRY_VERIFY(m_outcome);
        QTRY_COMPARE(m_host->state(), EngineHost::State::ready);
        QCOMPARE(m_script->live_models.load(), 1);
        m_outcome.reset();
        m_script->set_reply({"", "fine", 0});
        m_runner->start(question(QStringLiteral("again")));
        QTRY_VERIFY(m_outcome);
        QCOMPARE(m_outcome->end, End::finished);
    }

    void endOfEverythingDuringATurn() {
        for (int i = 0; i < 15; ++i) {
            m_script->set_reply({"", std::string(100'000, 'x'), i % 2 ? 500.0 : 0.0});
            m_runner->start(question(QStringLiteral("hello")));
            QTest::qWait(i * 3);
            QElapsedTimer time;
            time.start();
            if (i % 3 == 0) m_host->eject();
            m_runner.reset();
            m_host.reset();
            QVERIFY2(time.elapsed() < 300, qPrintable(QString::number(time.elapsed())));
            QCOMPARE(m_script->running_turns.load(), 0);
            QCOMPARE(m_script->live_models.load(), 0);
            init();
        }
    }

    void whatThePersonSetReachesTheEngine() {
        TurnRequest request;
        request.messages = {{QStringLiteral("user"), QStringLiteral("q"), {}},
                            {QStringLiteral("assistant"), QStringLiteral("a"), QStringLiteral("thoughts")}};
        request.continueLast = true;
        settings::ChatSettings& settings = request.settings;
        settings.systemPrompt = QStringLiteral("Be brief.");
        settings.maxTokens = 99;
        settings.stop = {QStringLiteral("END"), QString()};
        settings.thinking = settings::Thinking::off;
        settings.plainTemplate = true;
        settings.whenFull = settings::WhenFull::stop;
        settings.sampling.temperature = 0.25;
        settings.sampling.topK = 7;
        settings.sampling.topP = 0.5;
        settings.sampling.minP = 0.125;
        settings.sampling.repetitionPenalty = 1.25;
        settings.sampling.fixedSeed = true;
        settings.sampling.seed = 1234567890123;
        m_runner->start(request);
        QTRY_VERIFY(m_outcome);
        const engine::api::Turn turn = m_script->turns().back();
        QCOMPARE(turn.messages.size(), size_t(3));
        QCOMPARE(turn.messages[0].role, std::string("system"));
        QCOMPARE(turn.messages[0].content, std::string("Be brief."));
        QCOMPARE(turn.messages[2].reasoning, std::string("thoughts"));
        QVERIFY(turn.continue_last);
        QCOMPARE(turn.max_tokens, 99);
        QCOMPARE(turn.stop.size(), size_t(1));
        QCOMPARE(turn.template_variables.at("enable_thinking"), std::string("false"));
        QVERIFY(turn.chat_template == engine::api::TemplateChoice::plain);
        QVERIFY(turn.overflow == engine::api::Overflow::stop);
        QCOMPARE(turn.sampling.temperature, 0.25);
        QCOMPARE(turn.sampling.top_k, 7);
        QCOMPARE(turn.sampling.top_p, 0.5);
        QCOMPARE(turn.sampling.min_p, 0.125);
        QCOMPARE(turn.sampling.repetition_penalty, 1.25);
        QCOMPARE(turn.sampling.seed, uint64_t(1234567890123));
    }

    void eachReplyDrawsItsOwnSeed() {
        QSet<quint64> seeds;
        for (int i = 0; i < 4; ++i) {
            m_outcome.reset();
            m_runner->start(question(QStringLiteral("q")));
            QTRY_VERIFY(m_outcome);
            seeds.insert(m_script->turns().back().sampling.seed);
            QVERIFY(m_script->turns().back().template_variables.empty());
            QCOMPARE(m_script->turns().back().max_tokens, -1);
        }
        QCOMPARE(seeds.size(), 4);
    }

 private:
    std::shared_ptr<tests::FakeScript> m_script;
    std::unique_ptr<EngineHost> m_host;
    std::unique_ptr<ChatRunner> m_runner;
    QString m_text, m_reasoning;
    TokenBatch m_last;
    std::optional<TurnOutcome> m_outcome;
};

QTEST_GUILESS_MAIN(ChatRunnerTest)
#include "chat_runner_test.moc"
