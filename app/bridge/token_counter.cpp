// Counting on a thread of its own, after a pause in the typing.
#include "app/bridge/token_counter.h"

#include "app/bridge/engine_host.h"
#include "app/bridge/loaded_model.h"
#include "app/bridge/work_thread.h"

namespace app::bridge {

namespace {
constexpr int kPauseMs = 150;
}

class TokenCounter::Worker {
 public:
    WorkThread thread;
};

TokenCounter::TokenCounter(EngineHost& host, QObject* parent)
    : QObject(parent), m_host(host), m_worker(std::make_unique<Worker>()) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &TokenCounter::countPending);
    connect(&host, &EngineHost::stateChanged, this, &TokenCounter::countAll);
}

TokenCounter::~TokenCounter() = default;

void TokenCounter::request(const QString& name, const QString& text) {
    Text& entry = m_texts[name];
    if (entry.ticket != 0 && entry.text == text) return;
    entry.text = text;
    entry.ticket = ++m_ticket;
    entry.pending = true;
    if (!m_pause.isActive()) m_pause.start();
}

void TokenCounter::forget(const QString& name) {
    m_texts.remove(name);
    m_tokens.remove(name);
}

void TokenCounter::countAll() {
    const bool ready = m_host.state() == EngineHost::State::ready;
    if (!ready && m_tokens.isEmpty()) return;
    for (auto text = m_texts.begin(); text != m_texts.end(); ++text) {
        text->ticket = text->oldest = ++m_ticket;
        text->pending = true;
        if (m_tokens.remove(text.key()) > 0) Q_EMIT counted(text.key(), -1);
    }
    if (ready) countPending();
}

void TokenCounter::countPending() {
    const std::shared_ptr<LoadedModel> loaded = m_host.loadedModel();
    if (!loaded) return; // counted when there is one
    for (auto text = m_texts.begin(); text != m_texts.end(); ++text) {
        if (!text->pending) continue;
        text->pending = false;
        m_worker->thread.post([this, model = loaded->model, name = text.key(), ticket = text->ticket,
                               utf8 = text->text.toStdString()]() mutable {
            const qint64 tokens = model->vocabulary().count_tokens(utf8);
            model.reset();
            QMetaObject::invokeMethod(
                this, [this, name, ticket, tokens] { finish(name, ticket, tokens); }, Qt::QueuedConnection);
        });
    }
}

void TokenCounter::finish(const QString& name, quint64 ticket, qint64 tokens) {
    const auto text = m_texts.find(name);
    if (text == m_texts.end() || ticket < text->oldest) return;
    text->oldest = ticket;
    m_tokens[name] = tokens;
    Q_EMIT counted(name, tokens);
}

} // namespace app::bridge
