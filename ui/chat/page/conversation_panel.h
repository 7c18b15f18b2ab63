// ConversationPanel: the left pane of the chat page: new chat, search, the list of conversations.
#pragma once

#include "app/chat/chat_controller.h"
#include "ui/widgets/panel.h"

class QListView;
class QModelIndex;
class QStackedLayout;

namespace ui::widgets {
class EmptyState;
class IconButton;
class SearchField;
} // namespace ui::widgets

namespace ui::chat {

class ConversationRows;

class ConversationPanel : public widgets::Panel {
    Q_OBJECT
 public:
    explicit ConversationPanel(app::chat::ChatController& controller, QWidget* parent = nullptr);

    void focusSearch();
    void focusList();
    void renameCurrent();
    app::chat::ConversationId selected() const;

 Q_SIGNALS:
    void newChatRequested();
    void exportRequested(app::chat::ConversationId id, app::chat::ChatController::Format format);

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override; // Delete in the list

 private:
    void open(const QModelIndex& index);
    void followCurrent();
    void showMenu(const QPoint& at);
    void placeRowMenu(const QModelIndex& index); // the button that comes with the pointer
    void updateEmptyState();

    app::chat::ChatController& m_controller;
    ConversationRows* m_rows;
    widgets::SearchField* m_search;
    QListView* m_list;
    widgets::IconButton* m_rowMenu;
    widgets::EmptyState* m_empty;
    QStackedLayout* m_stack; // list or empty state
};

} // namespace ui::chat
