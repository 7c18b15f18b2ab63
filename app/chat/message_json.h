// The parts of a Message that are stored as JSON, and the words for its role and state.
#pragma once

#include <QJsonObject>

#include "app/chat/message.h"

namespace app::chat {

QJsonObject toJson(const bridge::ReplyMetrics& metrics);
bridge::ReplyMetrics metricsFromJson(const QJsonObject& json);
QJsonObject toJson(const bridge::UserMessage& message);
bridge::UserMessage failureFromJson(const QJsonObject& json);

QString compact(const QJsonObject& json);
QJsonObject parseObject(const QString& text); // anything else than an object: an empty one

QString wordOf(MessageRole role);
QString wordOf(MessageState state);
MessageRole roleOf(const QString& word);
MessageState stateOf(const QString& word);

} // namespace app::chat
