// Conversation: one opened conversation in memory, and every change to it, written through to the store.
//
// Text of a streaming reply goes to the disk every kSaveMs, so that a crash loses less than half a second of
// it.
#pragma once

#include <QObject>
#include <QTimer>
#include <optional>

#include "app/chat/conversation_store.h"
#include "app/chat/message_tree.h"

namespace app::chat {

class Conversation : public QObject {
    Q_OBJECT
 public:
    static constexpr int kSaveMs = 200;

    // A new one: in the list and on the disk from its first message, draft or name on.
    Conversation(ConversationStore& store, const settings::ChatSettings& settings, QObject* parent = nullptr);
    // A stored one: empty until loaded().
    Conversation(ConversationStore& store, const ConversationHeader& header, QObject* parent = nullptr);
    // A stored one of which everything is known.
    Conversation(ConversationStore& store, const ConversationRecord& record, QObject* parent = nullptr);
    ~Conversation() override; // saves what waits for a pause
    void savePaused();        // the same now; the store is not settled then until it is on the disk

    ConversationId id() const { return m_header.id; }
    const ConversationHeader& header() const { return m_header; }
    const MessageTree& tree() const { return m_tree; }
    const settings::ChatSettings& settings() const { return m_settings; }
    QString draft() const { return m_draft; }
    QString queued() const { return m_queued; } // sent when the reply has finished
    ConversationRecord record() const;
    bool isLoaded() const { return m_loaded; }
    bool isStored() const { return m_stored; }
    bool isBlank() const; // nothing in it worth keeping
    bool isWrittenElsewhere(const Message& message) const;
    bool isLeafWrittenElsewhere() const;

    void setTitle(const QString& title); // empty: made from the first message again
    void setPinned(bool pinned);
    void setSettings(const settings::ChatSettings& settings);
    void setDraft(const QString& draft);
    void setQueued(const QString& text); // on the disk a part of the draft: a crash gives it back there

    MessageId addUserMessage(MessageId parent, const QString& text);
    MessageId addReply(Message reply); // given an id here; finished or about to stream
    void selectVersion(MessageId id);  // shows it instead of its siblings
    void removeMessage(MessageId id);  // with all below
    bool undoRemove();                 // the last removeMessage()

    void reopenReply(MessageId id, const QString& model, const QString& quantization); // streaming again
    void appendToReply(MessageId id, const QString& text, const QString& reasoning);
    void finishReply(MessageId id, const bridge::TurnOutcome& outcome);

    void reload(); // another window changed the file; waits while this one has changes on their way

 Q_SIGNALS:
    void loaded();
    void loadFailed(const QString& reason);
    void vanished(); // deleted in another window
    void headerChanged();
    void settingsChanged();
    void draftReplaced();           // by reload(), not by setDraft()
    void pathChanged(int firstRow); // rows from here on are others than before
    void messageChanged(app::chat::MessageId id);
    void versionsChanged(app::chat::MessageId parent); // how many versions there are below it
    // Another window went on with the reply too: from here on it is a version of its own.
    void replyMoved(app::chat::MessageId from, app::chat::MessageId to);

 private:
    void load();
    bool isAhead() const;
    void take(const ConversationRecord& record);
    void ensureStored();
    void touch(const QDateTime& time);
    void saveStreaming();
    void saveReply(const Message& reply, std::function<void()> done = {});
    void moveReply(MessageId from, const ContinuedFrom& start);
    void saveSettings();
    void saveDraft();
    QString storedDraft() const;
    void takeDraft(const QString& stored);
    Message* known(MessageId id);
    void titleFromFirstMessage();
    void tellPathChange(const QList<MessageId>& before);

    ConversationStore& m_store;
    ConversationHeader m_header;
    settings::ChatSettings m_settings;
    MessageTree m_tree;
    QString m_draft, m_queued;
    bool m_loaded = false;
    bool m_stored = false;

    MessageId m_streaming = 0;
    std::optional<ContinuedFrom> m_continued; // the streaming reply was there before
    bool m_unsaved = false;   // the streaming reply has text that is not on its way to the disk
    bool m_saveOnWay = false; // one at a time, so that a slow disk is never asked for more
    QTimer m_saveTimer, m_settingsTimer, m_draftTimer, m_reloadTimer;

    QList<Message> m_removed; // parents before children
};

} // namespace app::chat
