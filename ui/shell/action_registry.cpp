// The table of commands.
#include "ui/shell/action_registry.h"

#include <QCoreApplication>
#include <QWidget>
#include <array>

namespace ui::shell {

namespace {

struct Row {
    Command command;
    CommandGroup group;
    const char* text;
    const char* shortcut; // QKeySequence's portable text
};

// In the order of the enum.
// Not Ctrl+E, Ctrl+U, Ctrl+D: one-line fields keep them for themselves on X11.
constexpr std::array<Row, kCommandCount> kTable = {{
    {Command::NewChat, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "New chat"), "Ctrl+N"},
    {Command::OpenFile, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "Open file…"), "Ctrl+O"},
    {Command::ImportConversation, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "Import conversation…"),
     ""},
    {Command::ExportMarkdown, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "Export as Markdown…"),
     "Ctrl+S"},
    {Command::ExportJson, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "Export as JSON…"),
     "Ctrl+Shift+S"},
    {Command::Quit, CommandGroup::File, QT_TRANSLATE_NOOP("Command", "Quit"), "Ctrl+Q"},
    {Command::ChooseModel, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Choose model"), "Ctrl+L"},
    {Command::LoadSettings, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Load settings…"),
     "Ctrl+Shift+L"},
    {Command::ReloadModel, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Reload model"), ""},
    {Command::EjectModel, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Eject model"), ""},
    {Command::SearchChats, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Search all chats"),
     "Ctrl+Shift+F"},
    {Command::FindInChat, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Find in this chat"), "Ctrl+F"},
    {Command::RenameChat, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Rename chat"), "F2"},
    {Command::DeleteChat, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Delete chat"), ""},
    {Command::UndoDelete, CommandGroup::Chat, QT_TRANSLATE_NOOP("Command", "Undo the deletion"), "Ctrl+Z"},
    {Command::StopReply, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Stop the reply"), "Esc"},
    {Command::Regenerate, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Regenerate the last reply"),
     "Ctrl+R"},
    {Command::CopyLastReply, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Copy the last reply"),
     "Ctrl+Shift+C"},
    {Command::PreviousMessage, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Previous message"),
     "Ctrl+Up"},
    {Command::NextMessage, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Next message"), "Ctrl+Down"},
    {Command::FocusComposer, CommandGroup::Message, QT_TRANSLATE_NOOP("Command", "Write a message"),
     "Ctrl+J"},
    {Command::ToggleList, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Chat list"), "Ctrl+B"},
    {Command::ToggleInspector, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Inspector"), "Ctrl+Shift+B"},
    {Command::ZoomIn, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Larger text"), "Ctrl+="},
    {Command::ZoomOut, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Smaller text"), "Ctrl+-"},
    {Command::ZoomReset, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Normal text size"), "Ctrl+0"},
    {Command::NextPane, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Next pane"), "F6"},
    {Command::PreviousPane, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Previous pane"), "Shift+F6"},
    {Command::ShowChat, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Chat page"), "Ctrl+1"},
    {Command::ShowModels, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Models page"), "Ctrl+2"},
    {Command::ShowHardware, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Hardware page"), "Ctrl+3"},
    {Command::ShowSettings, CommandGroup::View, QT_TRANSLATE_NOOP("Command", "Settings"), "Ctrl+,"},
    {Command::Palette, CommandGroup::Help, QT_TRANSLATE_NOOP("Command", "All commands"), "Ctrl+K"},
    {Command::Shortcuts, CommandGroup::Help, QT_TRANSLATE_NOOP("Command", "Keyboard shortcuts"), "F1"},
    {Command::About, CommandGroup::Help, QT_TRANSLATE_NOOP("Command", "About Tandem"), ""},
}};

} // namespace

ActionRegistry::ActionRegistry(QWidget* window) : QObject(window) {
    for (const Row& row : kTable) {
        Q_ASSERT(static_cast<int>(row.command) == m_actions.size());
        auto* action = new QAction(QCoreApplication::translate("Command", row.text), window);
        action->setObjectName(QStringLiteral("action%1").arg(m_actions.size()));
        if (*row.shortcut != '\0') {
            QList<QKeySequence> keys{QKeySequence(QLatin1String(row.shortcut), QKeySequence::PortableText)};
            if (row.command == Command::ZoomIn) keys.append(QKeySequence(QLatin1String("Ctrl++")));
            action->setShortcuts(keys);
        }
        window->addAction(action);
        m_actions.append(action);
    }
}

CommandGroup ActionRegistry::group(Command command) {
    return kTable.at(static_cast<size_t>(command)).group;
}

QString ActionRegistry::groupName(CommandGroup group) {
    switch (group) {
        case CommandGroup::File:
            return tr("File");
        case CommandGroup::Chat:
            return tr("Chats and models");
        case CommandGroup::Message:
            return tr("Messages");
        case CommandGroup::View:
            return tr("View");
        case CommandGroup::Help:
            return tr("Help");
    }
    return {};
}

} // namespace ui::shell
