// Composer: where the person writes: a frame with a growing text field, thinking choice, token estimate, Send
// or Stop.
#pragma once

#include <QWidget>

#include "app/chat/chat_controller.h"
#include "app/settings/settings.h"

class QLabel;
class QPlainTextEdit;

namespace ui::widgets {
class Button;
class ElidedLabel;
} // namespace ui::widgets

namespace ui::chat {

class Composer : public QWidget {
    Q_OBJECT
 public:
    Composer(app::chat::ChatController& controller, app::bridge::EngineHost& host,
             app::settings::Settings& settings, QWidget* parent = nullptr);

    void focusText();
    QPlainTextEdit* textField() const { return m_text; }

 protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    void submit();
    void fitHeight();
    void showStage();
    void showThinking();
    void showQueued();
    void showDraft();
    bool wantsSend(const QKeyEvent& event) const;

    app::chat::ChatController& m_controller;
    app::bridge::EngineHost& m_host;
    app::settings::Settings& m_settings;
    QWidget* m_queuedRow;
    widgets::ElidedLabel* m_queued;
    QPlainTextEdit* m_text;
    widgets::Button* m_think;
    QLabel* m_tokens;
    QWidget* m_hint;
    widgets::Button* m_send;
    bool m_loadingDraft = false;
};

} // namespace ui::chat
