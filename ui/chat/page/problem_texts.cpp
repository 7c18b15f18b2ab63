// Words of problems.
#include "ui/chat/page/problem_texts.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace ui::chat {

using app::bridge::UserMessage;

namespace {

// The engine's messages begin in lower case; a path or a key as their first word stays as it is.
QString sentence(const QString& text) {
    static const QRegularExpression word(QStringLiteral("^\\p{Ll}[\\p{L}'’]*[ ,]"));
    if (!word.match(text).hasMatch()) return text;
    return text.at(0).toUpper() + text.mid(1);
}

} // namespace

QString problemText(const UserMessage& message) {
    const QString text = sentence(message.text);
    const QString hint = sentence(message.hint);
    if (hint.isEmpty() || text.isEmpty()) return text + hint;
    const bool ended = QStringLiteral(".!?…:").contains(text.back());
    return text + (ended ? QStringLiteral(" ") : QStringLiteral(". ")) + hint;
}

QString problemActionLabel(UserMessage::Action action) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Problem", text); };
    switch (action) {
        case UserMessage::Action::chooseModel:
            return tr("Choose a model");
        case UserMessage::Action::retry:
            return tr("Try again");
        case UserMessage::Action::reloadModel:
            return tr("Load the model again");
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
