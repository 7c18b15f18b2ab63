// Rows by message id; everything else is looked up in the conversation's tree.
#include "app/chat/transcript_model.h"

namespace app::chat {

TranscriptModel::TranscriptModel(QObject* parent) : QAbstractListModel(parent) {}

void TranscriptModel::setConversation(Conversation* conversation) {
    if (conversation == m_conversation) return;
    if (m_conversation) m_conversation->disconnect(this);
    beginResetModel();
    m_conversation = conversation;
    m_rows = conversation ? conversation->tree().path() : QList<MessageId>();
    endResetModel();
    if (!conversation) return;
    connect(conversation, &Conversation::pathChanged, this, &TranscriptModel::rebuildFrom);
    connect(conversation, &Conversation::messageChanged, this, [this](MessageId id) { tellRow(rowOf(id)); });
    connect(conversation, &Conversation::versionsChanged, this, [this](MessageId parent) {
        const int row = parent == 0 ? 0 : rowOf(parent) + 1;
        if (parent == 0 || row > 0) tellRow(row, {VersionRole, VersionCountRole});
    });
}

void TranscriptModel::rebuildFrom(int row) {
    const QList<MessageId> path = m_conversation->tree().path();
    const int before = static_cast<int>(m_rows.size()), after = static_cast<int>(path.size());
    if (row < before) {
        beginRemoveRows({}, row, before - 1);
        m_rows.resize(row);
        endRemoveRows();
    }
    if (row < after) {
        beginInsertRows({}, row, after - 1);
        m_rows = path;
        endInsertRows();
    }
    if (row > 0) tellRow(row - 1, {CanContinueRole}); // may be the last one now, or no longer
}

void TranscriptModel::tellRow(int row, const QList<int>& roles) {
    if (row < 0 || row >= m_rows.size()) return;
    Q_EMIT dataChanged(index(row), index(row), roles);
}

void TranscriptModel::setLive(const LiveReply& live) {
    if (live == m_live) return;
    const MessageId before = m_live.id;
    m_live = live;
    for (const MessageId id : {before, live.id})
        if (id != 0)
            tellRow(rowOf(id),
                    {ReadsPromptRole, PromptProgressRole, MetricsRole, ReasoningSecondsRole, IsThinkingRole});
}

int TranscriptModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant TranscriptModel::data(const QModelIndex& index, int role) const {
    if (!m_conversation || !checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Message* message = m_conversation->tree().find(m_rows[index.row()]);
    if (!message) return {};
    switch (role) {
        case IdRole:
            return message->id;
        case IsUserRole:
            return message->role == MessageRole::user;
        case Qt::DisplayRole:
        case TextRole:
            return message->text;
        case ReasoningRole:
            return message->reasoning;
        case StateRole:
            return static_cast<int>(message->state);
        case FailureRole:
            return QVariant::fromValue(message->failure);
        case ModelNameRole:
            return message->model;
        case QuantizationRole:
            return message->quantization;
        case VersionRole:
            return static_cast<int>(m_conversation->tree().versions(message->id).indexOf(message->id));
        case VersionCountRole:
            return static_cast<int>(m_conversation->tree().versions(message->id).size());
        case CreatedRole:
            return message->created;
        case CanContinueRole:
            return canContinue(*message, index.row());
        case WrittenElsewhereRole:
            return m_conversation->isWrittenElsewhere(*message);
        default:
            return streamingData(*message, role);
    }
}

QVariant TranscriptModel::streamingData(const Message& message, int role) const {
    const bool live = message.id == m_live.id && message.state == MessageState::streaming;
    switch (role) {
        case ReasoningSecondsRole:
            return live ? m_live.reasoningSeconds : message.metrics.reasoningSeconds;
        case IsThinkingRole:
            return message.state == MessageState::streaming && message.text.isEmpty() &&
                   !message.reasoning.isEmpty();
        case ReadsPromptRole:
            return live && m_live.readsPrompt;
        case PromptProgressRole:
            return live ? m_live.promptProgress : -1.0;
        case MetricsRole: {
            bridge::ReplyMetrics metrics = message.metrics;
            if (live) {
                metrics = {};
                metrics.promptTokens = m_live.promptTokens;
                metrics.generatedTokens = m_live.generatedTokens;
                metrics.tokensPerSecond = m_live.tokensPerSecond;
                metrics.reasoningSeconds = m_live.reasoningSeconds;
            }
            return QVariant::fromValue(metrics);
        }
        default:
            return {};
    }
}

bool TranscriptModel::canContinue(const Message& message, int row) const {
    if (message.role == MessageRole::user || row + 1 != m_rows.size()) return false;
    if (message.text.isEmpty() && message.reasoning.isEmpty()) return false;
    if (message.state == MessageState::stopped || message.state == MessageState::failed) return true;
    const QString& reason = message.metrics.stopReason;
    return message.state == MessageState::finished &&
           (reason == QLatin1String("length") || reason == QLatin1String("context"));
}

QHash<int, QByteArray> TranscriptModel::roleNames() const {
    return {{IdRole, "id"},
            {IsUserRole, "isUser"},
            {TextRole, "text"},
            {ReasoningRole, "reasoning"},
            {ReasoningSecondsRole, "reasoningSeconds"},
            {IsThinkingRole, "isThinking"},
            {StateRole, "state"},
            {FailureRole, "failure"},
            {ModelNameRole, "modelName"},
            {QuantizationRole, "quantization"},
            {VersionRole, "version"},
            {VersionCountRole, "versionCount"},
            {MetricsRole, "metrics"},
            {CreatedRole, "created"},
            {CanContinueRole, "canContinue"},
            {ReadsPromptRole, "readsPrompt"},
            {PromptProgressRole, "promptProgress"},
            {WrittenElsewhereRole, "writtenElsewhere"}};
}

} // namespace app::chat
