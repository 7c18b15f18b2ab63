// Field by field; what is unknown keeps its default.
#include "app/chat/message_json.h"

#include <QJsonDocument>

namespace app::chat {

namespace {

using bridge::ReplyMetrics;

struct WholeField {
    const char* name;
    qint64 ReplyMetrics::*member;
};
constexpr WholeField kWholes[] = {
    {"prompt_tokens", &ReplyMetrics::promptTokens},
    {"cached_tokens", &ReplyMetrics::cachedTokens},
    {"generated_tokens", &ReplyMetrics::generatedTokens},
    {"reasoning_tokens", &ReplyMetrics::reasoningTokens},
    {"context_used", &ReplyMetrics::contextUsed},
    {"context_size", &ReplyMetrics::contextSize},
    {"dropped_messages", &ReplyMetrics::droppedMessages},
};

struct RealField {
    const char* name;
    double ReplyMetrics::*member;
};
constexpr RealField kReals[] = {
    {"prompt_seconds", &ReplyMetrics::promptSeconds},
    {"generate_seconds", &ReplyMetrics::generateSeconds},
    {"first_token_seconds", &ReplyMetrics::firstTokenSeconds},
    {"reasoning_seconds", &ReplyMetrics::reasoningSeconds},
    {"prompt_tokens_per_s", &ReplyMetrics::promptTokensPerSecond},
    {"tokens_per_s", &ReplyMetrics::tokensPerSecond},
};

const QString kStopReason = QStringLiteral("stop_reason");
const QString kTitle = QStringLiteral("title"), kText = QStringLiteral("text"),
              kHint = QStringLiteral("hint"), kAction = QStringLiteral("action"),
              kDetails = QStringLiteral("details");

} // namespace

QJsonObject toJson(const ReplyMetrics& metrics) {
    if (metrics == ReplyMetrics()) return {};
    QJsonObject json{{kStopReason, metrics.stopReason}};
    for (const WholeField& field : kWholes)
        json[QLatin1String(field.name)] = metrics.*field.member;
    for (const RealField& field : kReals)
        json[QLatin1String(field.name)] = metrics.*field.member;
    return json;
}

ReplyMetrics metricsFromJson(const QJsonObject& json) {
    ReplyMetrics metrics;
    metrics.stopReason = json[kStopReason].toString();
    for (const WholeField& field : kWholes)
        metrics.*field.member = json[QLatin1String(field.name)].toInteger(metrics.*field.member);
    for (const RealField& field : kReals)
        metrics.*field.member = json[QLatin1String(field.name)].toDouble(metrics.*field.member);
    return metrics;
}

QJsonObject toJson(const bridge::UserMessage& message) {
    if (message.isEmpty()) return {};
    return {{kTitle, message.title},
            {kText, message.text},
            {kHint, message.hint},
            {kAction, static_cast<int>(message.action)},
            {kDetails, message.details}};
}

bridge::UserMessage failureFromJson(const QJsonObject& json) {
    using Action = bridge::UserMessage::Action;
    const int action = json[kAction].toInt();
    const bool known = action >= 0 && action <= static_cast<int>(Action::reloadModel);
    return {json[kTitle].toString(), json[kText].toString(), json[kHint].toString(),
            known ? static_cast<Action>(action) : Action::none, json[kDetails].toString()};
}

QString compact(const QJsonObject& json) {
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QJsonObject parseObject(const QString& text) {
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QString wordOf(MessageRole role) {
    return role == MessageRole::user ? QStringLiteral("user") : QStringLiteral("assistant");
}

QString wordOf(MessageState state) {
    switch (state) {
        case MessageState::finished:
            return QStringLiteral("finished");
        case MessageState::streaming:
            return QStringLiteral("streaming");
        case MessageState::stopped:
            return QStringLiteral("stopped");
        case MessageState::failed:
            break;
    }
    return QStringLiteral("failed");
}

MessageRole roleOf(const QString& word) {
    return word == wordOf(MessageRole::user) ? MessageRole::user : MessageRole::assistant;
}

MessageState stateOf(const QString& word) {
    for (const MessageState state : {MessageState::streaming, MessageState::stopped, MessageState::failed})
        if (word == wordOf(state)) return state;
    return MessageState::finished;
}

} // namespace app::chat
