// TranscriptModel: the visible messages of the current conversation as rows, first to last.
//
// A streaming reply changes its row by dataChanged() with TextRole and ReasoningRole, at most 30 times a
// second. Another version of a message removes and inserts the rows from it on; rows before it stay.
#pragma once

#include <QAbstractListModel>
#include <QPointer>

#include "app/chat/conversation.h"

namespace app::chat {

// Figures of the reply that is being written; they become part of the message when it ends.
struct LiveReply {
    MessageId id = 0;           // 0: none
    bool readsPrompt = false;   // nothing was written yet
    double promptProgress = -1; // 0 to 1; below zero: not known yet
    qint64 promptTokens = 0;
    double tokensPerSecond = -1;
    qint64 generatedTokens = 0;
    double reasoningSeconds = 0;
    bool operator==(const LiveReply&) const = default;
};

class TranscriptModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role {
        IdRole = Qt::UserRole + 1, // MessageId (qint64)
        IsUserRole,                // bool: the person's, otherwise the assistant's
        TextRole,                  // QString, Markdown; also Qt::DisplayRole
        ReasoningRole,             // QString, may be empty
        ReasoningSecondsRole,      // double; grows while thinking, 0 when unknown
        IsThinkingRole,            // bool: streaming, and only thinking so far
        StateRole,                 // int(MessageState)
        FailureRole,               // bridge::UserMessage; empty unless failed
        ModelNameRole,             // QString, may be empty
        QuantizationRole,          // QString, may be empty
        VersionRole,               // int, 0-based
        VersionCountRole,          // int, 1: the only one
        MetricsRole,               // bridge::ReplyMetrics; rate and count of tokens also while streaming
        CreatedRole,               // QDateTime, UTC
        CanContinueRole,           // bool: the last message, a reply that ended early or at a limit
        ReadsPromptRole,           // bool: streaming, nothing written yet
        PromptProgressRole,        // double 0 to 1 while the prompt is read; below zero: not known
        WrittenElsewhereRole,      // bool: another window streams it
    };

    explicit TranscriptModel(QObject* parent = nullptr);

    void setConversation(Conversation* conversation);
    Conversation* conversation() const { return m_conversation; }
    int rowOf(MessageId id) const { return static_cast<int>(m_rows.indexOf(id)); } // -1: not visible
    MessageId idAt(int row) const { return m_rows.value(row); }

    void setLive(const LiveReply& live);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

 private:
    void rebuildFrom(int row);
    void tellRow(int row, const QList<int>& roles = {});
    bool canContinue(const Message& message, int row) const;
    QVariant streamingData(const Message& message, int role) const;

    QPointer<Conversation> m_conversation;
    QList<MessageId> m_rows;
    LiveReply m_live;
};

} // namespace app::chat
