// The engine's Errors in words for people.
#include "app/bridge/user_message.h"

#include <QCoreApplication>

#include "app/bridge/engine_words.h"

namespace app::bridge {

namespace {

using engine::ErrorCode;
using Action = UserMessage::Action;

QString tr(const char* text) {
    return QCoreApplication::translate("UserMessage", text);
}

QString titleOf(ErrorCode code, Task task) {
    switch (code) {
        case ErrorCode::out_of_memory:
            return tr("Not enough memory");
        case ErrorCode::context_full:
            return tr("The context is full");
        case ErrorCode::bad_template:
            return tr("The model's chat template cannot be used");
        case ErrorCode::disk_full:
            return tr("The disk is full");
        default:
            break;
    }
    switch (task) {
        case Task::loading:
            return tr("The model could not be loaded");
        case Task::inspecting:
            return tr("The file could not be read");
        case Task::quantizing:
            return tr("No smaller copy can be made");
        case Task::replying:
            break;
    }
    return tr("The reply could not be written");
}

QString hintOf(ErrorCode code, Task task) {
    switch (code) {
        case ErrorCode::out_of_memory:
            return tr("Close other programs, choose a smaller model or a shorter context.");
        case ErrorCode::context_full:
            return tr("Shorten the message, start a new chat, or load the model with a longer context.");
        case ErrorCode::bad_template:
            return tr("Choose the plain template for this chat.");
        case ErrorCode::disk_full:
            return tr("Free some disk space.");
        case ErrorCode::not_found:
            return task == Task::replying ? tr("Choose the plain template for this chat.")
                                          : tr("The file was moved or deleted. Choose it again.");
        case ErrorCode::io:
            return tr("Check that the file may be read and that its disk is connected.");
        case ErrorCode::bad_file:
            return tr("The file may be damaged or not completely downloaded. Get it again.");
        case ErrorCode::unsupported:
            return tr("Choose another model.");
        default:
            return {};
    }
}

Action actionOf(ErrorCode code, Task task) {
    switch (code) {
        case ErrorCode::out_of_memory:
            return Action::closePrograms;
        case ErrorCode::context_full:
            return Action::increaseContext;
        case ErrorCode::bad_template:
            return Action::usePlainTemplate;
        case ErrorCode::disk_full:
            return Action::freeDiskSpace;
        case ErrorCode::not_found: // while replying: the model has no template
            return task == Task::replying ? Action::usePlainTemplate : Action::chooseModel;
        case ErrorCode::bad_file:
        case ErrorCode::unsupported:
            return Action::chooseModel;
        case ErrorCode::io: // while replying: the loaded model's file
            return task == Task::replying ? Action::reloadModel : Action::retry;
        default:
            return Action::retry;
    }
}

} // namespace

UserMessage toUserMessage(const engine::Error& error, Task task) {
    UserMessage message;
    message.title = titleOf(error.code, task);
    message.text = QString::fromStdString(error.message);
    message.hint = error.hint.empty() ? hintOf(error.code, task) : QString::fromStdString(error.hint);
    message.action = actionOf(error.code, task);
    message.details = message.text;
    if (!error.hint.empty()) message.details += QLatin1Char('\n') + message.hint;
    return message;
}

} // namespace app::bridge
