// StatusLine: the bottom line: which model runs where, what goes on, and what it takes from the computer.
#pragma once

#include "app/bridge/engine_host.h"
#include "app/chat/chat_controller.h"
#include "app/hardware/live_sampling.h"
#include "ui/widgets/panel.h"

class QLabel;

namespace ui::widgets {
class ElidedLabel;
}

namespace ui::shell {

class StatusLine : public widgets::Panel {
    Q_OBJECT
 public:
    // `jobs` stands beside the reply's own work, in the middle.
    StatusLine(app::bridge::EngineHost& host, app::chat::ChatController& chat,
               app::hardware::LiveSampling& sampling, QWidget* jobs, QWidget* parent = nullptr);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    void showModel();
    void showWork();
    void showSample(const app::hardware::LiveSample& sample);
    void showLoad();

    app::bridge::EngineHost& m_host;
    app::chat::ChatController& m_chat;
    widgets::ElidedLabel* m_model;
    widgets::ElidedLabel* m_placement;
    QLabel* m_work;
    QLabel* m_load;
    QStringList m_loadParts; // from the right, as many as there is room for
};

} // namespace ui::shell
