// ContextMeter: how full the model's context is with the current conversation.
#pragma once

#include <QObject>
#include <QTimer>

#include "app/bridge/engine_host.h"
#include "app/bridge/token_counter.h"
#include "app/chat/conversation.h"
#include "app/chat/transcript_model.h"

namespace app::chat {

// As the engine counted it for the last reply, else an estimate over the visible texts.
struct ContextUsage {
    qint64 used = -1; // tokens; below zero: not known
    qint64 size = 0;  // tokens; 0: no model is loaded
    bool estimated = false;
    qint64 prompt = 0, completion = 0, cached = 0; // of the last reply
    bool operator==(const ContextUsage&) const = default;
};

class ContextMeter : public QObject {
    Q_OBJECT
 public:
    ContextMeter(bridge::EngineHost& host, bridge::TokenCounter& counter, QObject* parent = nullptr);

    void setConversation(Conversation* conversation);
    void setLive(const LiveReply& live); // of whatever conversation; id 0: nothing runs
    void setDraft(const QString& text);

    const ContextUsage& usage() const { return m_usage; }
    qint64 systemPromptTokens() const;
    qint64 draftTokens() const;

 Q_SIGNALS:
    void usageChanged();
    void countsChanged();

 private:
    void update();
    ContextUsage measure();
    const Message* lastCounted() const;

    bridge::EngineHost& m_host;
    bridge::TokenCounter& m_counter;
    QPointer<Conversation> m_conversation;
    LiveReply m_live;
    ContextUsage m_usage;
    QTimer m_pause;
};

} // namespace app::chat
