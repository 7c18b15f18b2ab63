// ReplyQueue: replies that are being written or wait for their turn, over all conversations, one at a time.
#pragma once

#include <QObject>
#include <QPointer>
#include <QSet>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_host.h"
#include "app/chat/conversation.h"
#include "app/chat/transcript_model.h"

namespace app::chat {

class ReplyQueue : public QObject {
    Q_OBJECT
 public:
    enum class Stage { none, waitsForModel, waitsForOthers, readsPrompt, writes };
    enum class Length { same, longer };

    ReplyQueue(bridge::EngineHost& host, bridge::ChatRunner& runner, QObject* parent = nullptr);

    // A new reply below `prompt`, a message of the person.
    void reply(Conversation* conversation, MessageId prompt, Length length = Length::same);
    // Goes on writing an unfinished reply.
    void resume(Conversation* conversation, MessageId reply);
    void stop(ConversationId id); // running or waiting
    void stopAll();
    Stage stage(ConversationId id) const;
    QSet<ConversationId> busy() const;
    const TranscriptModel::Live& live() const { return m_live; }

 Q_SIGNALS:
    void changed(app::chat::ConversationId id); // stage()
    void liveChanged();
    void finished(app::chat::ConversationId id, app::chat::MessageId reply,
                  app::bridge::TurnOutcome::End end);
    void modelNeeded(); // a reply waits and no model is on its way

 private:
    struct Job {
        QPointer<Conversation> conversation;
        ConversationId id = 0;
        MessageId prompt = 0; // or
        MessageId resumed = 0;
        Length length = Length::same;
    };
    void pump();
    void begin(const Job& job);
    void takeBatch(const bridge::TokenBatch& batch);
    void takeOutcome(const bridge::TurnOutcome& outcome);
    void failWaiting(const bridge::UserMessage& message);

    bridge::EngineHost& m_host;
    bridge::ChatRunner& m_runner;
    QList<Job> m_waiting;
    Job m_current;
    MessageId m_reply = 0; // being written
    TranscriptModel::Live m_live;
};

} // namespace app::chat
