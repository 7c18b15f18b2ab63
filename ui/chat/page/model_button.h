// ModelButton: which model answers, and how its loading goes; opens the model popup.
#pragma once

#include <QAbstractButton>
#include <QBasicTimer>

#include "app/bridge/engine_host.h"

namespace ui::widgets {
class IconButton;
}

namespace ui::chat {

class ModelButton : public QAbstractButton {
    Q_OBJECT
 public:
    explicit ModelButton(app::bridge::EngineHost& host, QWidget* parent = nullptr);

    static constexpr int kNarrow = 240, kWide = 520;
    QSize sizeHint() const override; // as wide as its text wants

 Q_SIGNALS:
    void failureRequested(); // a click on "Load failed"
    void loadSettingsRequested();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

 private:
    void update();
    void showAction();
    void placeActions();

    app::bridge::EngineHost& m_host;
    widgets::IconButton* m_action; // cancel, reload or eject, by state
    QString m_head, m_tail;        // bold name, muted rest
    QBasicTimer m_walk;            // moves the bar of a load whose length is not known
};

} // namespace ui::chat
