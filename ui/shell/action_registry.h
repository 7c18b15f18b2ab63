// ActionRegistry: every command of the window once: name, shortcut, group. Menus, the shortcuts list, the
// command palette and tests read the same table.
#pragma once

#include <QAction>
#include <QHash>
#include <QList>
#include <QObject>

namespace ui::shell {

enum class Command {
    NewChat,
    OpenFile,
    ImportConversation,
    ExportMarkdown,
    ExportJson,
    Quit,
    ChooseModel,
    LoadSettings,
    ReloadModel,
    EjectModel,
    SearchChats,
    FindInChat,
    RenameChat,
    DeleteChat,
    UndoDelete,
    StopReply,
    Regenerate,
    CopyLastReply,
    PreviousMessage,
    NextMessage,
    FocusComposer,
    ToggleList,
    ToggleInspector,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    NextPane,
    PreviousPane,
    ShowChat,
    ShowModels,
    ShowHardware,
    ShowSettings,
    Palette,
    Shortcuts,
    About,
};
inline constexpr int kCommandCount = static_cast<int>(Command::About) + 1;

enum class CommandGroup { File, Chat, Message, View, Help };

class ActionRegistry : public QObject {
    Q_OBJECT
 public:
    // The actions belong to `window` and work anywhere in it.
    explicit ActionRegistry(QWidget* window);

    QAction* operator[](Command command) const { return m_actions.at(static_cast<int>(command)); }
    const QList<QAction*>& actions() const { return m_actions; }
    static CommandGroup group(Command command);
    static QString groupName(CommandGroup group);

 private:
    QList<QAction*> m_actions;
};

} // namespace ui::shell
