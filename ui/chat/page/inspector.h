// Inspector: the right pane of the chat page: what shapes this chat's replies, and the loaded model.
#pragma once

#include "app/chat/chat_controller.h"
#include "app/usage/usage.h"
#include "ui/widgets/panel.h"

class QTabBar;
class QStackedWidget;

namespace ui::chat {

class Inspector : public widgets::Panel {
    Q_OBJECT
 public:
    Inspector(app::chat::ChatController& controller, app::bridge::EngineHost& host, app::usage::Usage& usage,
              app::settings::Settings& settings, app::settings::Presets& presets, QWidget* parent = nullptr);

    void showModel(); // the model's tab

 private:
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
};

} // namespace ui::chat
