// TranscriptBinding: rows of the transcript model as the view's values, and the view's wishes as the
// controller's.
#pragma once

#include <QTimer>

#include "app/chat/chat_controller.h"
#include "app/settings/settings.h"
#include "ui/chat/transcript/message_view.h"

namespace ui::chat {

namespace transcript {
class TranscriptView;
}

class TranscriptBinding : public QObject {
    Q_OBJECT
 public:
    TranscriptBinding(app::chat::ChatController& controller, app::settings::Settings& settings,
                      transcript::TranscriptView& view, QObject* parent);

 Q_SIGNALS:
    void copied();
    void otherModelRequested(qint64 message); // choose one, then regenerate
    void problemActionRequested(app::bridge::UserMessage::Action action, qint64 message);

 private:
    transcript::MessageView viewOf(int row) const;
    void showAll();
    void showRow(int row);
    void followSettings();
    void connectModel();
    void connectView();

    app::chat::ChatController& m_controller;
    app::settings::Settings& m_settings;
    transcript::TranscriptView& m_view;
    QTimer m_rebuild; // rows were taken away; those that replace them come in the same turn of the event loop
};

} // namespace ui::chat
