// Words of problems.
#include "ui/chat/page/problem_texts.h"

#include <QCoreApplication>

namespace ui::chat {

using app::bridge::UserMessage;

QString problemText(const UserMessage& message) {
    if (message.hint.isEmpty() || message.text.isEmpty()) return message.text + message.hint;
    const bool ended = QStringLiteral(".!?…:").contains(message.text.back());
    return message.text + (ended ? QStringLiteral(" ") : QStringLiteral(". ")) + message.hint;
}

QString problemActionLabel(UserMessage::Action action) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Problem", text); };
    switch (action) {
        case UserMessage::Action::chooseModel:
            return tr("Choose a model");
        case UserMessage::Action::retry:
            return tr("Try again");
        case UserMessage::Action::increaseContext:
            return tr("Model settings");
        case UserMessage::Action::usePlainTemplate:
            return tr("Use the plain template");
        case UserMessage::Action::shortenPrompt:
            return tr("New chat");
        case UserMessage::Action::none:
        case UserMessage::Action::closePrograms:
        case UserMessage::Action::freeDiskSpace:
            break;
    }
    return {};
}

} // namespace ui::chat
