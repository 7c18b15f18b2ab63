// The words between chat and the engine, in Qt's types: TurnRequest down, TokenBatch and TurnOutcome up.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <optional>

#include "app/bridge/user_message.h"
#include "app/settings/chat_settings.h"

namespace app::bridge {

struct TurnMessage {
    QString role; // "system", "user", "assistant"
    QString content;
    QString reasoning;
};

struct TurnRequest {
    QList<TurnMessage> messages;
    bool continueLast = false; // the last message is the assistant's and unfinished: go on writing it
    settings::ChatSettings settings;
};

// How a reply went; a field below zero is unknown.
struct ReplyMetrics {
    qint64 promptTokens = 0;
    qint64 cachedTokens = 0; // of the prompt, not read again
    qint64 generatedTokens = 0;
    qint64 reasoningTokens = 0;
    double promptSeconds = 0;
    double generateSeconds = 0;
    double firstTokenSeconds = 0;
    double reasoningSeconds = 0; // from the first piece of thinking to the first of the answer
    double promptTokensPerSecond = -1;
    double tokensPerSecond = -1;
    qint64 contextUsed = 0, contextSize = 0;
    qint64 droppedMessages = 0; // oldest ones left out of the prompt because the context was full
    QString stopReason;         // "end", "stop", "length", "context", "cancelled"; empty after an error

    bool operator==(const ReplyMetrics&) const = default;
};

// Everything since the last delivery.
struct TokenBatch {
    QString text;
    QString reasoning;
    qint64 promptDone = 0, promptTotal = 0; // reading the prompt, before the first piece
    qint64 generatedTokens = 0;             // so far
    double tokensPerSecond = -1;            // so far; below zero while unknown
    double reasoningSeconds = 0;            // so far
};

struct TurnOutcome {
    enum class End {
        finished, // the model ended, or a stop string, or the limit of length
        stopped,  // by the person, or because the model was unloaded
        failed,   // see error
    };
    End end = End::finished;
    ReplyMetrics metrics;
    UserMessage error;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::ReplyMetrics)
Q_DECLARE_METATYPE(app::bridge::TokenBatch)
Q_DECLARE_METATYPE(app::bridge::TurnOutcome)
