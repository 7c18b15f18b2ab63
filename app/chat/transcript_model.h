// TranscriptModel: the visible messages of the current conversation as rows, first to last.
//
// A streaming reply changes its row by dataChanged() with TextRole / ReasoningRole, at most 30 times a
// second. Another version of a message removes and inserts the rows from it on; rows before it stay.
#pragma once

#include <QAbstractListModel>
#include <QPointer>

#include "app/chat/conversation.h"

namespace app::chat {

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
        MetricsRole,        // bridge::ReplyMetrics; tokensPerSecond and generatedTokens also while streaming
        CreatedRole,        // QDateTime
        CanContinueRole,    // bool: the last message, a reply, ended early or at a limit
        PromptProgressRole, // double 0 to 1 while the prompt is read; -1 not known yet; -2 not reading
        WrittenElsewhereRole, // bool: another window streams it
    };

    explicit TranscriptModel(QObject* parent = nullptr);

    void setConversation(Conversation* conversation);
    Conversation* conversation() const { return m_conversation; }
    int rowOf(MessageId id) const;
    MessageId idAt(int row) const;

    // Figures of the reply that is being written; they are not part of the message yet.
    struct Live {
        MessageId id = 0;
        double promptProgress = -1;
        double tokensPerSecond = -1;
        qint64 generatedTokens = 0;
        double reasoningSeconds = 0;
        bool operator==(const Live&) const = default;
    };
    void setLive(const Live& live);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

 private:
    void rebuildFrom(int row);
    void messageChanged(MessageId id);
    QVariant figure(const Message& message, int row, int role) const;

    QPointer<Conversation> m_conversation;
    QList<MessageId> m_rows;
    Live m_live;
};

} // namespace app::chat
