// Conversation: one opened conversation in memory, and every change to it, written through to the store.
#pragma once

#include <QObject>
#include <QTimer>

#include "app/chat/conversation_store.h"
#include "app/chat/message_tree.h"

namespace app::chat {

class Conversation : public QObject {
    Q_OBJECT
 public:
    // A new one: in the list and on the disk from its first message, draft or name on.
    Conversation(ConversationStore& store, const settings::ChatSettings& settings, QObject* parent = nullptr);
    // A stored one: empty until loaded().
    Conversation(ConversationStore& store, const ConversationHeader& header, QObject* parent = nullptr);
    ~Conversation() override;

    ConversationId id() const { return m_header.id; }
    const ConversationHeader& header() const { return m_header; }
    const MessageTree& tree() const { return m_tree; }
    const settings::ChatSettings& settings() const { return m_settings; }
    QString draft() const { return m_draft; }
    bool isLoaded() const { return m_loaded; }
    bool isStored() const { return m_stored; }
    bool isBlank() const; // nothing in it worth keeping

    void setTitle(const QString& title);
    void setPinned(bool pinned);
    void setSettings(const settings::ChatSettings& settings);
    void setDraft(const QString& draft); // saved after a pause in the typing
    void saveDraftNow();

    MessageId addUserMessage(MessageId parent, const QString& text);
    MessageId addReply(const Message& reply); // finished or about to stream
    bool selectVersion(MessageId id);         // shows it instead of its siblings
    void removeMessage(MessageId id);         // with all below
    bool undoRemove();                        // the last removeMessage()

    void reopenReply(MessageId id); // streaming again: continue
    void appendToReply(MessageId id, const bridge::TokenBatch& batch);
    void finishReply(MessageId id, const bridge::TurnOutcome& outcome);

    void reload(); // another window changed the file; ignored while this one is ahead of it

 Q_SIGNALS:
    void loaded();
    void loadFailed(const QString& reason);
    void headerChanged();
    void settingsChanged();
    void draftReplaced();                          // by reload: not by setDraft()
    void pathChanged(int firstRow);                // rows from here on are others than before
    void messageChanged(app::chat::MessageId id);  // text or state
    void versionsChanged(app::chat::MessageId id); // of it and its siblings: how many there are

 private:
    struct Streaming; // the reply being written and when it is saved
    void ensureStored();
    void touch();
    void take(const ConversationRecord& record);
    void saveStreaming();
    void emitPathChange(const QList<MessageId>& before);

    ConversationStore& m_store;
    ConversationHeader m_header;
    settings::ChatSettings m_settings;
    MessageTree m_tree;
    QString m_draft;
    bool m_loaded = false;
    bool m_stored = false;
    quint64 m_revision = 0; // grows with every change made here

    MessageId m_streaming = 0;
    bool m_unsaved = false; // the streaming reply has text that is not on its way to the disk
    bool m_saveOnWay = false;
    QTimer m_saveTimer, m_draftTimer;

    QList<Message> m_removed; // the last removed subtree
};

} // namespace app::chat
