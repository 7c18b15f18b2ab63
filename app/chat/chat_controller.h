// ChatController: the one object that the chat page talks to. Every call returns at once.
//
// Replies go on when another conversation is opened; each conversation has its own stage().
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <functional>

#include "app/bridge/token_counter.h"
#include "app/chat/context_meter.h"
#include "app/chat/conversation_list_model.h"
#include "app/chat/reply_queue.h"
#include "app/chat/transcript_model.h"
#include "app/settings/presets.h"
#include "app/settings/settings.h"

namespace app::chat {

class ChatController : public QObject {
    Q_OBJECT
 public:
    using Stage = ReplyQueue::Stage;
    using Length = ReplyQueue::Length;
    static constexpr int kUndoMs = 8000;

    ChatController(ConversationStore& store, bridge::EngineHost& host, bridge::ChatRunner& runner,
                   bridge::TokenCounter& counter, settings::Settings& settings, settings::Presets& presets,
                   QObject* parent = nullptr);
    ~ChatController() override;

    void start(); // once the database is open: recovery, the list, the conversation of last time

    ConversationListModel* conversations() { return &m_list; }
    TranscriptModel* transcript() { return &m_transcript; }

    // --- which conversation ---
    ConversationId currentId() const { return m_current->id(); }
    QString title() const { return m_current->header().title; } // empty: a new chat
    bool isLoading() const { return !m_current->isLoaded(); }
    void newConversation();
    void openConversation(ConversationId id);
    void rename(ConversationId id, const QString& title); // empty: made from the first message again
    void setPinned(ConversationId id, bool pinned);
    void duplicate(ConversationId id);          // and opens the copy
    void deleteConversation(ConversationId id); // conversationDeleted() offers undo for kUndoMs
    void undoDelete(ConversationId id);         // and opens it

    // --- talking ---
    Stage stage() const { return m_queue.stage(currentId()); }
    bool isBusy() const { return stage() != Stage::none; }
    // Clears the draft. While busy, still loading, or written by another window: joins queuedMessage().
    void send(const QString& text);
    void stop();
    QString queuedMessage() const { return m_current->queued(); } // sent when the reply has finished
    void setQueuedMessage(const QString& text);                   // empty: nothing waits
    QString draft() const { return m_current->draft(); }
    void setDraft(const QString& text);
    QString lastUserText() const; // for Up in an empty composer

    // --- messages; while the conversation is busy only stop(), switchVersion() and deleteMessage() act ---
    void regenerate(MessageId id, Length length = Length::same); // a reply, or a message of the person
    void editAndResend(MessageId id, const QString& text);       // the person's: a new version and a reply
    void editReply(MessageId id, const QString& text); // the assistant's: a new version in your words
    void continueReply(MessageId id);
    void switchVersion(MessageId id, int version); // 0-based
    void fork(MessageId id);                       // a new conversation that ends with this message; opens it
    void deleteMessage(MessageId id);              // with all below; messageDeleted() offers undo
    void undoDeleteMessage();

    // --- inspector ---
    const settings::ChatSettings& chatSettings() const { return m_current->settings(); }
    void setChatSettings(const settings::ChatSettings& settings);
    void applyPreset(const QString& name);
    bool isPresetModified() const { return m_presets.isModified(chatSettings()); }
    void revertPreset() { applyPreset(chatSettings().preset); }
    void savePreset(const QString& name); // the current settings under this name
    qint64 systemPromptTokens() const { return m_meter.systemPromptTokens(); } // -1: not known
    qint64 draftTokens() const { return m_meter.draftTokens(); }               // -1: not known
    const ContextUsage& contextUsage() const { return m_meter.usage(); }

    // --- files ---
    enum class Format { markdown, json };
    void exportConversation(ConversationId id, const QString& path, Format format); // exported() or problem()
    void importConversation(const QString& path); // JSON; opens it, or problem()

 Q_SIGNALS:
    void currentChanged(); // another conversation: everything is new
    void loadingChanged(); // isLoading()
    void titleChanged();
    void stageChanged(); // of the current conversation
    void queuedMessageChanged();
    void draftReplaced(); // draft() changed by something else than setDraft(): show it
    void chatSettingsChanged();
    void tokenCountsChanged(); // systemPromptTokens(), draftTokens()
    void contextUsageChanged();
    void replyFinished(app::chat::ConversationId id, app::chat::MessageId reply); // also in the background
    void modelNeeded(); // a message waits: choose a model
    void conversationDeleted(app::chat::ConversationId id, const QString& title);
    void messageDeleted();
    void exported(const QString& path);
    void problem(const app::bridge::UserMessage& message);

 private:
    using Act = std::function<void(const ConversationRecord&)>;
    void show(Conversation* conversation);
    void watch(Conversation* conversation);
    void closeUnused();
    void withRecord(ConversationId id, Act act);
    void adopt(ConversationRecord record, const QString& title);
    bool mayChange(MessageId id) const;
    void say(Conversation* conversation, MessageId parent, const QString& text);
    void queue(const QString& text);
    void sendQueued(Conversation* conversation, MessageId parent);
    void watchElsewhere();
    void replyEnded(ConversationId id, MessageId reply, bridge::TurnOutcome::End end);
    void vanished(Conversation* conversation);
    void restoreLast();
    void rememberLast();
    void refreshFromDisk();
    void purgeDue();
    void tell(const QString& title, const QString& text, const QString& hint = {});

    ConversationStore& m_store;
    settings::Settings& m_settings;
    settings::Presets& m_presets;
    QHash<ConversationId, Conversation*>
        m_opened;                      // the current one, busy ones, and ones whose writes are pending
    Conversation* m_current = nullptr; // never null after construction
    ReplyQueue m_queue;
    ConversationListModel m_list;
    TranscriptModel m_transcript;
    ContextMeter m_meter;
    QSet<ConversationId> m_due; // what is queued there waits for the reply that another window writes
    QHash<ConversationId, ConversationHeader> m_deleted; // can be undone
    ConversationId m_messageDeletedIn = 0;
    QTimer m_purge, m_elsewhere;
};

} // namespace app::chat
