// What the transcript shows of one message: values only, filled by the chat page.
#pragma once

#include <QString>
#include <QtGlobal>

namespace ui::chat::transcript {

using MessageId = qint64;

enum class Role { User, Assistant };

enum class State {
    Finished,
    Waiting,   // nothing written yet: the prompt is being read, or the reply waits for its turn
    Streaming, // being written
    Stopped,   // ended early
    Failed,    // see Problem
};

// Figures of a reply; below zero: not known, and not shown.
struct Metrics {
    qint64 promptTokens = -1;
    qint64 cachedTokens = -1; // of the prompt, not read again
    qint64 generatedTokens = -1;
    qint64 reasoningTokens = -1;
    double promptTokensPerSecond = -1;
    double firstTokenSeconds = -1;
    double tokensPerSecond = -1;
    QString stopReason; // in words for people
    friend bool operator==(const Metrics&, const Metrics&) = default;
};

// What went wrong, shown in the message's place.
struct Problem {
    QString title;
    QString text;
    QString action;  // label of the button that fixes it; empty: none
    QString details; // to copy
    bool isEmpty() const { return title.isEmpty() && text.isEmpty(); }
    friend bool operator==(const Problem&, const Problem&) = default;
};

struct MessageView {
    MessageId id = 0;
    Role role = Role::User;
    State state = State::Finished;
    QString text; // Markdown of the assistant, plain text of the person
    QString reasoning;
    bool thinking = false;        // streaming, and only thinking so far
    double reasoningSeconds = -1; // so far; below zero: not known
    QString caption;              // over a reply: "Assistant · NAME · QUANT"
    QString waiting;              // while Waiting, instead of "Processing prompt": "Waiting for the model"
    double promptProgress = -1;   // 0 to 1 while Waiting; below zero: not known
    int version = 0;              // 0-based
    int versionCount = 1;
    Metrics metrics;
    Problem problem;
    bool canContinue = false;
    bool readOnly = false; // written by another window: no changes from here
    friend bool operator==(const MessageView&, const MessageView&) = default;
};

enum class RegenerateKind { Same, Longer, OtherModel };

} // namespace ui::chat::transcript
