// UserMessage: what went wrong, in words for people, and what they can do about it.
#pragma once

#include <QMetaType>
#include <QString>

namespace app::bridge {

struct UserMessage {
    enum class Action { // the button that fixes it; ui words it
        none,
        chooseModel, // another file
        retry,
        closePrograms,    // memory is short
        shortenPrompt,    // or start a new chat
        increaseContext,  // reload with more
        usePlainTemplate, // the model's own cannot be used
        freeDiskSpace,
        reloadModel, // its file could not be read any further
        // Stored messages hold the number: a new one comes last, and is known in app/chat/message_json.
    };

    QString title; // "The model could not be loaded"
    QString text;  // one sentence: what happened, where
    QString hint;  // what to do; may be empty
    Action action = Action::none;
    QString details; // the engine's own words, to copy

    bool isEmpty() const { return title.isEmpty() && text.isEmpty(); }
    bool operator==(const UserMessage&) const = default;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::UserMessage)
