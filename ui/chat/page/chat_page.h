// ChatPage: list | header, transcript, composer | inspector, wired to the chat controller.
#pragma once

#include <QWidget>

#include "app/application/application.h"

class QSplitter;
class QStackedWidget;

namespace ui::widgets {
class Banner;
class EmptyState;
class Toast;
} // namespace ui::widgets

namespace ui::chat {

class ChatHeader;
class Composer;
class ConversationPanel;
class Inspector;
class ModelButton;
class ModelPopup;
class FindBar;
class TranscriptBinding;

} // namespace ui::chat

namespace ui::models {
class LoadDialog;
}

namespace ui::chat {

namespace transcript {
class TranscriptView;
}

class ChatPage : public QWidget {
    Q_OBJECT
 public:
    ChatPage(app::application::Application& application, QWidget* parent = nullptr);

    void focusComposer();
    void focusSearch();
    void findInChat();
    void chooseModel();
    void showLoadSettings(); // of the model that is loaded or was last
    void renameChat();
    void undoDelete(); // while the message that offers it is shown
    void regenerateLast();
    void copyLastReply();
    void moveMessageFocus(int step);
    void cyclePane(int step);

    bool isListVisible() const;
    void setListVisible(bool visible);
    bool isInspectorVisible() const;
    void setInspectorVisible(bool visible);
    void saveLayout();

    void exportConversation(app::chat::ConversationId id, app::chat::ChatController::Format format);
    void importConversation();

 Q_SIGNALS:
    void openFileRequested();

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    QWidget* buildMiddle();
    void connectController();
    void connectParts();
    void fixProblem(app::bridge::UserMessage::Action action, app::chat::MessageId message);
    void configureLoad(const QString& path, const QString& name);
    void showProblem(const app::bridge::UserMessage& message);
    void showEmptyState();
    void showLoadState();
    void restoreLayout();

    app::application::Application& m_application;
    app::chat::ChatController& m_controller;
    QSplitter* m_splitter;
    ConversationPanel* m_list;
    Inspector* m_inspector;
    ChatHeader* m_header;
    ModelButton* m_modelButton;
    FindBar* m_find;
    ModelPopup* m_popup;
    models::LoadDialog* m_loadDialog;
    QWidget* m_bannerFrame; // room around the banner that goes with it
    widgets::Banner* m_banner;
    QStackedWidget* m_stack; // transcript or empty state
    transcript::TranscriptView* m_transcript;
    TranscriptBinding* m_binding;
    widgets::EmptyState* m_empty;
    Composer* m_composer;
    widgets::Toast* m_toast;
    app::bridge::UserMessage::Action m_action =
        app::bridge::UserMessage::Action::none; // of the banner's button
    app::chat::MessageId m_regenerateAfter = 0; // once another model is chosen
    bool m_narrow = false;                      // the inspector was folded away for lack of room
};

} // namespace ui::chat
