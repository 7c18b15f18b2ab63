// EventPump: carries the pieces of a reply from the worker's thread to its own, at most 30 deliveries a
// second; never drops the last one.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <mutex>
#include <optional>

#include "app/bridge/chat_turn.h"

namespace app::bridge {

class EventPump : public QObject {
    Q_OBJECT
 public:
    static constexpr int kIntervalMs = 34;

    explicit EventPump(QObject* parent = nullptr);

    // From any one thread. Texts are appended to what waits, numbers replace it.
    void push(const TokenBatch& piece);
    void finish(const TurnOutcome& outcome); // what waits is delivered first

 Q_SIGNALS:
    void batch(const app::bridge::TokenBatch& batch);
    void finished(const app::bridge::TurnOutcome& outcome);

 private:
    void wake();
    void deliver();

    std::mutex m_mutex; // guards the three below
    std::optional<TokenBatch> m_waiting;
    std::optional<TurnOutcome> m_outcome;
    bool m_awake = false; // a wake() is on its way or the timer runs

    QTimer m_timer;
    QElapsedTimer m_sinceDelivery;
};

} // namespace app::bridge
