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
    ~ReplyQueue() override; // the reply being written becomes a stopped one

    // A new reply below `prompt`, a message of the person. Loads the model of last time when none is loaded.
    void reply(Conversation* conversation, MessageId prompt, Length length = Length::same);
    void resume(Conversation* conversation, MessageId reply); // goes on writing an unfinished reply
    void stop(ConversationId id);                             // running or waiting
    Stage stage(ConversationId id) const;
    QSet<ConversationId> busy() const;
    const LiveReply& live() const { return m_live; }

 Q_SIGNALS:
    void stageChanged(app::chat::ConversationId id);
    void liveChanged();
    void finished(app::chat::ConversationId id, app::chat::MessageId reply,
                  app::bridge::TurnOutcome::End end);
    void modelNeeded(); // a reply waits and no model is known

 private:
    struct Job {
        QPointer<Conversation> conversation;
        ConversationId id = 0;
        MessageId prompt = 0;  // a new reply below it, or
        MessageId resumed = 0; // this one again
        Length length = Length::same;
    };
    void enqueue(const Job& job);
    void pump();
    void hostChanged(bridge::EngineHost::State state);
    void begin(const Job& job);
    void follow(MessageId from, MessageId to);
    void takeBatch(const bridge::TokenBatch& batch);
    void takeOutcome(const bridge::TurnOutcome& outcome);
    void dropWaiting(const bridge::UserMessage* failure);

    bridge::EngineHost& m_host;
    bridge::ChatRunner& m_runner;
    QList<Job> m_waiting;
    Job m_current;
    MessageId m_reply = 0; // being written; 0: nothing runs
    LiveReply m_live;
};

} // namespace app::chat
