// ContextMeter: how full the model's context is: "3 412 / 8 192" over a thin bar.
#pragma once

#include <QWidget>

#include "app/chat/chat_controller.h"

namespace ui::widgets {
class MeterBar;
}

namespace ui::chat {

class ContextMeter : public QWidget {
    Q_OBJECT
 public:
    explicit ContextMeter(app::chat::ChatController& controller, QWidget* parent = nullptr);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    void update();
    void reserve(qint64 size);

    app::chat::ChatController& m_controller;
    widgets::MeterBar* m_bar;
    QString m_text;
};

} // namespace ui::chat
