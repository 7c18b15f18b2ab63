// ChatRunner: one turn at a time on a worker thread; pieces of the reply come back by signals, at most 30
// times a second.
#pragma once

#include <QObject>
#include <memory>

#include "app/bridge/chat_turn.h"

namespace app::bridge {

class EngineHost;
class EventPump;

class ChatRunner : public QObject {
    Q_OBJECT
 public:
    explicit ChatRunner(EngineHost& host, QObject* parent = nullptr);
    ~ChatRunner() override; // stops within one token and waits

    // Only while the host is ready and nothing runs; finished() comes exactly once for each start. The KV
    // cache of the last turn is kept, so a follow-up re-reads only what differs.
    void start(const TurnRequest& request);
    void stop(); // finished() follows within one token
    bool isRunning() const { return m_running; }

 Q_SIGNALS:
    void batch(const app::bridge::TokenBatch& batch);
    void finished(const app::bridge::TurnOutcome& outcome);

 private:
    class Worker;

    EngineHost& m_host;
    EventPump* m_pump;
    bool m_running = false;
    std::unique_ptr<Worker> m_worker; // last: ends before the pump that it tells
};

} // namespace app::bridge
