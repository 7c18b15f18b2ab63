// One timer, one waiting batch.
#include "app/bridge/event_pump.h"

namespace app::bridge {

EventPump::EventPump(QObject* parent) : QObject(parent) {
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &EventPump::deliver);
}

void EventPump::push(const TokenBatch& piece) {
    const std::lock_guard lock(m_mutex);
    if (m_waiting) {
        TokenBatch merged = piece;
        merged.text.prepend(m_waiting->text);
        merged.reasoning.prepend(m_waiting->reasoning);
        m_waiting = merged;
    } else {
        m_waiting = piece;
    }
    wake();
}

void EventPump::finish(const TurnOutcome& outcome) {
    const std::lock_guard lock(m_mutex);
    m_outcome = outcome;
    wake();
}

void EventPump::wake() {
    if (m_awake) return;
    m_awake = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            const qint64 since = m_sinceDelivery.isValid() ? m_sinceDelivery.elapsed() : kIntervalMs;
            m_timer.start(static_cast<int>(qBound(qint64(0), kIntervalMs - since, qint64(kIntervalMs))));
        },
        Qt::QueuedConnection);
}

void EventPump::deliver() {
    std::optional<TokenBatch> waiting;
    std::optional<TurnOutcome> outcome;
    {
        const std::lock_guard lock(m_mutex);
        waiting.swap(m_waiting);
        outcome.swap(m_outcome);
        m_awake = false;
    }
    m_sinceDelivery.start();
    if (waiting) Q_EMIT batch(*waiting);
    if (outcome) Q_EMIT finished(*outcome);
}

} // namespace app::bridge
