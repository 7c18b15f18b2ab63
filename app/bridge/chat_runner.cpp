// The worker of ChatRunner: one respond() at a time, its events into the pump.
#include "app/bridge/chat_runner.h"

#include <QElapsedTimer>

#include "app/bridge/engine_host.h"
#include "app/bridge/engine_words.h"
#include "app/bridge/event_pump.h"
#include "app/bridge/loaded_model.h"
#include "app/bridge/work_thread.h"

namespace app::bridge {

namespace {

// TokenEvents as TokenBatches, with the times that only the worker knows.
class Telling {
 public:
    explicit Telling(EventPump& pump) : m_pump(pump) {}

    void operator()(const engine::api::TokenEvent& event) {
        using Kind = engine::api::TokenEvent::Kind;
        const QString text = QString::fromStdString(event.text);
        if (event.kind == Kind::prompt_progress) {
            m_batch.promptDone = event.done;
            m_batch.promptTotal = event.total;
        } else {
            if (!m_firstPiece.isValid()) {
                m_firstPiece.start();
                m_firstCount = event.generated_tokens;
            }
            m_batch.generatedTokens = event.generated_tokens;
            const double seconds = static_cast<double>(m_firstPiece.nsecsElapsed()) * 1e-9;
            const auto count = static_cast<double>(event.generated_tokens - m_firstCount);
            if (count >= 1 && seconds > 0) m_batch.tokensPerSecond = count / seconds;
            if (event.kind == Kind::reasoning) m_thinking = true;
            if (m_thinking) m_batch.reasoningSeconds = seconds;
            if (event.kind == Kind::text) m_thinking = false;
        }
        TokenBatch piece = m_batch;
        (event.kind == Kind::reasoning ? piece.reasoning : piece.text) = text;
        m_pump.push(piece);
    }
    double reasoningSeconds() const { return m_batch.reasoningSeconds; }

 private:
    EventPump& m_pump;
    TokenBatch m_batch;
    QElapsedTimer m_firstPiece;
    qint64 m_firstCount = 0;
    bool m_thinking = false;
};

TurnOutcome outcomeOf(const engine::Result<engine::api::Reply>& reply, double reasoningSeconds) {
    TurnOutcome outcome;
    if (reply.ok()) {
        outcome.metrics = toMetrics(*reply, reasoningSeconds);
        if (reply->stop_reason == engine::api::StopReason::cancelled) outcome.end = TurnOutcome::End::stopped;
    } else if (reply.error().code == engine::ErrorCode::cancelled) {
        outcome.end = TurnOutcome::End::stopped;
    } else {
        outcome.end = TurnOutcome::End::failed;
        outcome.error = toUserMessage(reply.error(), Task::replying);
    }
    return outcome;
}

} // namespace

class ChatRunner::Worker {
 public:
    ~Worker() { stop(); }

    void start(std::shared_ptr<LoadedModel> loaded, const TurnRequest& request, EventPump& pump) {
        m_stop = engine::StopToken();
        m_thread.post([loaded = std::move(loaded), request, &pump, stop = m_stop]() mutable {
            Telling telling(pump);
            const engine::api::Turn turn = toTurn(request, loaded->model->summary().chat_template);
            const auto reply = loaded->session->respond(
                turn, [&](const engine::api::TokenEvent& event) { telling(event); }, stop);
            loaded.reset(); // before the end is told: whoever unloads then gets the memory back at once
            pump.finish(outcomeOf(reply, telling.reasoningSeconds()));
        });
    }
    void stop() { m_stop.request(); }

 private:
    engine::StopToken m_stop;
    WorkThread m_thread;
};

ChatRunner::ChatRunner(EngineHost& host, QObject* parent)
    : QObject(parent), m_host(host), m_pump(new EventPump(this)), m_worker(std::make_unique<Worker>()) {
    connect(&host, &EngineHost::aboutToUnload, this, &ChatRunner::stop);
    connect(m_pump, &EventPump::batch, this, &ChatRunner::batch);
    connect(m_pump, &EventPump::finished, this, [this](const TurnOutcome& outcome) {
        m_running = false;
        Q_EMIT finished(outcome);
    });
}

ChatRunner::~ChatRunner() = default; // the worker goes first (declared last), then the pump that it tells

void ChatRunner::start(const TurnRequest& request) {
    const std::shared_ptr<LoadedModel> loaded = m_host.loadedModel();
    Q_ASSERT(loaded && !m_running);
    if (!loaded || m_running) return;
    m_running = true;
    m_worker->start(loaded, request, *m_pump);
}

void ChatRunner::stop() {
    m_worker->stop();
}

} // namespace app::bridge
