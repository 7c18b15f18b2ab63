// Short messages at the bottom of a view: success, and undo of what was just done.
#pragma once

#include <QBasicTimer>
#include <QWidget>
#include <functional>

namespace ui::widgets {

class Announcer;
class Button;
class ElidedLabel;

// One message at a time, over the bottom centre of `host`; a new one replaces the old one (whose undo is then
// gone). It waits while the pointer is over it or the focus is in it.
class Toast : public QWidget {
    Q_OBJECT
 public:
    explicit Toast(QWidget* host);

    // `action` empty: no button. `onAction` runs at most once.
    void show(const QString& message, const QString& action = QString(), std::function<void()> onAction = {},
              int milliseconds = 8000);
    void act(); // as a click on the button
    void dismiss();
    QString message() const;

 protected:
    void paintEvent(QPaintEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    void place();

    ElidedLabel* m_label;
    Button* m_action;
    QWidget* m_close;
    Announcer* m_announcer;
    std::function<void()> m_onAction;
    QBasicTimer m_timer;
    int m_milliseconds = 0;
};

} // namespace ui::widgets
